"""``/v1/policies``: what agents may do."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, cast

from .._call import Answer, Call
from ..results import JsonObject, Policy
from ._shapes import as_object, as_objects, body, object_in, part, text


def upsert(policy: Mapping[str, Any], agent_id: Optional[str]) -> Call[Policy]:
    """Replace an agent's policy; ``agent_id`` wins over the one in the document."""
    sent = object_in("policy", policy)
    agent = text("agent_id", agent_id if agent_id is not None else sent.get("agent_id", ""))
    return Call("POST", f"/policies/{part('agent_id', agent)}", _policy, {**sent, "agent_id": agent})


def from_template(agent_id: str, template: str, overrides: Optional[Mapping[str, Any]]) -> Call[Policy]:
    """Make an agent's policy from a template of the server."""
    changed = {} if overrides is None else object_in("overrides", overrides)
    sent = {"agent_id": text("agent_id", agent_id), "template": text("template", template), "overrides": changed}
    return Call("POST", f"/policies/{part('agent_id', agent_id)}/from-template", _policy, sent)


def list_all() -> Call[List[Policy]]:
    """All policies of the namespace."""
    return Call("GET", "/policies", lambda data, answer: [_read(item) for item in as_objects(data, answer)])


def get(agent_id: str) -> Call[Policy]:
    """One agent's policy."""
    return Call("GET", f"/policies/{part('agent_id', agent_id)}", _policy)


def delete(agent_id: str) -> Call[JsonObject]:
    """Forget an agent's policy."""
    return Call("DELETE", f"/policies/{part('agent_id', agent_id)}", as_object)


def evaluate(agent_id: str, tool: str, args: Optional[Mapping[str, Any]], spend_usd: Optional[float]) -> Call[JsonObject]:
    """What would be decided, without doing anything."""
    sent = body(tool=text("tool", tool), args=None if args is None else object_in("args", args), spend_usd=spend_usd)
    return Call("POST", f"/policies/{part('agent_id', agent_id)}/evaluate", as_object, sent)


def _policy(data: Any, answer: Answer) -> Policy:
    return _read(as_object(data, answer))


def _read(data: JsonObject) -> Policy:
    nested = data.get("policy")
    document = cast(JsonObject, nested) if isinstance(nested, dict) else data
    return Policy(
        agent_id=data.get("agent_id", document.get("agent_id")),
        policy=document,
        allowed_tools=document.get("allowed_tools"),
        blocked_tools=document.get("blocked_tools"),
        max_actions_per_hour=document.get("max_actions_per_hour"),
        max_spend_usd_per_day=document.get("max_spend_usd_per_day"),
        max_calls_per_tool=document.get("max_calls_per_tool"),
        pricing_rules=document.get("pricing_rules"),
        raw=data,
    )
