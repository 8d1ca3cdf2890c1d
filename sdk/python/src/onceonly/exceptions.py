"""The errors, under the module's name of the published client: see `errors`."""

from .errors import ApiError, OnceOnlyError, OverLimitError, RateLimitError, UnauthorizedError, ValidationError

__all__ = [
    "ApiError",
    "OnceOnlyError",
    "OverLimitError",
    "RateLimitError",
    "UnauthorizedError",
    "ValidationError",
]
