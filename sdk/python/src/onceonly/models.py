"""The results of locks and governance, under the module's name of the published client: see `results`."""

from .results import AgentLogItem, AgentMetrics, AgentStatus, CheckLockResult, Policy

__all__ = [
    "AgentLogItem",
    "AgentMetrics",
    "AgentStatus",
    "CheckLockResult",
    "Policy",
]
