"""The results of leases and runs, under the module's name of the published client: see `results`."""

from .results import AiResult, AiRun, AiStatus, AiToolResult

__all__ = [
    "AiResult",
    "AiRun",
    "AiStatus",
    "AiToolResult",
]
