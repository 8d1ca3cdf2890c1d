"""``/v1/ai/run``: keyed runs in the background, and governed tool calls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Mapping, Optional, Union, cast

from .._call import Answer, Call, Repeat
from .._values import metadata_object
from ..results import AiRun, AiToolResult, JsonObject
from ._shapes import Ttl, about, as_object, body, fingerprint_text, key_text, object_in, text, trimmed, ttl_seconds


def run_keyed(
    key: str, ttl: Ttl, metadata: Any, run_id: Optional[str], fingerprint: Optional[str], retry_failed: bool
) -> Call[AiRun]:
    """Start or join a keyed run. ``run_id`` travels in the metadata."""
    described = metadata_object(metadata)
    if run_id is not None:
        described = {**(described or {}), "run_id": trimmed("run_id", run_id)}
    sent = body(
        key=key_text(key),
        ttl=ttl_seconds(ttl),
        metadata=described,
        fingerprint=fingerprint_text(fingerprint),
        retry_failed=retry_failed or None,
    )
    return Call("POST", "/ai/run", lambda data, answer: read_run(about(key)(data, answer), key), sent, attempt_id=True)


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
    ttl: Ttl,
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
    run = AiRun.from_dict(data)
    return run if "key" in data else replace(run, key=key)


def _tool_result(data: Any, answer: Answer) -> AiToolResult:
    return AiToolResult.from_dict(as_object(data, answer))
