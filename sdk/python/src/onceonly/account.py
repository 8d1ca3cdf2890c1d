"""The account, its usage, its recent feed, and the timelines of runs."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from ._engine import Engine
from ._resources import account, events
from .results import JsonObject


class AccountCalls:
    """The calls about the account, which `OnceOnly` offers as its own. Each has a twin ``…_async``."""

    _engine: Engine

    def me(self) -> JsonObject:
        """The account that the API key belongs to."""
        return self._engine.call(account.me())

    async def me_async(self) -> JsonObject:
        """As ``me``."""
        return await self._engine.call_async(account.me())

    def update_notifications(
        self,
        email_notifications_enabled: Optional[bool] = None,
        tool_error_notifications_enabled: Optional[bool] = None,
        run_failure_notifications_enabled: Optional[bool] = None,
    ) -> JsonObject:
        """Set those switches that are given, at least one; answers with all three."""
        return self._engine.call(
            account.update_notifications(
                email_notifications_enabled, tool_error_notifications_enabled, run_failure_notifications_enabled
            )
        )

    async def update_notifications_async(
        self,
        email_notifications_enabled: Optional[bool] = None,
        tool_error_notifications_enabled: Optional[bool] = None,
        run_failure_notifications_enabled: Optional[bool] = None,
    ) -> JsonObject:
        """As ``update_notifications``."""
        return await self._engine.call_async(
            account.update_notifications(
                email_notifications_enabled, tool_error_notifications_enabled, run_failure_notifications_enabled
            )
        )

    def usage(self, kind: str = "make") -> JsonObject:
        """This month's usage of ``make`` (locks) or ``ai`` (leases, runs and tool calls)."""
        return self._engine.call(account.usage(kind))

    async def usage_async(self, kind: str = "make") -> JsonObject:
        """As ``usage``."""
        return await self._engine.call_async(account.usage(kind))

    def usage_all(self) -> JsonObject:
        """This month's usage of both kinds, and the plan."""
        return self._engine.call(account.usage_all())

    async def usage_all_async(self) -> JsonObject:
        """As ``usage_all``."""
        return await self._engine.call_async(account.usage_all())

    def metrics(self, from_day: str, to_day: str) -> List[JsonObject]:
        """Counts per UTC day, from and to ``YYYY-MM-DD`` inclusive, 366 days at most."""
        return self._engine.call(account.metrics(from_day, to_day))

    async def metrics_async(self, from_day: str, to_day: str) -> List[JsonObject]:
        """As ``metrics``."""
        return await self._engine.call_async(account.metrics(from_day, to_day))

    def events(self, limit: int = 50, offset: int = 0) -> List[JsonObject]:
        """What was notable lately, newest first; ``limit`` is 1 to 200."""
        return self._engine.call(events.recent(limit, offset))

    async def events_async(self, limit: int = 50, offset: int = 0) -> List[JsonObject]:
        """As ``events``."""
        return await self._engine.call_async(events.recent(limit, offset))

    def post_event(
        self,
        run_id: str,
        type: str,
        ts: Optional[int] = None,
        status: Optional[str] = None,
        duration_ms: Optional[int] = None,
        step: Optional[str] = None,
        tool: Optional[str] = None,
        req_id: Optional[str] = None,
        lease_id: Optional[str] = None,
        agent_id: Optional[str] = None,
        message: Optional[str] = None,
        data: Optional[Dict[str, Any]] = None,
        **extra: Any,
    ) -> JsonObject:
        """Add an event to a run's timeline. ``ts`` is in unix seconds, now if absent.

        It is never sent twice: after a lost answer the error says so, and nobody knows whether the event was taken.
        """
        fields = _event(ts, status, duration_ms, step, tool, req_id, lease_id, agent_id, message, data)
        return self._engine.call(events.post(run_id, type, fields, extra))

    async def post_event_async(
        self,
        run_id: str,
        type: str,
        ts: Optional[int] = None,
        status: Optional[str] = None,
        duration_ms: Optional[int] = None,
        step: Optional[str] = None,
        tool: Optional[str] = None,
        req_id: Optional[str] = None,
        lease_id: Optional[str] = None,
        agent_id: Optional[str] = None,
        message: Optional[str] = None,
        data: Optional[Dict[str, Any]] = None,
        **extra: Any,
    ) -> JsonObject:
        """As ``post_event``."""
        fields = _event(ts, status, duration_ms, step, tool, req_id, lease_id, agent_id, message, data)
        return await self._engine.call_async(events.post(run_id, type, fields, extra))

    def list_runs(self, limit: int = 50, offset: int = 0, q: Optional[str] = None) -> JsonObject:
        """Runs as ``{"total", "items"}``, the last active first; ``q`` is how their run_id begins, ``limit`` is 1 to 500."""
        return self._engine.call(events.list_runs(limit, offset, q))

    async def list_runs_async(self, limit: int = 50, offset: int = 0, q: Optional[str] = None) -> JsonObject:
        """As ``list_runs``."""
        return await self._engine.call_async(events.list_runs(limit, offset, q))

    def get_run_timeline(self, run_id: str, limit: int = 200, offset: int = 0) -> JsonObject:
        """A run's events in order, as ``{"run_id", "total", "events"}``; ``limit`` is 1 to 2000."""
        return self._engine.call(events.timeline(run_id, limit, offset))

    async def get_run_timeline_async(self, run_id: str, limit: int = 200, offset: int = 0) -> JsonObject:
        """As ``get_run_timeline``."""
        return await self._engine.call_async(events.timeline(run_id, limit, offset))


def _event(
    ts: Optional[int],
    status: Optional[str],
    duration_ms: Optional[int],
    step: Optional[str],
    tool: Optional[str],
    req_id: Optional[str],
    lease_id: Optional[str],
    agent_id: Optional[str],
    message: Optional[str],
    data: Optional[Dict[str, Any]],
) -> Dict[str, Any]:
    return {
        "ts": ts,
        "status": status,
        "duration_ms": duration_ms,
        "step": step,
        "tool": tool,
        "req_id": req_id,
        "lease_id": lease_id,
        "agent_id": agent_id,
        "message": message,
        "data": data,
    }
