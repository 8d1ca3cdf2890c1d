"""What the calls answer with: frozen dataclasses.

A field that the server did not send is None. Unknown statuses and fields are kept as they are; ``raw`` is the whole answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

JsonObject = Dict[str, Any]


def _raw() -> JsonObject:
    return {}


@dataclass(frozen=True)
class CheckLockResult:
    """The answer of ``check_lock``: either this caller goes ahead, or the key is a duplicate.

    ``ttl`` is in seconds; ``first_seen_at`` is when the first caller came (ISO 8601, UTC) and None for that caller itself. ``fence``
    grows from winner to winner, so that a receiver can refuse a late one. ``lock_id`` gives the lock back (``release_lock``). ``replayed``
    is True when the server recognised a repeated attempt of the same call. ``failed_open`` is True when no answer could be had
    and the caller goes ahead UNPROTECTED.
    """

    locked: bool
    duplicate: bool
    key: str
    ttl: Optional[int] = None
    first_seen_at: Optional[str] = None
    request_id: Optional[str] = None
    status_code: int = 200
    raw: JsonObject = field(default_factory=_raw, repr=False)
    lock_id: Optional[str] = None
    fence: Optional[int] = None
    replayed: bool = False
    failed_open: bool = False

    def should_proceed(self) -> bool:
        """Whether this caller is the one that acts."""
        return self.locked and not self.duplicate

    def is_duplicate(self) -> bool:
        """Whether somebody has acted already, or is about to."""
        return self.duplicate


@dataclass(frozen=True)
class AiRun:
    """A keyed run as ``ai.run`` finds it: ``acquired``, ``polling``, ``completed`` or ``failed``. Times are in seconds."""

    ok: bool
    status: Optional[str]
    key: str
    lease_id: Optional[str] = None
    version: Optional[int] = None
    ttl: Optional[int] = None
    ttl_left: Optional[int] = None
    first_seen_at: Optional[str] = None
    charged: Optional[int] = None
    usage: Optional[int] = None
    limit: Optional[int] = None
    retry_after_sec: Optional[float] = None
    done_at: Optional[str] = None
    error_code: Optional[str] = None
    result_hash: Optional[str] = None
    result: Optional[JsonObject] = None
    fence: Optional[int] = None
    replayed: bool = False
    raw: JsonObject = field(default_factory=_raw, repr=False)


@dataclass(frozen=True)
class AiStatus:
    """A key's state: ``in_progress``, ``completed``, ``failed`` or ``not_found``. Times are in seconds."""

    ok: bool
    status: Optional[str]
    key: str
    lease_id: Optional[str] = None
    version: Optional[int] = None
    ttl_left: Optional[int] = None
    first_seen_at: Optional[str] = None
    retry_after_sec: Optional[float] = None
    done_at: Optional[str] = None
    error_code: Optional[str] = None
    result_hash: Optional[str] = None
    fence: Optional[int] = None
    raw: JsonObject = field(default_factory=_raw, repr=False)


@dataclass(frozen=True)
class AiResult:
    """How a key's work ended. ``error_code`` ``timeout`` and ``not_acquired`` are this client's own words: the work goes on."""

    ok: bool
    status: Optional[str]
    key: str
    result: Optional[JsonObject] = None
    result_hash: Optional[str] = None
    error_code: Optional[str] = None
    done_at: Optional[str] = None
    raw: JsonObject = field(default_factory=_raw, repr=False)


@dataclass(frozen=True)
class AiToolResult:
    """What became of a governed tool call. A blocked call is an answer, not an error: look at ``allowed`` first."""

    ok: bool
    allowed: bool
    decision: Optional[str] = None
    policy_reason: Optional[str] = None
    risk_level: Optional[str] = None
    result: Optional[JsonObject] = None
    policy_version: Optional[str] = None
    call_id: Optional[str] = None
    replayed: bool = False
    raw: JsonObject = field(default_factory=_raw, repr=False)


@dataclass(frozen=True)
class Policy:
    """An agent's policy. ``policy`` is the document as the server keeps it; the other fields are read from it."""

    agent_id: Optional[str]
    policy: JsonObject
    allowed_tools: Optional[List[str]] = None
    blocked_tools: Optional[List[str]] = None
    max_actions_per_hour: Optional[int] = None
    max_spend_usd_per_day: Optional[float] = None
    max_calls_per_tool: Optional[Dict[str, int]] = None
    pricing_rules: Optional[List[JsonObject]] = None
    raw: JsonObject = field(default_factory=_raw, repr=False)


@dataclass(frozen=True)
class AgentStatus:
    """Whether an agent may act."""

    agent_id: Optional[str]
    is_enabled: bool
    disabled_reason: Optional[str] = None
    disabled_at: Optional[str] = None
    raw: JsonObject = field(default_factory=_raw, repr=False)

    @property
    def enabled(self) -> bool:
        """The same as ``is_enabled``."""
        return self.is_enabled


@dataclass(frozen=True)
class AgentLogItem:
    """One decision about an agent's call. ``ts`` is in unix seconds; ``policy_reason`` is ``reason`` on servers that send only that."""

    ts: Optional[int]
    agent_id: Optional[str]
    tool: Optional[str]
    allowed: bool
    decision: Optional[str] = None
    policy_reason: Optional[str] = None
    reason: Optional[str] = None
    risk_level: Optional[str] = None
    args_hash: Optional[str] = None
    spend_usd: Optional[float] = None
    raw: JsonObject = field(default_factory=_raw, repr=False)


@dataclass(frozen=True)
class AgentMetrics:
    """An agent's counts over the last ``hour``, ``day`` or ``week``. ``top_tools`` holds ``{"tool", "count"}``."""

    agent_id: Optional[str]
    period: Optional[str]
    total_actions: Optional[int] = None
    blocked_actions: Optional[int] = None
    total_spend_usd: Optional[float] = None
    top_tools: Optional[List[JsonObject]] = None
    raw: JsonObject = field(default_factory=_raw, repr=False)
