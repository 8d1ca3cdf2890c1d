"""OnceOnly over plain HTTP with nothing but the standard library: copy it into your project, or use the SDK.

Reads ONCEONLY_URL and ONCEONLY_API_KEY from the environment. It never repeats a call by itself, since only
the caller knows whether a second one is safe. Instances hold no connection and may be shared by threads.
"""

import json
import os
import sys
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ANSWER_SECONDS_MAX = 15


class ApiError(Exception):
    """A refusal that is no outcome: wrong API key, invalid request, plan limit reached, server overloaded."""

    def __init__(self, status, detail):
        super().__init__(f"HTTP {status}: {detail}")
        self.status = status
        self.detail = detail


class Api:
    def __init__(self):
        missing = [name for name in ("ONCEONLY_URL", "ONCEONLY_API_KEY") if not os.environ.get(name)]
        if missing:
            sys.exit("Set " + " and ".join(missing) + " first; examples/README.md tells how.")
        self._base = os.environ["ONCEONLY_URL"].rstrip("/") + "/v1"
        self._headers = {"Authorization": "Bearer " + os.environ["ONCEONLY_API_KEY"]}

    def get(self, path, **query):
        return self._send(Request(self._base + path + "?" + urlencode(query)), query.get("wait", 0))

    def delete(self, path, **query):
        return self._send(Request(self._base + path + "?" + urlencode(query), method="DELETE"), 0)

    def page(self, path):
        """What a browser would be shown."""
        request = Request(self._base + path)
        request.add_header("Accept", "text/html")
        return self._send(request, 0, lambda reply: reply.read().decode("utf-8"))

    def post(self, path, attempt_id=None, **body):
        request = Request(self._base + path, json.dumps(body).encode("utf-8"))
        request.add_header("Content-Type", "application/json")
        if attempt_id is not None:
            request.add_header("X-OnceOnly-Attempt-Id", attempt_id)
        return self._send(request, 0)

    def _send(self, request, wait_seconds, read=json.load):
        for name, value in self._headers.items():
            request.add_header(name, value)
        try:
            with urlopen(request, timeout=ANSWER_SECONDS_MAX + wait_seconds) as reply:
                return read(reply)
        except HTTPError as error:
            with error:
                text = error.read().decode("utf-8", "replace")
            try:
                body = json.loads(text)
            except ValueError:
                raise ApiError(error.code, text) from None
            # A conflict has a status like every other outcome, so callers look at one field only.
            if error.code == 409 and "status" in body:
                return body
            raise ApiError(error.code, body.get("detail")) from None
