"""Locks in memory, with the server's rules: ``/v1/check-lock``, its batch and its release."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, cast

from ..results import JsonObject
from ._asked import FINGERPRINT_MAX, TTL_DEFAULT, Answered, Asked, Fields, Refusal, object_of, refused
from ._claims import Claim, new_id, next_fence

ITEMS_MAX = 1000  # of one batch


@dataclass
class _Lock(Claim):
    metadata: Optional[JsonObject] = None
    is_released: bool = field(default=False)

    def is_taken(self, now: float) -> bool:
        return self.is_live(now) and not self.is_released

    def is_given_back_by(self, lock_id: Optional[str], attempt_id: Optional[str]) -> bool:
        """Whether that is the winner; an attempt id speaks only for who gives no lock id."""
        return lock_id == self.id if lock_id is not None else attempt_id == self.attempt_id


class Locks:
    """All locks. Not thread-safe: the fake asks one thing at a time."""

    def __init__(self) -> None:
        self._locks: Dict[str, _Lock] = {}

    def check(self, asked: Asked, now: float) -> Answered:
        """Ask for one."""
        body = self._checked(Fields(asked.body), asked.attempt_id, now)
        return Answered(200, body, {"X-OnceOnly-Status": body["status"]})

    def check_batch(self, asked: Asked, now: float) -> Answered:
        """Ask for several; each has its own outcome."""
        items: Any = asked.fields.get("items")
        if not isinstance(items, list) or not 1 <= len(cast("List[Any]", items)) <= ITEMS_MAX:
            raise Refusal(422, {"detail": [_problem_of_items(items)]})
        answers = [self._item(number, item, now) for number, item in enumerate(cast("List[Any]", items))]
        return Answered(200, {"items": answers})

    def release(self, asked: Asked, now: float) -> Answered:
        """Give one back."""
        fields = Fields(asked.body)
        key, lock_id = fields.key(), fields.text("lock_id")
        if not lock_id and asked.attempt_id is None:
            fields.refuse("lock_id", "needed, or the winner's X-OnceOnly-Attempt-Id")
        fields.check()
        lock = self._locks.get(key)
        if lock is None or not lock.is_live(now) or not lock.is_given_back_by(lock_id, asked.attempt_id):
            raise refused(409, "lock_mismatch", key=key)
        lock.is_released = True
        return Answered(200, {"ok": True, "status": "released", "key": key})

    def _item(self, number: int, item: Any, now: float) -> JsonObject:
        try:
            return self._checked(Fields(item, "body", "items", number), object_of(item).get("attempt_id"), now)
        except Refusal as no:
            return object_of(no.answer.body)

    def _checked(self, fields: Fields, attempt_id: Optional[str], now: float) -> JsonObject:
        key, asked_ttl = fields.key(), fields.ttl()
        metadata, fingerprint = fields.object("metadata"), fields.text("fingerprint", FINGERPRINT_MAX)
        fields.check()
        ttl = TTL_DEFAULT if asked_ttl is None else asked_ttl
        lock = self._locks.get(key)
        if lock is None or not lock.is_taken(now):
            fence = next_fence(None if lock is None else lock.fence, now)
            lock = _Lock(key, new_id("lock"), attempt_id, fingerprint, fence, now, ttl, now + ttl, metadata)
            self._locks[key] = lock
            return _locked(lock)
        contradiction = lock.contradiction(fingerprint)
        if contradiction is not None:
            raise contradiction
        if lock.is_replayed_by(attempt_id, now):
            return {**_locked(lock), "replayed": True}
        return _with_metadata(
            {"success": False, "status": "duplicate", "key": key, "ttl": ttl, "first_seen_at": lock.first_seen_at}, lock
        )


def _problem_of_items(items: Any) -> JsonObject:
    kind, words = "list_type", "Input should be a valid list"
    if isinstance(items, list):
        kind, words = "too_short", "List should have at least 1 items"
        if items:
            kind, words = "too_long", f"List should have at most {ITEMS_MAX} items"
    return {"type": kind, "loc": ["body", "items"], "msg": words, "input": items}


def _locked(lock: _Lock) -> JsonObject:
    body: JsonObject = {"success": True, "status": "locked", "key": lock.key, "ttl": lock.ttl, "first_seen_at": None}
    return _with_metadata({**body, "fence": lock.fence, "lock_id": lock.id}, lock)


def _with_metadata(body: JsonObject, lock: _Lock) -> JsonObject:
    return body if lock.metadata is None else {**body, "metadata": lock.metadata}
