"""``/v1/agents`` and ``/v1/calls``: the kill switch, what agents did, and calls whose end nobody knows."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from .._call import Answer, Call
from ..results import AgentLogItem, AgentMetrics, AgentStatus, JsonObject
from ._shapes import as_object, as_objects, body, object_in, part, query, text


def list_all() -> Call[List[JsonObject]]:
    """All agents that have been seen or have a policy."""
    return Call("GET", "/agents", as_objects)


def get(agent_id: str) -> Call[JsonObject]:
    """One agent."""
    return Call("GET", f"/agents/{part('agent_id', agent_id)}", as_object)


def disable(agent_id: str, reason: Optional[str]) -> Call[AgentStatus]:
    """Stop an agent; ``*`` stops all."""
    return Call("POST", f"/agents/{part('agent_id', agent_id)}/disable", _status, body(reason=reason or None))


def enable(agent_id: str, reason: Optional[str]) -> Call[AgentStatus]:
    """Let an agent act again."""
    return Call("POST", f"/agents/{part('agent_id', agent_id)}/enable", _status, body(reason=reason or None))


def logs(agent_id: str, limit: int) -> Call[List[AgentLogItem]]:
    """Decisions about an agent's calls, newest first."""
    path = query(f"/agents/{part('agent_id', agent_id)}/logs", limit=limit)
    return Call("GET", path, lambda data, answer: [_log_item(item) for item in as_objects(data, answer)])


def metrics(agent_id: str, period: str) -> Call[AgentMetrics]:
    """An agent's counts over the last hour, day or week."""
    return Call("GET", query(f"/agents/{part('agent_id', agent_id)}/metrics", period=text("period", period)), _metrics)


def list_calls(state: Optional[str], agent_id: Optional[str], limit: int, offset: int) -> Call[JsonObject]:
    """Governed calls that reserved something, newest first."""
    return Call("GET", query("/calls", state=state, agent_id=agent_id, limit=limit, offset=offset), as_object)


def get_call(call_id: str) -> Call[JsonObject]:
    """One governed call."""
    return Call("GET", f"/calls/{part('call_id', call_id)}", as_object)


def resolve_call(call_id: str, outcome: str, result: Optional[Mapping[str, Any]], note: Optional[str]) -> Call[JsonObject]:
    """Say how an unknown call ended."""
    given = None if result is None else object_in("result", result)
    sent = body(outcome=text("outcome", outcome), result=given, note=note)
    return Call("POST", f"/calls/{part('call_id', call_id)}/resolve", as_object, sent)


def _status(data: Any, answer: Answer) -> AgentStatus:
    fields = as_object(data, answer)
    return AgentStatus(
        agent_id=fields.get("agent_id"),
        is_enabled=fields.get("is_enabled", fields.get("enabled")) is True,
        disabled_reason=fields.get("disabled_reason"),
        disabled_at=fields.get("disabled_at"),
        raw=fields,
    )


def _log_item(data: JsonObject) -> AgentLogItem:
    return AgentLogItem(
        ts=data.get("ts"),
        agent_id=data.get("agent_id"),
        tool=data.get("tool"),
        allowed=data.get("allowed") is True,
        decision=data.get("decision"),
        policy_reason=data.get("policy_reason") or data.get("reason"),
        reason=data.get("reason"),
        risk_level=data.get("risk_level"),
        args_hash=data.get("args_hash"),
        spend_usd=data.get("spend_usd"),
        raw=data,
    )


def _metrics(data: Any, answer: Answer) -> AgentMetrics:
    fields = as_object(data, answer)
    return AgentMetrics(
        agent_id=fields.get("agent_id"),
        period=fields.get("period"),
        total_actions=fields.get("total_actions"),
        blocked_actions=fields.get("blocked_actions"),
        total_spend_usd=fields.get("total_spend_usd"),
        top_tools=fields.get("top_tools"),
        raw=fields,
    )
