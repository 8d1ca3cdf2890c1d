"""Leases in memory, with the server's rules: acquire, extend, complete, fail, cancel, status, result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple

from ..results import JsonObject
from ._asked import FINGERPRINT_MAX, TTL_DEFAULT, Answered, Asked, Fields, Refusal
from ._claims import Claim, new_id, next_fence, wire_time

RETENTION_SECONDS = 7 * 86400.0  # How long a finished or expired lease is remembered.
POLL_SECONDS = 5  # What a caller is told to wait.


@dataclass(frozen=True)
class _Ending:
    status: str
    done_at: float
    #: What a repetition must be equal in.
    payload: Tuple[Any, ...]
    result: Optional[JsonObject] = None
    result_hash: Optional[str] = None
    error_code: Optional[str] = None


@dataclass
class _Lease(Claim):
    version: int = 1
    ending: Optional[_Ending] = None

    def status(self, now: float) -> str:
        if self.is_forgotten(now):
            return "not_found"
        if self.ending is not None:
            return self.ending.status
        return "in_progress" if self.is_live(now) else "not_found"

    def is_forgotten(self, now: float) -> bool:
        return now >= (self.expires_at if self.ending is None else self.ending.done_at) + RETENTION_SECONDS


class Leases:
    """All leases. Not thread-safe: the fake asks one thing at a time."""

    def __init__(self) -> None:
        self._leases: Dict[str, _Lease] = {}
        self._charged = 0

    def acquire(self, asked: Asked, now: float) -> Answered:
        """Ask for one."""
        fields = Fields(asked.body)
        key, asked_ttl, fingerprint = fields.key(), fields.ttl(), fields.text("fingerprint", FINGERPRINT_MAX)
        fields.object("metadata")
        fields.check()
        ttl = TTL_DEFAULT if asked_ttl is None else asked_ttl
        lease = self._leases.get(key)
        status = "not_found" if lease is None else lease.status(now)
        if lease is None or status == "not_found":
            return self._acquired(self._grant(key, lease, asked.attempt_id, fingerprint, ttl, now))
        contradiction = lease.contradiction(fingerprint)
        if contradiction is not None:
            raise contradiction
        is_replay = lease.is_replayed_by(asked.attempt_id, now)
        if status == "in_progress":
            left = {"ttl": lease.ttl, "ttl_left": _left(lease, now), "fence": lease.fence}
            if is_replay:
                return self._answer(lease, "acquired", **left, replayed=True)
            return self._answer(lease, "polling", **left, retry_after_sec=POLL_SECONDS)
        if fields.flag("retry_failed") and status == "failed" and not is_replay:
            return self._acquired(self._grant(key, lease, asked.attempt_id, fingerprint, ttl, now))
        return self._answer(lease, status, **_ended(lease))

    def extend(self, asked: Asked, now: float) -> Answered:
        """Count its time again from now."""
        fields = Fields(asked.body)
        ttl = fields.ttl()
        lease = self._owned(fields, now)
        if lease.ending is not None:
            raise _conflict("lease_finished", lease.key, lease.ending.status, lease.version)
        lease.ttl = lease.ttl if ttl is None else ttl
        lease.expires_at = now + lease.ttl
        lease.version += 1
        return Answered(200, {"ok": True, "status": "extended", "key": lease.key, "ttl": lease.ttl, "version": lease.version})

    def complete(self, asked: Asked, now: float) -> Answered:
        """End it with a result."""
        fields = Fields(asked.body)
        result, result_hash = fields.object("result"), fields.text("result_hash")
        lease = self._owned(fields, now)
        return _finish(lease, _Ending("completed", now, ("completed", result, result_hash), result, result_hash))

    def fail(self, asked: Asked, now: float) -> Answered:
        """End it with an error code."""
        fields = Fields(asked.body)
        code = fields.text("error_code", needed=True)
        fields.text("error_hash")
        lease = self._owned(fields, now)
        return _finish(lease, _Ending("failed", now, ("failed", code), error_code=code))

    def cancel(self, asked: Asked, now: float) -> Answered:
        """End it because nobody wants it any more."""
        fields = Fields(asked.body)
        reason = fields.text("reason", empty=True)
        lease = self._owned(fields, now)
        code = f"canceled:{reason}" if reason else "canceled"
        return _finish(lease, _Ending("failed", now, ("canceled", code), error_code=code))

    def status(self, key: str, now: float) -> JsonObject:
        """How a key stands."""
        lease = self._leases.get(key)
        status = "not_found" if lease is None else lease.status(now)
        body: JsonObject = {"ok": status != "not_found", "status": status, "key": key, "ttl_left": None, "lease_id": None}
        body = {**body, "version": 0, "first_seen_at": None, "done_at": None, "result_hash": None, "error_code": None}
        body["retry_after_sec"] = None
        if lease is None or status == "not_found":
            return body
        body.update(lease_id=lease.id, version=lease.version, first_seen_at=lease.first_seen_at)
        if status == "in_progress":
            return {**body, "ttl_left": _left(lease, now), "retry_after_sec": POLL_SECONDS, "fence": lease.fence}
        return {**body, **_ended(lease)}

    def result(self, key: str, now: float) -> JsonObject:
        """What has become of a key."""
        status = self.status(key, now)
        lease = self._leases.get(key)
        ending = lease.ending if lease is not None and status["status"] in ("completed", "failed") else None
        return {
            "ok": status["ok"],
            "status": status["status"],
            "key": key,
            "result": ending.result if ending is not None else None,
            "result_hash": status["result_hash"],
            "error_code": status["error_code"],
            "done_at": status["done_at"],
            "version": status["version"],
        }

    def seconds_left(self, key: str, now: float) -> Optional[float]:
        """How long a key stays in progress if nothing happens; None when it is not."""
        lease = self._leases.get(key)
        return lease.expires_at - now if lease is not None and lease.status(now) == "in_progress" else None

    def lease_id_of(self, key: str) -> Optional[str]:
        """Who holds a key, or held it last."""
        lease = self._leases.get(key)
        return None if lease is None else lease.id

    def _grant(
        self, key: str, last: Optional[_Lease], attempt_id: Optional[str], fingerprint: Optional[str], ttl: int, now: float
    ) -> _Lease:
        version = 1 if last is None else last.version + 1
        fence = next_fence(None if last is None else last.fence, now)
        lease = _Lease(key, new_id("lease"), attempt_id, fingerprint, fence, now, ttl, now + ttl, version)
        self._leases[key] = lease
        return lease

    def _acquired(self, lease: _Lease) -> Answered:
        self._charged += 1
        return self._answer(lease, "acquired", ttl=lease.ttl, charged=1, fence=lease.fence)

    def _answer(self, lease: _Lease, status: str, **fields: Any) -> Answered:
        body: JsonObject = {
            "ok": True,
            "status": status,
            "key": lease.key,
            "ttl": None,
            "ttl_left": None,
            "lease_id": lease.id,
            "version": lease.version,
            "first_seen_at": lease.first_seen_at,
            "done_at": None,
            "result_hash": None,
            "error_code": None,
            "retry_after_sec": None,
            "usage": self._charged,
            "limit": 10_000_000,
            "charged": 0,
        }
        return Answered(200, {**body, **fields})

    def _owned(self, fields: Fields, now: float) -> _Lease:
        key, lease_id = fields.key(), fields.text("lease_id", needed=True)
        fields.check()
        lease = self._leases.get(key)
        if lease is None or lease.is_forgotten(now):
            raise _conflict("lease_not_found", key, "not_found", 0 if lease is None else lease.version)
        if lease.id != lease_id:
            raise _conflict("lease_mismatch", key, lease.status(now), lease.version)
        return lease


def _finish(lease: _Lease, ending: _Ending) -> Answered:
    if lease.ending is None:
        lease.ending = ending
        lease.version += 1
    elif lease.ending.payload != ending.payload:
        raise _conflict("lease_finished", lease.key, lease.ending.status, lease.version)
    return Answered(200, {"ok": True, "status": ending.status, "key": lease.key, "version": lease.version})


def _ended(lease: _Lease) -> JsonObject:
    ending = lease.ending
    assert ending is not None
    return {
        "done_at": wire_time(ending.done_at),
        "result_hash": ending.result_hash,
        "error_code": ending.error_code,
    }


def _left(lease: _Lease, now: float) -> int:
    return math.ceil(lease.expires_at - now)


def _conflict(error: str, key: str, status: str, version: int) -> Refusal:
    detail = {"error": error, "status": status, "version": version}
    return Refusal(409, {"ok": False, "status": "conflict", "key": key, "detail": detail})
