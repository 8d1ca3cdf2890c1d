"""What schemathesis must know about this server beside its description: how not to lose time, where tools are, and the few
rules that OpenAPI has words for but no grammar."""

import json
import os
import urllib.parse

import requests
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

BASE_URL = os.environ["ONCEONLY_SCHEMATHESIS_URL"]
TOOL_URL = os.environ["ONCEONLY_SCHEMATHESIS_TOOL_URL"]
HEADERS = {"Authorization": "Bearer " + os.environ["ONCEONLY_SCHEMATHESIS_KEY"]}
WAIT_SECONDS_MAX = 0.05
SECONDS_MAX = 30
# What listens on this machine is not asked through a proxy.
direct = requests.Session()
direct.trust_env = False

# What the description can say in words only, by operation, as the server says it. Each is one exact refusal: any other
# refusal of what the description allows is a difference.
SAID_IN_WORDS = {
    "releaseLock": {"body.lock_id: Value error, needed, or the winner's X-OnceOnly-Attempt-Id"},
    "readMetrics": {
        "query.to_day: Value error, at most 366 days from from_day on",
        "query.to_day: Value error, not before from_day",
    },
    "registerTool": {
        "body.auth: Field required",
        "body.auth.secret: Field required",
        "body.url: Value error, must be an absolute http or https URL without user info",
    },
}


@schemathesis.hook
def before_call(context, case, kwargs):
    """A wait that the description allows is allowed at any length, and all of them together would take hours."""
    try:
        wait = float(case.query["wait"])
    except (KeyError, TypeError, ValueError):
        return
    if wait > WAIT_SECONDS_MAX:
        case.query["wait"] = WAIT_SECONDS_MAX


@schemathesis.hook
def after_call(context, case, response):
    """A tool that has been registered leads to this machine from then on; the switch of all agents is turned on again."""
    if response.status_code != 200:
        return
    operation = _operation(case)
    if operation == "registerTool":
        _lead_here(response.json())
    elif operation == "disableAgent" and response.json()["agent_id"] == "*":
        _post("/v1/agents/*/enable", {})


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether a difference counts: not where the server keeps to what the description says in words."""
    operation = _operation(case)
    if isinstance(failure, RejectedPositiveData) and response.status_code == 422:
        detail = _detail(response)
        if isinstance(detail, dict):
            return not (operation == "applyTemplate" and detail["error"] == "unknown_template")
        said = {".".join(map(str, problem["loc"])) + ": " + problem["msg"] for problem in detail}
        return not said <= SAID_IN_WORDS.get(operation, set())
    if isinstance(failure, AcceptedNegativeData) and operation == "checkLockBatch":
        # A bad item gets a refusal of its own, and spoils no other.
        return not any("detail" in item for item in response.json()["items"])
    return True


def _operation(case):
    return case.operation.definition.raw.get("operationId")


def _detail(response):
    return json.loads(response.content)["detail"]


def _lead_here(tool):
    kept = {name: tool[name] for name in ("name", "scope_id", "enabled")}
    auth = {"type": "hmac_sha256", "secret": "demo-secret-of-the-tools"}
    url = TOOL_URL + "/" + urllib.parse.quote(tool["name"], safe="")
    _post("/v1/tools", {**kept, "url": url, "auth": auth, "max_retries": 0})


def _post(path, body):
    direct.post(BASE_URL + path, json=body, headers=HEADERS, timeout=SECONDS_MAX).raise_for_status()
