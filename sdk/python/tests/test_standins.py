"""Stand-ins for httpx's clients in users' own tests: objects with ``post``, ``get`` and ``delete`` that answer with httpx.Response."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple
from unittest.mock import AsyncMock, MagicMock

import httpx
import pytest
from tasks import run

import onceonly
from onceonly import OnceOnly

KEY = "once_live_secret_0123456789"
LOCKED = {"success": True, "status": "locked", "key": "k", "ttl": 60, "first_seen_at": None}
LEASE = {"ok": True, "status": "acquired", "key": "k", "lease_id": "l", "ttl": 60, "version": 1}
DONE = {"ok": True, "status": "completed", "key": "k", "result": {"n": 1}}
TOOL = {"ok": True, "allowed": True, "decision": "executed", "policy_reason": "ok", "risk_level": "low", "result": {}}
AGENT = {"agent_id": "a", "is_enabled": True}
POLICY = {"agent_id": "a", "policy": {}}

Told = Tuple[str, str, Dict[str, Any]]


class StandIn:
    """As users write it: three methods, which take what the published client gives them and nothing else."""

    def __init__(self, body: Any) -> None:
        self.told: List[Told] = []
        self._body = body

    def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        assert set(more) <= {"headers", "params"}
        return self._answer("post", path, {"json": json, **more})

    def get(self, path: str, params: Optional[Dict[str, Any]] = None) -> httpx.Response:
        return self._answer("get", path, {} if params is None else {"params": params})

    def delete(self, path: str, params: Optional[Dict[str, Any]] = None) -> httpx.Response:
        return self._answer("delete", path, {} if params is None else {"params": params})

    def _answer(self, method: str, path: str, arguments: Dict[str, Any]) -> httpx.Response:
        self.told.append((method, path, arguments))
        return httpx.Response(200, json=self._body)


class AsyncStandIn(StandIn):
    async def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:  # type: ignore[override]
        return super().post(path, json, **more)

    async def get(self, path: str, params: Optional[Dict[str, Any]] = None) -> httpx.Response:  # type: ignore[override]
        return super().get(path, params)

    async def delete(self, path: str, params: Optional[Dict[str, Any]] = None) -> httpx.Response:  # type: ignore[override]
        return super().delete(path, params)


#: A verb, its arguments, what the server answers, and how the published client would have asked.
CASES: List[Tuple[str, Dict[str, Any], Any, Told]] = [
    (
        "check_lock",
        {"key": "k", "ttl": 60, "meta": {"n": 1}, "request_id": "r1"},
        LOCKED,
        (
            "post",
            "/check-lock",
            {"json": {"key": "k", "ttl": 60, "metadata": {"n": 1}}, "headers": {"X-Request-Id": "r1"}},
        ),
    ),
    ("check_lock", {"key": "k"}, LOCKED, ("post", "/check-lock", {"json": {"key": "k"}, "headers": {}})),
    ("me", {}, {"plan": "free"}, ("get", "/me", {})),
    (
        "update_notifications",
        {"email_notifications_enabled": True},
        {},
        ("post", "/me/notifications", {"json": {"email_notifications_enabled": True}}),
    ),
    ("usage", {}, {}, ("get", "/usage", {"params": {"kind": "make"}})),
    ("usage_all", {}, {}, ("get", "/usage/all", {})),
    (
        "metrics",
        {"from_day": "2026-05-01", "to_day": "2026-05-02"},
        [],
        ("get", "/metrics", {"params": {"from_day": "2026-05-01", "to_day": "2026-05-02"}}),
    ),
    ("events", {}, [], ("get", "/events", {"params": {"limit": 50, "offset": 0}})),
    (
        "post_event",
        {"run_id": "r", "type": "note", "ts": 7},
        {"ok": True},
        ("post", "/events", {"json": {"run_id": "r", "type": "note", "ts": 7}}),
    ),
    ("get_run_timeline", {"run_id": " r "}, {}, ("get", "/runs/r", {"params": {"limit": 200, "offset": 0}})),
    ("ai_run", {"key": "k"}, LEASE, ("post", "/ai/run", {"json": {"key": "k"}})),
    (
        "ai.run",
        {"key": "k", "ttl": 60, "metadata": {"n": 1}},
        LEASE,
        ("post", "/ai/run", {"json": {"key": "k", "ttl": 60, "metadata": {"n": 1}}}),
    ),
    (
        "ai.run_tool",
        {"agent_id": "a", "tool": "t", "args": {"n": 1}, "spend_usd": 0.5},
        TOOL,
        ("post", "/ai/run", {"json": {"agent_id": "a", "tool": "t", "args": {"n": 1}, "spend_usd": 0.5}}),
    ),
    ("ai.status", {"key": "k"}, DONE, ("get", "/ai/status", {"params": {"key": "k"}})),
    ("ai.result", {"key": "k"}, DONE, ("get", "/ai/result", {"params": {"key": "k"}})),
    ("ai.lease", {"key": "k", "ttl": 60}, LEASE, ("post", "/ai/lease", {"json": {"key": "k", "ttl": 60}})),
    (
        "ai.extend",
        {"key": "k", "lease_id": "l", "ttl": 60},
        {"ok": True},
        ("post", "/ai/extend", {"json": {"key": "k", "lease_id": "l", "ttl": 60}}),
    ),
    (
        "ai.complete",
        {"key": "k", "lease_id": "l", "result": {"n": 1}},
        {"ok": True},
        ("post", "/ai/complete", {"json": {"key": "k", "lease_id": "l", "result": {"n": 1}}}),
    ),
    (
        "ai.fail",
        {"key": "k", "lease_id": "l", "error_code": "x"},
        {"ok": True},
        ("post", "/ai/fail", {"json": {"key": "k", "lease_id": "l", "error_code": "x"}}),
    ),
    (
        "ai.cancel",
        {"key": "k", "lease_id": "l", "reason": "why"},
        {"ok": True},
        ("post", "/ai/cancel", {"json": {"key": "k", "lease_id": "l", "reason": "why"}}),
    ),
    (
        "gov.upsert_policy",
        {"policy": {"agent_id": "a", "allowed_tools": ["t"]}},
        POLICY,
        ("post", "/policies/a", {"json": {"agent_id": "a", "allowed_tools": ["t"]}}),
    ),
    (
        "gov.policy_from_template",
        {"agent_id": "a", "template": "moderate", "overrides": {"n": 1}},
        POLICY,
        ("post", "/policies/a/from-template", {"json": {"agent_id": "a", "template": "moderate", "overrides": {"n": 1}}}),
    ),
    ("gov.list_policies", {}, [], ("get", "/policies", {})),
    ("gov.get_policy", {"agent_id": "a"}, POLICY, ("get", "/policies/a", {})),
    ("gov.create_tool", {"tool": {"name": "t"}}, {}, ("post", "/tools", {"json": {"name": "t"}})),
    ("gov.list_tools", {}, [], ("get", "/tools", {"params": {"scope_id": "global"}})),
    ("gov.get_tool", {"name": "t"}, {}, ("get", "/tools/t", {"params": {"scope_id": "global"}})),
    (
        "gov.toggle_tool",
        {"name": "t", "enabled": False},
        {},
        ("post", "/tools/t/toggle", {"json": {"enabled": False}, "params": {"scope_id": "global"}}),
    ),
    ("gov.delete_tool", {"name": "t"}, {}, ("delete", "/tools/t", {"params": {"scope_id": "global"}})),
    ("gov.disable_agent", {"agent_id": "a", "reason": "x"}, AGENT, ("post", "/agents/a/disable", {"json": {"reason": "x"}})),
    ("gov.enable_agent", {"agent_id": "a", "reason": "x"}, AGENT, ("post", "/agents/a/enable", {"json": {"reason": "x"}})),
    ("gov.agent_logs", {"agent_id": "a"}, [], ("get", "/agents/a/logs", {"params": {"limit": 100}})),
    ("gov.agent_metrics", {"agent_id": "a"}, {}, ("get", "/agents/a/metrics", {"params": {"period": "day"}})),
]


def _verb(client: OnceOnly, name: str) -> Callable[..., Any]:
    owner: Any = client
    for part in name.split("."):
        owner = getattr(owner, part)
    return owner


@pytest.mark.parametrize(("name", "arguments", "body", "told"), CASES, ids=[case[0] for case in CASES])
def test_stand_in_is_called_as_the_published_client_calls_it(
    name: str, arguments: Dict[str, Any], body: Any, told: Told
) -> None:
    stand_in, async_stand_in = StandIn(body), AsyncStandIn(body)
    client = OnceOnly(KEY, "http://h", sync_client=stand_in, async_client=async_stand_in)
    answer = _verb(client, name)(**arguments)
    assert stand_in.told == [told]
    assert run(_verb(client, f"{name}_async")(**arguments)) == answer
    assert async_stand_in.told == [told]


def test_function_runs_with_a_stand_in() -> None:
    class Leases(StandIn):
        def _answer(self, method: str, path: str, arguments: Dict[str, Any]) -> httpx.Response:
            super()._answer(method, path, arguments)
            return httpx.Response(200, json=LEASE if path == "/ai/lease" else DONE)

    stand_in = Leases(None)
    client = OnceOnly(KEY, "http://h", sync_client=stand_in)
    assert client.ai.run_fn("k", lambda: {"n": 1}).result == {"n": 1}
    assert [path for _, path, _ in stand_in.told] == ["/ai/lease", "/ai/complete", "/ai/result"]


def test_mocks_of_httpx_are_stand_ins() -> None:
    http = MagicMock(spec=httpx.Client)
    http.post.return_value = httpx.Response(200, json=LOCKED)
    assert OnceOnly(KEY, "http://h", sync_client=http).check_lock("k").locked
    http.post.assert_called_once_with("/check-lock", json={"key": "k"}, headers={})

    async_http = AsyncMock(spec=httpx.AsyncClient)
    async_http.post.return_value = httpx.Response(200, json=LOCKED)
    assert run(OnceOnly(KEY, "http://h", async_client=async_http).check_lock_async("k")).locked


@pytest.mark.parametrize(
    ("error", "reason"), [(httpx.ReadTimeout("slow"), "timeout"), (httpx.ConnectError("refused"), "request_error")]
)
def test_errors_of_a_stand_in_are_network_errors(error: Exception, reason: str) -> None:
    http, async_http = MagicMock(), AsyncMock()
    http.post.side_effect = async_http.post.side_effect = error
    client = OnceOnly(KEY, "http://h", sync_client=http, async_client=async_http)
    assert client.check_lock("k").raw["reason"] == reason
    assert run(client.check_lock_async("k")).raw["reason"] == reason
    with pytest.raises(onceonly.NetworkError) as raised:
        client.check_lock("k", fail_open=False)
    assert raised.value.__cause__ is error


def test_answers_that_say_no_are_errors_with_a_stand_in() -> None:
    http = MagicMock()
    http.get.return_value = httpx.Response(429, headers={"Retry-After": "7"}, json={"detail": {"error": "rate_limited"}})
    with pytest.raises(onceonly.RateLimitError) as raised:
        OnceOnly(KEY, "http://h", sync_client=http).me()
    assert raised.value.retry_after_sec == 7


def test_stand_in_that_answers_with_something_else_is_refused_by_name() -> None:
    http = MagicMock()
    http.get.return_value = {"plan": "free"}
    with pytest.raises(TypeError, match=r"must answer with an httpx.Response, not dict"):
        OnceOnly(KEY, "http://h", sync_client=http).me()


def test_stand_in_stays_the_callers_to_close() -> None:
    http, async_http = MagicMock(), AsyncMock()
    client = OnceOnly(KEY, "http://h", sync_client=http, async_client=async_http)
    http.get.return_value = async_http.get.return_value = httpx.Response(200, json={})
    client.me()
    run(client.me_async())
    run(client.aclose())
    http.close.assert_not_called()
    async_http.aclose.assert_not_called()
