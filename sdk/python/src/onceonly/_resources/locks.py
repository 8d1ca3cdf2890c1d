"""``/v1/check-lock``: who comes first with a key."""

from __future__ import annotations

import os
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Union, cast

from .._answers import api_error, protocol_error
from .._call import Answer, Call, Header
from .._values import metadata_object
from ..errors import ApiError, OnceOnlyError
from ..results import CheckLockResult, JsonObject
from ._shapes import Ttl, about, as_list, as_object, body, fingerprint_text, key_text, object_in, text, ttl_seconds

_ITEM_FIELDS = frozenset(("key", "ttl", "meta", "metadata", "fingerprint", "attempt_id"))
_ITEM_STATUS = {
    "payment_required": 402,
    "overloaded": 429,
    "rate_limited": 429,
    "storage_low": 429,
    "storage_unavailable": 503,
    "unknown_outcome": 503,
}


def check(key: str, ttl: Ttl, meta: Any, request_id: Optional[str], fingerprint: Optional[str]) -> Call[CheckLockResult]:
    """Ask for the lock of ``key``."""
    sent: JsonObject = {"key": key_text(key)}
    if ttl is not None:
        sent["ttl"] = ttl_seconds(ttl)
    if meta is not None:
        sent["metadata"] = metadata_object(meta)
    if fingerprint is not None:
        sent["fingerprint"] = fingerprint_text(fingerprint)
    headers: Tuple[Header, ...] = () if request_id is None else ((b"X-Request-Id", _header("request_id", request_id)),)

    def parse(data: Any, answer: Answer) -> CheckLockResult:
        return _checked(about(key)(data, answer), answer, key, ttl)

    return Call("POST", "/check-lock", parse, sent, headers, attempt_id=True)


def duplicate_of(error: ApiError, key: str, ttl: Ttl) -> Optional[CheckLockResult]:
    """The duplicate that a 409 tells of, on servers that are set to tell it so; None for another error."""
    if error.status_code != 409 or error.code != "Duplicate blocked":
        return None
    seen = error.detail.get("first_seen_at")
    return CheckLockResult(
        locked=False,
        duplicate=True,
        key=key,
        ttl=ttl_seconds(ttl),
        first_seen_at=seen if isinstance(seen, str) else None,
        request_id=error.request_id,
        status_code=409,
        raw={"detail": error.detail},
    )


def failed_open(key: str, ttl: Ttl, meta: Any, reason: str) -> CheckLockResult:
    """The permission to go ahead unprotected."""
    raw = {"fail_open": True, "reason": reason, "metadata": metadata_object(meta)}
    return CheckLockResult(
        locked=True,
        duplicate=False,
        key=key,
        ttl=ttl_seconds(ttl),
        request_id="fail-open",
        status_code=0,
        raw=raw,
        failed_open=True,
    )


def release(key: str, lock_id: str) -> Call[JsonObject]:
    """Give a lock back before it expires."""
    return Call("POST", "/check-lock/release", about(key), {"key": key_text(key), "lock_id": text("lock_id", lock_id)})


def check_batch(items: Sequence[Union[str, Mapping[str, Any]]]) -> Call[List[Union[CheckLockResult, OnceOnlyError]]]:
    """Ask for several locks at once."""
    sent = [_item(item) for item in items]
    if not sent:
        raise ValueError("items must not be empty")

    def parse(data: Any, answer: Answer) -> List[Union[CheckLockResult, OnceOnlyError]]:
        answers = as_list(data, answer)
        if len(answers) != len(sent):
            raise protocol_error(answer, f"{len(answers)} answers to {len(sent)} items")
        return [_item_answer(one, asked, answer) for one, asked in zip(answers, sent)]

    return Call("POST", "/check-lock/batch", parse, {"items": sent})


def _item(item: Union[str, Mapping[str, Any]]) -> JsonObject:
    given = {"key": item} if isinstance(item, str) else object_in("an item", item)
    unknown = set(given) - _ITEM_FIELDS
    if unknown:
        raise TypeError(f"items must have only fields that are known, not {', '.join(sorted(unknown))}")
    meta = given.get("metadata", given.get("meta"))
    return body(
        key=key_text(given.get("key")),
        ttl=ttl_seconds(cast("Ttl", given.get("ttl"))),
        metadata=metadata_object(meta),
        fingerprint=fingerprint_text(given.get("fingerprint")),
        # Of each item its own, so that a repeated attempt is not told that it is a duplicate of itself.
        attempt_id=given.get("attempt_id") or os.urandom(16).hex(),
    )


def _item_answer(data: Any, asked: JsonObject, answer: Answer) -> Union[CheckLockResult, OnceOnlyError]:
    fields = as_object(data, answer)
    if "detail" in fields:
        return api_error(_status_of_item(fields["detail"]), fields["detail"], request_id=answer.header(b"x-request-id"))
    return _checked(about(asked["key"])(fields, answer), answer, asked["key"], asked.get("ttl"))


def _status_of_item(detail: Any) -> int:
    """The status that the item would have had alone: the batch as a whole is 200."""
    if isinstance(detail, list):
        return 422
    code: Any = cast("JsonObject", detail).get("error") if isinstance(detail, dict) else None
    return _ITEM_STATUS.get(code, 409)


def _checked(data: JsonObject, answer: Answer, key: str, ttl: Ttl) -> CheckLockResult:
    duplicate = _is_duplicate(data, answer)
    return CheckLockResult(
        locked=not duplicate,
        duplicate=duplicate,
        key=data.get("key", key),
        ttl=data.get("ttl", ttl_seconds(ttl)),
        first_seen_at=data.get("first_seen_at"),
        request_id=answer.header(b"x-request-id"),
        status_code=answer.status,
        raw=data,
        lock_id=data.get("lock_id"),
        fence=data.get("fence"),
        replayed=data.get("replayed") is True,
    )


def _is_duplicate(data: JsonObject, answer: Answer) -> bool:
    """The body's status, else the header, else ``success``. A word that is neither of the two known ones is no permission to act."""
    status = data.get("status") or answer.header(b"x-onceonly-status")
    if status in ("locked", "duplicate"):
        return status == "duplicate"
    success = data.get("success")
    if status is not None or not isinstance(success, bool):
        raise protocol_error(answer, f"the status {status!r} is neither locked nor duplicate")
    return not success


def _header(name: str, value: str) -> bytes:
    if not text(name, value).isprintable() or value != value.strip():
        raise ValueError(f"{name} must be printable, without blanks around it")
    return value.encode("utf-8")
