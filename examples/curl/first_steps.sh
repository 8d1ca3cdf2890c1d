#!/usr/bin/env bash
# The first minute with OnceOnly: is the server ready, who goes ahead, and long work from its beginning to its
# result. Needs bash and curl, with ONCEONLY_URL and ONCEONLY_API_KEY in the environment.
set -u -o pipefail

url=${ONCEONLY_URL:?'set it first, such as http://127.0.0.1:8080'}
: "${ONCEONLY_API_KEY:?'set it first'}"
run=$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n') # so that the keys are new, however often this runs
answer=

# The key goes to curl through a pipe: a command line can be read by everybody on the machine.
call() { # curl's arguments; leaves the answer in $answer, without blanks so that it can be compared
  answer=$(printf 'header = "Authorization: Bearer %s"\n' "$ONCEONLY_API_KEY" \
    | curl --silent --show-error --max-time 20 --config - "$@") || {
    printf '  BROKEN no answer from %s\n' "$url"
    exit 1
  }
  printf '     %s\n' "$answer"
  answer=${answer//[[:blank:]]/}
}

post() { # path, JSON
  printf '     POST %s %s\n' "$1" "$2"
  call --header 'Content-Type: application/json' --data "$2" "$url$1"
}

get() { # path, query
  printf '     GET  %s %s\n' "$1" "${2-}"
  call --get --data "${2-}" "$url$1"
}

claim() { # what, the texts that the answer must contain
  local what=$1 text
  shift
  for text in "$@"; do
    case $answer in
      *"$text"*) ;;
      *)
        printf '  BROKEN %s: no %s in the answer\n' "$what" "$text"
        exit 1
        ;;
    esac
  done
  printf '  ok %s\n' "$what"
}

echo 'Is the server there?'
get /readyz
claim 'it is ready' '"status":"ready"'

echo 'May I send this mail?'
mail="{\"key\": \"mail-$run\", \"ttl\": 600}"
post /v1/check-lock "$mail"
claim 'the first caller goes ahead' '"success":true' '"status":"locked"'
post /v1/check-lock "$mail"
claim 'the second is a duplicate' '"success":false' '"status":"duplicate"' '"first_seen_at":"'

echo 'Long work: acquire, look on, complete, read'
post /v1/ai/lease "{\"key\": \"scan-$run\", \"ttl\": 900}"
claim 'the work is ours' '"status":"acquired"' '"version":1'
[[ $answer =~ \"lease_id\":\"([^\"]+)\" ]] || exit 1
lease_id=${BASH_REMATCH[1]}
get /v1/ai/status "key=scan-$run"
claim 'anybody sees that it is in progress' '"status":"in_progress"' '"ttl_left":'
post /v1/ai/complete "{\"key\": \"scan-$run\", \"lease_id\": \"$lease_id\", \"result\": {\"pages\": 3}}"
claim 'it is completed' '"ok":true' '"status":"completed"' '"version":2'
get /v1/ai/result "key=scan-$run"
claim 'anybody reads the result' '"status":"completed"' '"result":{"pages":3}'
post /v1/ai/lease "{\"key\": \"scan-$run\", \"ttl\": 900}"
claim 'who wants to do it again is told that it is done' '"status":"completed"' '"charged":0'
