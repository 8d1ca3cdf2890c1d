"""``/v1/ai/…``: leases, their states and results."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Optional, Tuple, cast

from .._call import Answer, Call
from .._model import as_model, check_model
from .._values import metadata_object
from ..results import AiResult, AiStatus, JsonObject
from ._shapes import Ttl, about, body, fingerprint_text, key_text, query, text, ttl_seconds


def lease(key: str, ttl: Ttl, metadata: Any, fingerprint: Optional[str], retry_failed: bool) -> Call[JsonObject]:
    """Ask for the lease of ``key``."""
    sent = body(
        key=key_text(key),
        ttl=ttl_seconds(ttl),
        metadata=metadata_object(metadata),
        fingerprint=fingerprint_text(fingerprint),
        retry_failed=retry_failed or None,
    )
    return Call("POST", "/ai/lease", about(key), sent, attempt_id=True)


def extend(key: str, lease_id: str, ttl: Ttl) -> Call[JsonObject]:
    """Count the lease's ttl again from now."""
    return Call(
        "POST", "/ai/extend", about(key), body(key=key_text(key), lease_id=text("lease_id", lease_id), ttl=ttl_seconds(ttl))
    )


def complete(key: str, lease_id: str, result: Optional[JsonObject], result_hash: Optional[str]) -> Call[JsonObject]:
    """End the lease well."""
    sent = body(key=key_text(key), lease_id=text("lease_id", lease_id), result=result, result_hash=result_hash)
    return Call("POST", "/ai/complete", about(key), sent)


def fail(key: str, lease_id: str, error_code: str, error_hash: Optional[str]) -> Call[JsonObject]:
    """End the lease as failed."""
    sent = body(
        key=key_text(key),
        lease_id=text("lease_id", lease_id),
        error_code=text("error_code", error_code),
        error_hash=error_hash,
    )
    return Call("POST", "/ai/fail", about(key), sent)


def cancel(key: str, lease_id: str, reason: Optional[str]) -> Call[JsonObject]:
    """End the lease as cancelled."""
    return Call("POST", "/ai/cancel", about(key), body(key=key_text(key), lease_id=text("lease_id", lease_id), reason=reason))


def status(key: str, wait: Optional[float]) -> Call[AiStatus]:
    """Read a key's state."""
    path, unheld = _asking("/ai/status", key, wait)
    return Call("GET", path, _with_key(key, _status), held=wait or 0.0, unheld=unheld)


def result(key: str, wait: Optional[float], model: Any = None) -> Call[AiResult[Any]]:
    """Read how a key's work ended; ``value`` is the result as ``model``."""
    check_model(model)
    path, unheld = _asking("/ai/result", key, wait)

    def read(data: JsonObject, key: str) -> AiResult[Any]:
        ended = _keyed(AiResult.from_dict(data), data, key)
        return ended if model is None else replace(ended, value=as_model(model, ended.result, key))

    return Call("GET", path, _with_key(key, read), held=wait or 0.0, unheld=unheld)


def _asking(path: str, key: str, wait: Optional[float]) -> Tuple[str, str]:
    """The path that asks, and the one that asks without waiting."""
    return query(path, key=key_text(key), wait=_seconds(wait)), query(path, key=key)


def _seconds(wait: Optional[float]) -> Optional[str]:
    return None if wait is None else f"{wait:.3f}".rstrip("0").rstrip(".")


def _with_key(key: str, read: Callable[[JsonObject, str], Any]) -> Callable[[Any, Answer], Any]:
    return lambda data, answer: read(about(key)(data, answer), key)


def _status(data: JsonObject, key: str) -> AiStatus:
    return cast(AiStatus, _keyed(AiStatus.from_dict(data), data, key))


def _keyed(read: Any, data: JsonObject, key: str) -> Any:
    """An answer that does not say of which key it is, is of the one that was asked for."""
    return read if "key" in data else replace(read, key=key)
