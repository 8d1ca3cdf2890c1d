"""What locks and leases have in common: a key that is given to one caller, for a time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Optional

from ._asked import Refusal, refused

REPLAY_SECONDS = 60.0  # How long after the grant its attempt id is recognised.


@dataclass
class Claim:
    """A key and whom it was given to. Instants are unix seconds; at ``expires_at`` the claim is gone."""

    key: str
    id: str
    attempt_id: Optional[str]
    fingerprint: Optional[str]
    fence: int
    granted_at: float
    ttl: int
    expires_at: float

    def is_live(self, now: float) -> bool:
        """Whether its time is not over."""
        return now < self.expires_at

    def is_replayed_by(self, attempt_id: Optional[str], now: float) -> bool:
        """Whether this is the winner's own call, asking again because its answer was lost."""
        return attempt_id is not None and attempt_id == self.attempt_id and now < self.granted_at + REPLAY_SECONDS

    def contradiction(self, fingerprint: Optional[str]) -> Optional[Refusal]:
        """The refusal of the same key for something else."""
        if None in (fingerprint, self.fingerprint) or fingerprint == self.fingerprint:
            return None
        return refused(409, "key_reused", key=self.key, stored_fingerprint=self.fingerprint, given_fingerprint=fingerprint)

    @property
    def first_seen_at(self) -> str:
        """When it was granted, as the wire says it."""
        return wire_time(self.granted_at)


def next_fence(last: Optional[int], now: float) -> int:
    """A number that grows from grant to grant."""
    clock = int(now * 1_000_000)
    return clock if last is None else max(last + 1, clock)


def new_id(kind: str) -> str:
    """An id that nobody can guess."""
    return f"{kind}_{secrets.token_hex(7)}"


def wire_time(at: float) -> str:
    """An instant in UTC, to the second."""
    return datetime.fromtimestamp(int(at), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
