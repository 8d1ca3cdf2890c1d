"""OnceOnly: exactly-once execution for AI agents. ``OnceOnly`` is the client; see the README for the whole."""

from ._lease import Lease, current_lease
from ._version import __version__
from .client import OnceOnly, create_client
from .decorators import idempotent, idempotent_ai
from .dispatch import verify_dispatch
from .errors import (
    ApiError,
    ClientClosedError,
    DispatchVerificationError,
    DuplicateError,
    LeaseLostError,
    NetworkError,
    OnceOnlyError,
    OverLimitError,
    ProtocolError,
    RateLimitError,
    RequestTimeoutError,
    ResultNotRecordedError,
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
    Dispatch,
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
    "Dispatch",
    "DispatchVerificationError",
    "DuplicateError",
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
    "ResultNotRecordedError",
    "RetryEvent",
    "UnauthorizedError",
    "ValidationError",
    "__version__",
    "create_client",
    "current_lease",
    "idempotent",
    "idempotent_ai",
    "verify_dispatch",
]
