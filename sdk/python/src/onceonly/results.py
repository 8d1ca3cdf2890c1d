"""What the calls answer with: frozen dataclasses.

A field that the server did not send is None. Unknown statuses and fields are kept as they are; ``raw`` is the whole answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Dict, Generic, List, Mapping, Optional, Type

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    M = TypeVar("M", default=Any)
else:
    from typing import TypeVar

    M = TypeVar("M")

JsonObject = Dict[str, Any]


def _raw() -> JsonObject:
    return {}


def _sent(kind: Type[Any], data: Mapping[str, Any]) -> Dict[str, Any]:
    """Those fields of a result that an answer has, and the whole answer as ``raw``."""
    known: Dict[str, Any] = {one.name: data[one.name] for one in fields(kind) if one.name in data}
    return {"key": "", "status": None, **known, "ok": data.get("ok") is True, "raw": dict(data)}


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
    """A keyed run as ``ai.run`` finds it: ``acquired``, ``polling``, ``completed`` or ``failed``. Times are in seconds.

    ``ok`` is False when it has failed.
    """

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

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> AiRun:
        """The run of which an answer tells."""
        told = _sent(cls, d)
        told.update(ok=told["ok"] and told["status"] != "failed", replayed=d.get("replayed") is True)
        return cls(**told)


@dataclass(frozen=True)
class AiStatus:
    """A key's state: ``in_progress``, ``completed``, ``failed`` or ``not_found``. Times are in seconds.

    ``ok`` is False when it has failed.
    """

    ok: bool
    status: Optional[str]
    key: str
    lease_id: Optional[str] = None
    version: Optional[int] = None
    ttl_left: Optional[int] = None
    first_seen_at: Optional[str] = None
    done_at: Optional[str] = None
    result_hash: Optional[str] = None
    error_code: Optional[str] = None
    retry_after_sec: Optional[float] = None
    fence: Optional[int] = None
    raw: JsonObject = field(default_factory=_raw, repr=False)

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> AiStatus:
        """The state of which an answer tells."""
        told = _sent(cls, d)
        told.update(ok=told["ok"] and told["status"] != "failed")
        return cls(**told)


@dataclass(frozen=True)
class AiResult(Generic[M]):
    """How a key's work ended. ``ok`` is True when it is completed, and never else.

    ``error_code`` ``timeout`` and ``not_acquired`` are this client's own words: the work goes on. ``value`` is ``result`` as the ``model`` of the
    call, and None without a model or a result.
    """

    ok: bool
    status: Optional[str]
    key: str
    result: Optional[JsonObject] = None
    result_hash: Optional[str] = None
    error_code: Optional[str] = None
    done_at: Optional[str] = None
    raw: JsonObject = field(default_factory=_raw, repr=False)
    value: Optional[M] = None

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> AiResult[M]:
        """The end of which an answer tells; ``value`` is None."""
        told = _sent(cls, d)
        told.update(ok=told["status"] == "completed", value=None)
        return cls(**told)


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

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> AiToolResult:
        """The call of which an answer tells. Only a clear word makes it allowed."""
        told: Dict[str, Any] = {one.name: d[one.name] for one in fields(cls) if one.name in d}
        told.update(ok=d.get("ok") is True, allowed=d.get("allowed") is True, replayed=d.get("replayed") is True, raw=dict(d))
        return cls(**told)


@dataclass(frozen=True)
class Policy:
    """An agent's policy. ``policy`` is the document as the server keeps it; the other fields are read from it."""

    agent_id: Optional[str]
    policy: JsonObject = field(default_factory=_raw)
    max_actions_per_hour: Optional[int] = None
    max_spend_usd_per_day: Optional[float] = None
    allowed_tools: Optional[List[str]] = None
    blocked_tools: Optional[List[str]] = None
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
    tool: Optional[str] = None
    allowed: bool = True
    decision: Optional[str] = None
    policy_reason: Optional[str] = None
    reason: Optional[str] = None
    args_hash: Optional[str] = None
    risk_level: Optional[str] = None
    spend_usd: Optional[float] = None
    raw: JsonObject = field(default_factory=_raw, repr=False)


@dataclass(frozen=True)
class Dispatch:
    """A call of a tool as the server has sent it to its address, and proved it.

    ``idempotency_key`` is the same in every attempt of one call: an effect with it happens once. ``fence`` grows from lease to lease of a run,
    so that a former owner's calls can be refused. ``raw`` is the whole body.
    """

    tool: Optional[str]
    agent_id: Optional[str]
    args: JsonObject
    run_id: Optional[str] = None
    request_id: Optional[str] = None
    idempotency_key: Optional[str] = None
    fence: Optional[int] = None
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
