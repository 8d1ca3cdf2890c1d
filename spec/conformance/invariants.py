"""What holds of every request of every SDK, whatever a scenario says of it."""

ATTEMPT_PATHS = ("/v1/check-lock", "/v1/ai/lease", "/v1/ai/run")
ATTEMPT_HEADER = "x-onceonly-attempt-id"


def of_request(request, run):
    """What is wrong with a request, as a list of texts."""
    problems = []
    if request.headers.get("authorization") != "Bearer " + run.api_key:
        problems.append(
            "authorization is %r, not the key that the run was given" % request.headers.get("authorization")
        )
    if run.api_key in request.target:
        problems.append("the API key stands in the address")
    problems += _of_body(request)
    problems += _of_user_agent(request, run)
    if request.method == "POST" and request.path in ATTEMPT_PATHS:
        attempt = request.headers.get(ATTEMPT_HEADER, "")
        if not 8 <= len(attempt) <= 128 or not all("!" <= letter <= "~" for letter in attempt):
            problems.append("%s is no attempt id: %r" % (ATTEMPT_HEADER, attempt))
    return ["%s: %s" % (request, problem) for problem in problems]


def _of_body(request):
    if not request.body:
        return []
    problems = []
    if request.method in ("GET", "DELETE"):
        problems.append("%s has a body" % request.method)
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        problems.append("content-type is %r" % request.headers.get("content-type"))
    try:
        if not isinstance(request.json(), dict):
            problems.append("body is no object")
    except ValueError as error:
        problems.append("body is no JSON: %s" % error)
    return problems


def _of_user_agent(request, run):
    given = request.headers.get("user-agent", "")
    wanted = run.scenario.spec.get("client", {}).get("user_agent")
    if wanted is not None:
        return [] if given == wanted else ["user-agent is %r, not %r" % (given, wanted)]
    start = "onceonly-%s-sdk/" % run.sdk
    return [] if given.startswith(start) and len(given) > len(start) else ["user-agent is %r" % given]
