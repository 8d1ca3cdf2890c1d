"""``/v1/ai/run``: keyed runs in the background, and governed tool calls."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Union, cast

from .._call import Answer, Call, Repeat
from .._values import metadata_object
from ..results import AiRun, AiToolResult, JsonObject
from ._shapes import as_object, body, fingerprint_text, object_in, text, trimmed


def run_keyed(
    key: str, ttl: Optional[int], metadata: Any, run_id: Optional[str], fingerprint: Optional[str], retry_failed: bool
) -> Call[AiRun]:
    """Start or join a keyed run. ``run_id`` travels in the metadata."""
    described = metadata_object(metadata)
    if run_id is not None:
        described = {**(described or {}), "run_id": trimmed("run_id", run_id)}
    sent = body(
        key=text("key", key),
        ttl=ttl,
        metadata=described,
        fingerprint=fingerprint_text(fingerprint),
        retry_failed=retry_failed or None,
    )
    return Call("POST", "/ai/run", lambda data, answer: read_run(as_object(data, answer), key), sent, attempt_id=True)


def run_tool(
    agent_id: str,
    tool: str,
    args: Optional[Mapping[str, Any]],
    spend_usd: Optional[float],
    run_id: Optional[str],
    idempotency_key: Optional[str],
    dry_run: bool,
) -> Call[AiToolResult]:
    """Have an agent's call decided and made. ``run_id`` travels in the arguments, so that equal calls of two runs are two calls."""
    given = None if args is None else object_in("args", args)
    if run_id is not None:
        given = {**(given or {}), "run_id": trimmed("run_id", run_id)}
    sent = body(
        agent_id=text("agent_id", agent_id),
        tool=text("tool", tool),
        args={} if given is None else given,
        spend_usd=spend_usd,
        idempotency_key=idempotency_key,
        dry_run=dry_run or None,
    )
    return Call("POST", "/ai/run", _tool_result, sent, attempt_id=True, repeat=Repeat.OUTCOME)


def either(
    key: Optional[str],
    ttl: Optional[int],
    metadata: Any,
    agent_id: Optional[str],
    tool: Optional[str],
    args: Optional[Mapping[str, Any]],
    spend_usd: Optional[float],
    run_id: Optional[str],
    fingerprint: Optional[str],
    retry_failed: bool,
) -> Call[Union[AiRun, AiToolResult]]:
    """A keyed run with ``key``, a governed call with ``agent_id`` and ``tool``; ValueError for both and for neither."""
    if key is not None:
        if agent_id is not None or tool is not None:
            raise ValueError("give either key, or agent_id and tool; a keyed run's agent_id belongs in its metadata")
        return cast("Call[Union[AiRun, AiToolResult]]", run_keyed(key, ttl, metadata, run_id, fingerprint, retry_failed))
    if agent_id is None or tool is None:
        raise ValueError("give key, or agent_id and tool")
    return cast("Call[Union[AiRun, AiToolResult]]", run_tool(agent_id, tool, args, spend_usd, run_id, None, False))


def read_run(data: JsonObject, key: str) -> AiRun:
    """A lease's or keyed run's answer."""
    return AiRun(
        ok=data.get("ok") is True,
        status=data.get("status"),
        key=data.get("key", key),
        lease_id=data.get("lease_id"),
        version=data.get("version"),
        ttl=data.get("ttl"),
        ttl_left=data.get("ttl_left"),
        first_seen_at=data.get("first_seen_at"),
        charged=data.get("charged"),
        usage=data.get("usage"),
        limit=data.get("limit"),
        retry_after_sec=data.get("retry_after_sec"),
        done_at=data.get("done_at"),
        error_code=data.get("error_code"),
        result_hash=data.get("result_hash"),
        result=data.get("result"),
        fence=data.get("fence"),
        replayed=data.get("replayed") is True,
        raw=data,
    )


def _tool_result(data: Any, answer: Answer) -> AiToolResult:
    fields = as_object(data, answer)
    return AiToolResult(
        ok=fields.get("ok") is True,
        # Only a clear word lets the caller take the call as made.
        allowed=fields.get("allowed") is True,
        decision=fields.get("decision"),
        policy_reason=fields.get("policy_reason"),
        risk_level=fields.get("risk_level"),
        result=fields.get("result"),
        policy_version=fields.get("policy_version"),
        call_id=fields.get("call_id"),
        replayed=fields.get("replayed") is True,
        raw=fields,
    )
