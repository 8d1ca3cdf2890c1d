"""``/v1/ai/…``: leases, their states and results."""

from __future__ import annotations

from typing import Any, Callable, Optional

from .._call import Answer, Call
from .._values import metadata_object
from ..results import AiResult, AiStatus, JsonObject
from ._shapes import as_object, body, fingerprint_text, query, text


def lease(key: str, ttl: Optional[int], metadata: Any, fingerprint: Optional[str], retry_failed: bool) -> Call[JsonObject]:
    """Ask for the lease of ``key``."""
    sent = body(
        key=text("key", key),
        ttl=ttl,
        metadata=metadata_object(metadata),
        fingerprint=fingerprint_text(fingerprint),
        retry_failed=retry_failed or None,
    )
    return Call("POST", "/ai/lease", as_object, sent, attempt_id=True)


def extend(key: str, lease_id: str, ttl: Optional[int]) -> Call[JsonObject]:
    """Count the lease's ttl again from now."""
    return Call("POST", "/ai/extend", as_object, body(key=text("key", key), lease_id=text("lease_id", lease_id), ttl=ttl))


def complete(key: str, lease_id: str, result: Optional[JsonObject], result_hash: Optional[str]) -> Call[JsonObject]:
    """End the lease well."""
    sent = body(key=text("key", key), lease_id=text("lease_id", lease_id), result=result, result_hash=result_hash)
    return Call("POST", "/ai/complete", as_object, sent)


def fail(key: str, lease_id: str, error_code: str, error_hash: Optional[str]) -> Call[JsonObject]:
    """End the lease as failed."""
    sent = body(
        key=text("key", key),
        lease_id=text("lease_id", lease_id),
        error_code=text("error_code", error_code),
        error_hash=error_hash,
    )
    return Call("POST", "/ai/fail", as_object, sent)


def cancel(key: str, lease_id: str, reason: Optional[str]) -> Call[JsonObject]:
    """End the lease as cancelled."""
    return Call("POST", "/ai/cancel", as_object, body(key=text("key", key), lease_id=text("lease_id", lease_id), reason=reason))


def status(key: str, wait: Optional[float]) -> Call[AiStatus]:
    """Read a key's state."""
    path = query("/ai/status", key=text("key", key), wait=_seconds(wait))
    return Call("GET", path, _with_key(key, _status), held=wait or 0.0)


def result(key: str, wait: Optional[float]) -> Call[AiResult]:
    """Read how a key's work ended."""
    path = query("/ai/result", key=text("key", key), wait=_seconds(wait))
    return Call("GET", path, _with_key(key, _result), held=wait or 0.0)


def _seconds(wait: Optional[float]) -> Optional[str]:
    return None if wait is None else f"{wait:.3f}".rstrip("0").rstrip(".")


def _with_key(key: str, read: Callable[[JsonObject, str], Any]) -> Callable[[Any, Answer], Any]:
    return lambda data, answer: read(as_object(data, answer), key)


def _status(data: JsonObject, key: str) -> AiStatus:
    return AiStatus(
        ok=data.get("ok") is True,
        status=data.get("status"),
        key=data.get("key", key),
        lease_id=data.get("lease_id"),
        version=data.get("version"),
        ttl_left=data.get("ttl_left"),
        first_seen_at=data.get("first_seen_at"),
        retry_after_sec=data.get("retry_after_sec"),
        done_at=data.get("done_at"),
        error_code=data.get("error_code"),
        result_hash=data.get("result_hash"),
        fence=data.get("fence"),
        raw=data,
    )


def _result(data: JsonObject, key: str) -> AiResult:
    return AiResult(
        ok=data.get("ok") is True,
        status=data.get("status"),
        key=data.get("key", key),
        result=data.get("result"),
        result_hash=data.get("result_hash"),
        error_code=data.get("error_code"),
        done_at=data.get("done_at"),
        raw=data,
    )
