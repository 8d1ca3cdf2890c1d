"""`onceonly.testing`: tests as users write them, and the fake beside the real server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from datetime import timedelta
from typing import Any, Dict, List, Optional, Tuple

import httpx
import pytest

import onceonly
from onceonly import OnceOnly, idempotent
from onceonly.testing import Asked, FakeOnceOnly

Live = Tuple[str, str]


# What a user's application might be.
class Shop:
    def __init__(self, client: OnceOnly) -> None:
        self._client = client
        self.charged: List[str] = []

    def charge(self, invoice: str) -> bool:
        if not self._client.check_lock(f"charge:{invoice}", ttl=3600, fail_open=False).should_proceed():
            return False
        self.charged.append(invoice)
        return True

    async def charge_async(self, invoice: str) -> bool:
        lock = await self._client.check_lock_async(f"charge:{invoice}", ttl=3600, fail_open=False)
        if lock.should_proceed():
            self.charged.append(invoice)
        return lock.should_proceed()


def test_charges_once(fake_onceonly: FakeOnceOnly) -> None:
    shop = Shop(fake_onceonly.client())
    assert [shop.charge("A"), shop.charge("A"), shop.charge("B")] == [True, False, True]
    assert shop.charged == ["A", "B"]
    asked = fake_onceonly.asked("/v1/check-lock")
    assert [one.body["key"] for one in asked] == ["charge:A", "charge:A", "charge:B"]
    assert asked[0].body["ttl"] == 3600 and asked[0].attempt_id


def test_charges_again_when_the_time_is_over(fake_onceonly: FakeOnceOnly) -> None:
    shop = Shop(fake_onceonly.client())
    assert shop.charge("A")
    fake_onceonly.advance(3590)
    assert not shop.charge("A")
    fake_onceonly.advance(timedelta(seconds=10))
    assert shop.charge("A")


async def test_charges_once_in_tasks(fake_onceonly: FakeOnceOnly) -> None:
    async with fake_onceonly.client() as client:
        shop = Shop(client)
        assert sorted(await asyncio.gather(*(shop.charge_async("A") for _ in range(20)))) == [False] * 19 + [True]


def test_does_not_charge_while_the_server_is_down(fake_onceonly: FakeOnceOnly) -> None:
    shop = Shop(fake_onceonly.client())
    with fake_onceonly.unreachable(), pytest.raises(onceonly.NetworkError):
        shop.charge("A")
    assert shop.charged == [] and shop.charge("A")


def test_newsletter_goes_out_while_the_server_is_down(fake_onceonly: FakeOnceOnly) -> None:
    client = fake_onceonly.client()
    with fake_onceonly.unreachable():
        assert client.check_lock("newsletter:7").failed_open
    fake_onceonly.answer_next(503, {"detail": {"error": "storage_unavailable"}})
    assert client.check_lock("newsletter:7").failed_open
    assert not client.check_lock("newsletter:7").failed_open


def test_retries_are_one_call(fake_onceonly: FakeOnceOnly) -> None:
    client = fake_onceonly.client(max_retries_429=2, retry_backoff=0)
    fake_onceonly.answer_next(429, {"detail": {"error": "rate_limited"}}, {"Retry-After": "0"})
    assert client.check_lock("k").locked
    first, second = fake_onceonly.requests
    assert first.attempt_id == second.attempt_id


def test_decorated_function_runs_once(fake_onceonly: FakeOnceOnly) -> None:
    sent: List[str] = []

    @idempotent(fake_onceonly.client(), key_prefix="mail", return_value_on_duplicate="already")
    def send(to: str) -> str:
        sent.append(to)
        return "sent"

    assert [send("ada"), send("ada"), send("bob")] == ["sent", "already", "sent"]
    assert sent == ["ada", "bob"]


def test_function_runs_once_and_its_result_is_kept(fake_onceonly: FakeOnceOnly) -> None:
    runs: List[int] = []

    def work() -> Dict[str, int]:
        runs.append(1)
        return {"pages": 3}

    mine, others = fake_onceonly.client(), fake_onceonly.client()
    assert mine.ai.run_fn("pdf", work).result == {"pages": 3}
    assert others.ai.run_fn("pdf", work).result == {"pages": 3}
    assert runs == [1]
    fake_onceonly.advance(timedelta(days=7))
    assert others.ai.run_fn("pdf", work).status == "completed" and runs == [1, 1]


def test_owner_that_dies_loses_the_lease_and_its_late_word_is_refused(fake_onceonly: FakeOnceOnly) -> None:
    client = fake_onceonly.client()
    dead = client.ai.lease("job", ttl=60)
    fake_onceonly.advance(60)
    assert client.ai.status("job").status == "not_found"
    heir = client.ai.lease("job", ttl=60)
    assert heir["status"] == "acquired" and heir["version"] == 2 and heir["fence"] > dead["fence"]
    with pytest.raises(onceonly.ApiError) as raised:
        client.ai.complete("job", dead["lease_id"], {"late": True})
    assert raised.value.code == "lease_mismatch"


def test_waiter_is_told_at_once_by_another_thread(fake_onceonly: FakeOnceOnly) -> None:
    client = fake_onceonly.client()
    lease = client.ai.lease("job", ttl=600)
    finish = threading.Timer(0.2, client.ai.complete, ("job", lease["lease_id"], {"n": 1}))
    finish.start()
    began = time.monotonic()
    assert client.ai.wait("job", timeout=30).result == {"n": 1}
    assert 0.15 < time.monotonic() - began < 20
    finish.join()


async def test_waiter_is_told_at_once_by_another_task(fake_onceonly: FakeOnceOnly) -> None:
    async with fake_onceonly.client() as client:
        lease = await client.ai.lease_async("job", ttl=600)
        waiting = asyncio.ensure_future(client.ai.wait_async("job", timeout=30))
        await asyncio.sleep(0.1)
        await client.ai.complete_async("job", lease["lease_id"], {"n": 1})
        began = time.monotonic()
        assert (await waiting).result == {"n": 1}
        assert time.monotonic() - began < 20


async def test_waiter_is_told_when_the_clock_is_moved_past_the_leases_end(fake_onceonly: FakeOnceOnly) -> None:
    async with fake_onceonly.client() as client:
        await client.ai.lease_async("job", ttl=600)
        waiting = asyncio.ensure_future(client.ai.status_async("job", 30))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        fake_onceonly.advance(600)
        assert (await asyncio.wait_for(waiting, 20)).status == "not_found"


def test_keyed_run_is_ended_by_the_test(fake_onceonly: FakeOnceOnly) -> None:
    client = fake_onceonly.client()
    assert client.ai.run("report", ttl=600).status == "acquired"
    assert client.ai.run("report", ttl=600).status == "polling"
    fake_onceonly.finish_run("report", {"rows": 2})
    assert client.ai.run_and_wait("report", timeout=10).result == {"rows": 2}
    client.ai.run("other")
    fake_onceonly.fail_run("other", "policy_blocked")
    assert client.ai.result("other").error_code == "policy_blocked"
    with pytest.raises(LookupError):
        fake_onceonly.finish_run("nobody")


def test_governed_calls_are_answered_as_the_test_says(fake_onceonly: FakeOnceOnly) -> None:
    client = fake_onceonly.client()
    with pytest.raises(onceonly.ApiError) as unknown:
        client.ai.run_tool("bot", "refund")
    assert (unknown.value.status_code, unknown.value.code) == (404, "tool_not_found")

    fake_onceonly.tool_returns("refund", lambda args: {"refunded": args["usd"]})
    first = client.ai.run_tool("bot", "refund", {"usd": 5})
    assert (first.allowed, first.decision, first.result) == (True, "executed", {"refunded": 5})
    again = client.ai.run_tool("bot", "refund", {"usd": 5})
    assert (again.decision, again.policy_reason, again.result) == ("dedup", "tool_idempotency", {"refunded": 5})
    assert client.ai.run_tool("bot", "refund", {"usd": 6}, dry_run=True).decision == "dry_run"

    fake_onceonly.tool_is_blocked("delete_user")
    blocked = client.ai.run_tool("bot", "delete_user")
    assert (blocked.allowed, blocked.policy_reason, blocked.risk_level) == (False, "tool_explicitly_blocked", "high")

    fake_onceonly.tool_fails("send_email", outcome="unknown")
    with pytest.raises(onceonly.ApiError) as failed:
        client.ai.run_tool("bot", "send_email")
    assert (failed.value.code, failed.value.detail["outcome"]) == ("tool_error", "unknown")


def test_other_paths_answer_what_the_test_says(fake_onceonly: FakeOnceOnly) -> None:
    client = fake_onceonly.client()
    with pytest.raises(onceonly.ApiError, match="not_in_the_fake") as raised:
        client.usage("ai")
    assert "GET /v1/usage" in raised.value.detail["message"]
    fake_onceonly.answers("GET", "/v1/usage", lambda asked: {"usage": 3, "kind": asked.query["kind"]})
    assert client.usage("ai") == {"usage": 3, "kind": "ai"}
    assert client.me()["plan"] == "agency" and client.post_event("run", "note")["event_id"] == 1


def test_requests_show_no_api_key(fake_onceonly: FakeOnceOnly) -> None:
    fake_onceonly.client(api_key="once_live_secret").me()
    assert "once_live_secret" not in repr(fake_onceonly.requests)
    assert fake_onceonly.requests == [Asked("GET", "/v1/me", {}, fake_onceonly.requests[0].headers, None)]


def test_clients_end_with_the_fake() -> None:
    with FakeOnceOnly() as fake:
        client = fake.client()
        assert client.check_lock("k").locked
    with pytest.raises(onceonly.ClientClosedError):
        client.check_lock("k")


def test_waiting_call_ends_with_its_client(fake_onceonly: FakeOnceOnly) -> None:
    client = fake_onceonly.client()
    client.ai.lease("job", ttl=600)
    closing = threading.Timer(0.2, client.close)
    closing.start()
    began = time.monotonic()
    with pytest.raises(onceonly.ClientClosedError):
        client.ai.status("job", 30)
    assert time.monotonic() - began < 20
    closing.join()


async def test_waiting_call_of_a_task_ends_with_its_client(fake_onceonly: FakeOnceOnly) -> None:
    client = fake_onceonly.client()
    await client.ai.lease_async("job", ttl=600)
    waiting = asyncio.ensure_future(client.ai.status_async("job", 30))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await client.aclose()
    with pytest.raises(onceonly.ClientClosedError):
        await waiting
    assert time.monotonic() - began < 20


def test_plugin_imports_nothing_heavy() -> None:
    code = "import sys, onceonly_pytest; print([name for name in ('httpx', 'httpcore', 'onceonly') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


#: Method, path below /v1, body, attempt id, and what to keep of the answer.
Step = Tuple[str, str, Optional[Dict[str, Any]], Optional[str], Optional[str]]
LEASE = "${lease}"
STEPS: List[Step] = [
    ("POST", "/check-lock", {"key": "a", "ttl": 60, "metadata": {"n": 1}, "fingerprint": "f"}, "t1", "lock"),
    ("POST", "/check-lock", {"key": "a", "ttl": 60, "fingerprint": "f"}, "t1", None),
    ("POST", "/check-lock", {"key": "a", "ttl": 70}, None, None),
    ("POST", "/check-lock", {"key": "a", "ttl": 70, "fingerprint": "g"}, None, None),
    ("POST", "/check-lock", {"key": "", "ttl": 0}, None, None),
    ("POST", "/check-lock", {"key": "b", "ttl": "a"}, None, None),
    ("POST", "/check-lock", {"key": "b", "ttl": 1}, None, None),
    ("POST", "/check-lock", {"key": "c"}, None, None),
    ("POST", "/check-lock", {"key": "d", "ttl": 99999999}, None, None),
    ("POST", "/check-lock", {"ttl": 5}, None, None),
    ("POST", "/check-lock", {"key": "k" * 257, "fingerprint": "f" * 129}, None, None),
    ("POST", "/check-lock", {"key": "h", "ttl": 60.0}, None, None),
    ("POST", "/check-lock", {"key": "h", "ttl": 1.5}, None, None),
    ("POST", "/check-lock", {"key": " ", "ttl": 60}, None, None),
    ("POST", "/check-lock", {"key": None}, None, None),
    ("POST", "/check-lock/batch", {"items": []}, None, None),
    ("POST", "/check-lock/batch", {"items": [5, {"key": "j", "ttl": 60}]}, None, None),
    ("POST", "/check-lock/batch", {"items": "a"}, None, None),
    ("POST", "/check-lock/release", {"key": "a", "lock_id": "nope"}, None, None),
    ("POST", "/check-lock/release", {"key": "a", "lock_id": "nope"}, "t1", None),
    ("POST", "/check-lock/release", {"key": "a"}, None, None),
    ("POST", "/check-lock/release", {"key": "a", "lock_id": ""}, None, None),
    ("POST", "/check-lock/release", {"key": "a"}, "t2", None),
    ("POST", "/check-lock", {"key": "i", "ttl": 60}, "t3", None),
    ("POST", "/check-lock/release", {"key": "i"}, "t3", None),
    ("POST", "/check-lock/release", {"key": "a", "lock_id": "${lock}"}, None, None),
    ("POST", "/check-lock/release", {"key": "a", "lock_id": "${lock}"}, None, None),
    ("POST", "/check-lock", {"key": "a", "ttl": 60}, "t1", None),
    ("POST", "/check-lock/release", {"key": "a", "lock_id": "${lock}"}, None, None),
    (
        "POST",
        "/check-lock/batch",
        {"items": [{"key": "e"}, {"key": "e", "ttl": 60}, {"key": "f", "ttl": 0}, {"key": "g", "fingerprint": "f"}]},
        None,
        None,
    ),
    ("POST", "/check-lock/batch", {"items": [{"key": "g", "fingerprint": "g"}, {"key": "g"}]}, None, None),
    ("POST", "/ai/lease", {"key": "a", "ttl": 60, "fingerprint": "f"}, "t1", "lease"),
    ("POST", "/ai/lease", {"key": "a", "ttl": 60}, "t1", None),
    ("POST", "/ai/lease", {"key": "a", "ttl": 60}, None, None),
    ("POST", "/ai/lease", {"key": "a", "ttl": 60, "fingerprint": "g"}, None, None),
    ("GET", "/ai/status?key=a", None, None, None),
    ("GET", "/ai/result?key=a", None, None, None),
    ("GET", "/ai/status?key=no", None, None, None),
    ("GET", "/ai/result?key=no", None, None, None),
    ("GET", "/ai/status", None, None, None),
    ("POST", "/ai/extend", {"key": "a", "lease_id": LEASE}, None, None),
    ("POST", "/ai/extend", {"key": "a", "lease_id": LEASE, "ttl": 90}, None, None),
    ("POST", "/ai/extend", {"key": "a", "lease_id": "x"}, None, None),
    ("POST", "/ai/extend", {"key": "no", "lease_id": "x"}, None, None),
    ("POST", "/ai/complete", {"key": "a", "lease_id": "x"}, None, None),
    ("POST", "/ai/complete", {"key": "a", "lease_id": LEASE, "result": {"n": 1}, "result_hash": "h"}, None, None),
    ("POST", "/ai/complete", {"key": "a", "lease_id": LEASE, "result": {"n": 1}, "result_hash": "h"}, None, None),
    ("POST", "/ai/complete", {"key": "a", "lease_id": LEASE, "result": {"n": 2}}, None, None),
    ("POST", "/ai/fail", {"key": "a", "lease_id": LEASE, "error_code": "x"}, None, None),
    ("POST", "/ai/extend", {"key": "a", "lease_id": LEASE}, None, None),
    ("GET", "/ai/status?key=a", None, None, None),
    ("GET", "/ai/result?key=a&wait=5", None, None, None),
    ("POST", "/ai/lease", {"key": "a", "ttl": 60, "retry_failed": True}, None, None),
    ("POST", "/ai/lease", {"key": "b", "ttl": 60}, "t2", "lease"),
    ("POST", "/ai/fail", {"key": "b", "lease_id": LEASE, "error_code": "x", "error_hash": "hh"}, None, None),
    ("POST", "/ai/fail", {"key": "b", "lease_id": LEASE}, None, None),
    ("POST", "/ai/cancel", {"key": "b", "lease_id": LEASE}, None, None),
    ("GET", "/ai/result?key=b", None, None, None),
    ("POST", "/ai/lease", {"key": "b", "ttl": 60}, None, None),
    ("POST", "/ai/lease", {"key": "b", "ttl": 60, "retry_failed": True}, "t2", None),
    ("POST", "/ai/lease", {"key": "b", "ttl": 60, "retry_failed": True}, None, "lease"),
    ("POST", "/ai/cancel", {"key": "b", "lease_id": LEASE, "reason": "r" * 257}, None, None),
    ("POST", "/ai/cancel", {"key": "b", "lease_id": None}, None, None),
    ("POST", "/ai/cancel", {"key": "b", "lease_id": LEASE, "reason": "why"}, None, None),
    ("POST", "/ai/cancel", {"key": "b", "lease_id": LEASE, "reason": "why"}, None, None),
    ("GET", "/ai/status?key=b", None, None, None),
    ("POST", "/ai/lease", {"key": "c", "ttl": 60}, None, "lease"),
    ("POST", "/ai/cancel", {"key": "c", "lease_id": LEASE, "reason": ""}, None, None),
    ("GET", "/ai/status?key=c", None, None, None),
    ("POST", "/ai/lease", {"key": "", "ttl": -1}, None, None),
    ("POST", "/ai/run", {}, None, None),
    ("POST", "/ai/run", {"key": "r", "agent_id": "bot", "tool": "none"}, None, None),
    ("POST", "/ai/run", {"agent_id": "bot", "tool": "none"}, None, None),
    ("POST", "/ai/run", {"key": "r", "ttl": 60}, None, None),
]


def _answers(http: httpx.Client, prefix: str) -> List[Any]:
    """What came of all steps, with what is random or of the moment left out."""
    kept: Dict[str, str] = {}
    answers: List[Any] = []
    for method, path, body, attempt_id, keep in STEPS:
        sent = _with(body, kept, prefix)
        headers = {"X-OnceOnly-Attempt-Id": prefix + attempt_id} if attempt_id else {}
        response = http.request(method, "/v1" + path.replace("key=", f"key={prefix}"), json=sent, headers=headers)
        if keep is not None:
            kept[keep] = response.json()[f"{keep}_id"]
        answers.append((response.status_code, response.headers.get("x-onceonly-status"), _plain(response.json(), prefix)))
    return answers


def _with(value: Any, kept: Dict[str, str], prefix: str) -> Any:
    if isinstance(value, dict):
        return {name: prefix + one if name == "key" and one else _with(one, kept, prefix) for name, one in value.items()}
    if isinstance(value, list):
        return [_with(one, kept, prefix) for one in value]
    return kept[value[2:-1]] if isinstance(value, str) and value.startswith("${") else value


def _plain(value: Any, prefix: str) -> Any:
    if isinstance(value, list):
        return [_plain(one, prefix) for one in value]
    if isinstance(value, dict):
        return {name: _plain_field(name, one, prefix) for name, one in value.items()}
    return value.replace(prefix, "") if isinstance(value, str) else value


def _plain_field(name: str, value: Any, prefix: str) -> Any:
    if value is not None and name in ("fence", "lock_id", "lease_id", "first_seen_at", "done_at", "usage", "limit", "ttl_left"):
        return type(value).__name__
    return _plain(value, prefix)


def test_fake_answers_as_the_server_does(live: Live, fake_onceonly: FakeOnceOnly) -> None:
    url, key = live
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as http:
        real = _answers(http, "likeness-")
    # Its transport is what the client of the fake sends through.
    transport: Any = fake_onceonly.client()._engine._sync_transport()
    faked = _answers(httpx.Client(transport=transport.transport._client._transport, base_url="http://fake"), "likeness-")
    differences = [(step, said, expected) for step, said, expected in zip(STEPS, faked, real) if said != expected]
    assert differences == []
