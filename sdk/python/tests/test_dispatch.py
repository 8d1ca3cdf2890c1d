"""verify_dispatch beside the scenarios: Python's own types, times and headers, and dispatches that the real server has signed."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Dict, List, Tuple

import httpx
import pytest

from onceonly import Dispatch, DispatchVerificationError, OnceOnly, verify_dispatch

BODY = b'{"tool":"mail.send","agent_id":"a1","args":{"n":9.50}}'
NOW = 1_777_622_400


def signed(body: bytes = BODY, secret: bytes = b"s", at: Any = NOW) -> Dict[str, str]:
    """The headers of a dispatch."""
    second = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "X-OnceOnly-Signature": hmac.new(secret, body, hashlib.sha256).hexdigest(),
        "X-OnceOnly-Timestamp": str(at),
        "X-OnceOnly-Signature-V2": f"t={at},v1={second}",
    }


def test_body_headers_secrets_and_time_come_in_pythons_own_types() -> None:
    headers = signed()
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    wsgi: List[Tuple[str, str]] = list(headers.items())
    many = {name: [value] for name, value in headers.items()}
    when = datetime.fromtimestamp(NOW, timezone(timedelta(hours=5)))
    for body in (BODY, bytearray(BODY), memoryview(BODY), BODY.decode()):
        for given in (headers, pairs, wsgi, many, httpx.Headers(headers)):
            for secrets in ("s", b"s", ["other", "s"], (b"s",)):
                for now in (NOW, float(NOW), when, NOW + 300, NOW - 300):
                    assert verify_dispatch(body, given, secrets, now=now).args == {"n": 9.5}  # type: ignore[arg-type]


def test_time_is_the_clocks_when_it_is_not_given() -> None:
    assert isinstance(verify_dispatch(BODY, signed(at=int(time.time())), "s"), Dispatch)
    with pytest.raises(DispatchVerificationError, match="within 300 seconds"):
        verify_dispatch(BODY, signed(), "s", now=None, tolerance=timedelta(minutes=5))


@pytest.mark.parametrize("at", ["", "x", "-5", "1e9", "٣", "9" * 16, "1777622400 "])
def test_time_that_is_none_is_refused_although_it_is_signed(at: str) -> None:
    headers = {name: value for name, value in signed(at=NOW).items() if not name.endswith("V2")}
    second = hmac.new(b"s", f"{at}.".encode() + BODY, hashlib.sha256).hexdigest()
    for given, allowed in (({**headers, "X-OnceOnly-Signature-V2": f"t={at},v1={second}"}, False), (headers, True)):
        with pytest.raises(DispatchVerificationError):
            verify_dispatch(BODY, {**given, "X-OnceOnly-Timestamp": at.strip() or "x"}, "s", now=0, allow_v1=allowed)


@pytest.mark.parametrize("header", ["", "v1=ab", "t=1", "t=1,t=2,v1=ab", "nonsense", "t=1;v1=ab", ",,,"])
def test_header_that_is_no_signature_is_refused(header: str) -> None:
    with pytest.raises(DispatchVerificationError):
        verify_dispatch(BODY, {**signed(), "X-OnceOnly-Signature-V2": header}, "s", now=NOW)


def test_error_never_shows_what_would_have_fitted() -> None:
    right = signed()
    wrong = {**right, "X-OnceOnly-Signature-V2": f"t={NOW},v1=żżż{'0' * 61}"}
    with pytest.raises(DispatchVerificationError) as raised:
        verify_dispatch(BODY, wrong, "s", now=NOW)
    fits = right["X-OnceOnly-Signature-V2"].rpartition("=")[2]
    assert fits not in repr(raised.value) + str(raised.value) + repr(vars(raised.value))


def test_arguments_that_can_not_be_right_are_refused() -> None:
    for secrets in ("", b"", [], [""], ["s", ""]):
        with pytest.raises(ValueError, match="secrets must"):
            verify_dispatch(BODY, signed(), secrets, now=NOW)
    with pytest.raises(ValueError, match="time zone"):
        verify_dispatch(BODY, signed(), "s", now=datetime(2026, 5, 1))
    with pytest.raises(ValueError, match="tolerance"):
        verify_dispatch(BODY, signed(), "s", tolerance=-1, now=NOW)


def test_dispatch_of_the_real_server_is_proved(live: Tuple[str, str]) -> None:
    came: List[Dispatch] = []

    class Tool(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append(verify_dispatch(body, self.headers.items(), ["tool-secret-of-16", "next"]))
            with pytest.raises(DispatchVerificationError):
                verify_dispatch(body + b" ", self.headers.items(), "tool-secret-of-16")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"sent": True}).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    receiver = HTTPServer(("127.0.0.1", 0), Tool)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    try:
        with OnceOnly(live[1], live[0], fail_open=False, timeout=60) as client:
            address = f"http://127.0.0.1:{receiver.server_port}/"
            auth = {"type": "hmac_sha256", "secret": "tool-secret-of-16"}
            client.gov.create_tool({"name": "proved", "scope_id": "global", "url": address, "auth": auth, "timeout_ms": 15_000})
            client.gov.upsert_policy({"agent_id": "prover", "allowed_tools": ["proved"]})
            answer = client.ai.run_tool("prover", "proved", {"to": "żółć", "n": 9.5}, run_id="run-1")
    finally:
        receiver.shutdown()
        receiver.server_close()
    assert answer.result == {"sent": True}
    (dispatch,) = came
    assert (dispatch.tool, dispatch.agent_id) == ("proved", "prover")
    assert dispatch.args["to"] == "żółć" and dispatch.idempotency_key and dispatch.request_id
