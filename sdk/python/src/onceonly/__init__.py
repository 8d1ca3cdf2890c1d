"""OnceOnly: exactly-once execution for AI agents. ``OnceOnly`` is the client; see the README for the whole."""

from ._lease import Lease, current_lease
from ._version import __version__
from .client import OnceOnly, create_client
from .decorators import idempotent, idempotent_ai
from .errors import (
    ApiError,
    ClientClosedError,
    LeaseLostError,
    NetworkError,
    OnceOnlyError,
    OverLimitError,
    ProtocolError,
    RateLimitError,
    RequestTimeoutError,
    UnauthorizedError,
    ValidationError,
)
from .hooks import DuplicateEvent, FailOpenEvent, RetryEvent
from .results import (
    AgentLogItem,
    AgentMetrics,
    AgentStatus,
    AiResult,
    AiRun,
    AiStatus,
    AiToolResult,
    CheckLockResult,
    Policy,
)

__all__ = [
    "AgentLogItem",
    "AgentMetrics",
    "AgentStatus",
    "AiResult",
    "AiRun",
    "AiStatus",
    "AiToolResult",
    "ApiError",
    "CheckLockResult",
    "ClientClosedError",
    "DuplicateEvent",
    "FailOpenEvent",
    "Lease",
    "LeaseLostError",
    "NetworkError",
    "OnceOnly",
    "OnceOnlyError",
    "OverLimitError",
    "Policy",
    "ProtocolError",
    "RateLimitError",
    "RequestTimeoutError",
    "RetryEvent",
    "UnauthorizedError",
    "ValidationError",
    "__version__",
    "create_client",
    "current_lease",
    "idempotent",
    "idempotent_ai",
]
