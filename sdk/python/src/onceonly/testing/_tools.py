"""Governed calls as a test scripts them: what a tool returns, that it is blocked, that it fails."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Optional, Tuple, Union, cast

from ..results import JsonObject
from ._asked import Answered, Asked, Refusal, refused
from ._claims import new_id

Result = Union[Mapping[str, Any], Callable[[JsonObject], Any], None]


@dataclass(frozen=True)
class _Script:
    result: Result = None
    blocked: Optional[str] = None
    risk_level: str = "low"
    fails: Optional[str] = None
    message: str = ""


class Tools:
    """The scripts, and the calls that were made. Not thread-safe: the fake asks one thing at a time."""

    def __init__(self) -> None:
        self._scripts: Dict[str, _Script] = {}
        self._attempts: Dict[str, Answered] = {}
        self._settled: Dict[Tuple[str, str, str], JsonObject] = {}

    def returns(self, tool: str, result: Result) -> None:
        """What a tool answers with: an object, or a function of the arguments."""
        self._scripts[tool] = _Script(result=result)

    def is_blocked(self, tool: str, reason: str, risk_level: str) -> None:
        """That the policy blocks a tool."""
        self._scripts[tool] = _Script(blocked=reason, risk_level=risk_level)

    def fails(self, tool: str, outcome: str, message: str) -> None:
        """That a tool fails, and whether it may have acted."""
        if outcome not in ("failed", "unknown"):
            raise ValueError("outcome must be failed or unknown")
        self._scripts[tool] = _Script(fails=outcome, message=message)

    def call(self, asked: Asked) -> Answered:
        """Make one call; the same attempt has the first one's answer."""
        attempt_id = asked.attempt_id
        if attempt_id is not None and attempt_id in self._attempts:
            first = self._attempts[attempt_id]
            return Answered(first.status, {**first.body, "replayed": True})
        answer = self._made(asked.fields)
        if attempt_id is not None:
            self._attempts[attempt_id] = answer
        return answer

    def _made(self, body: JsonObject) -> Answered:
        agent_id, tool = body["agent_id"], body["tool"]
        script = self._scripts.get(tool)
        if script is None:
            raise refused(404, "tool_not_found", tool=tool)
        if script.blocked is not None:
            return _decided(False, "blocked", script.blocked, script.risk_level)
        args: JsonObject = body.get("args") or {}
        same = (agent_id, tool, body.get("idempotency_key") or json.dumps(args, sort_keys=True))
        if same in self._settled:
            return _decided(True, "dedup", "tool_idempotency", "low", self._settled[same])
        if body.get("dry_run"):
            return _decided(True, "dry_run", "ok", "low")
        if script.fails is not None:
            detail = {"error": "tool_error", "tool": tool, "status_code": None, "message": script.message}
            raise Refusal(502, {"detail": {**detail, "outcome": script.fails, "call_id": new_id("call")}})
        result: Any = script.result(args) if callable(script.result) else script.result
        self._settled[same] = dict(cast("Mapping[str, Any]", result)) if isinstance(result, Mapping) else {"data": result}
        return _decided(True, "executed", "ok", "low", self._settled[same], call_id=new_id("call"))


def _decided(
    allowed: bool, decision: str, reason: str, risk_level: str, result: Optional[JsonObject] = None, **more: Any
) -> Answered:
    body: JsonObject = {"ok": allowed, "allowed": allowed, "decision": decision, "policy_reason": reason}
    return Answered(200, {**body, "risk_level": risk_level, "result": result, **more})
