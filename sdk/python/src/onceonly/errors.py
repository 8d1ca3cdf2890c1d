"""Every error that the client raises.

::

    OnceOnlyError
    ├─ ApiError                an answer that says no
    │  ├─ UnauthorizedError    401; 403 that is about the API key
    │  ├─ OverLimitError       402
    │  ├─ RateLimitError       429
    │  └─ ValidationError      422; also an empty key, before anything is sent
    ├─ NetworkError            no whole answer came; ``__cause__`` holds the reason
    │  └─ RequestTimeoutError  no answer within ``timeout``
    ├─ ProtocolError           a 2xx answer that is not what the API sends
    ├─ LeaseLostError          ``ai.run_fn``: another owns the key, or the lease was ended by somebody else
    ├─ ResultNotRecordedError  ``ai.run_fn``: the function has returned, and its result could not be recorded
    ├─ DuplicateError          ``on_duplicate="raise"``, and replay of a first call that failed
    ├─ DispatchVerificationError  ``verify_dispatch``: the signature is wrong or missing, or the dispatch too old
    └─ ClientClosedError       the client was closed before or while it was used

Arguments that can't be right are refused with ``ValueError`` or ``TypeError`` before anything is sent; a ValidationError is a ValueError too.
No error ever holds the API key.
"""

from __future__ import annotations

from typing import Any, Dict, Optional, Type


class OnceOnlyError(Exception):
    """The root of all errors of this package.

    ``status_code`` is the answer's HTTP status, ``code`` its ``detail.error``, ``detail`` its whole detail (a string, a list or an
    object), ``request_id`` its ``X-Request-Id`` and ``retry_after_sec`` its ``Retry-After`` in seconds. Each is None when there was no
    answer, or when the answer had none.
    """

    def __init__(
        self,
        message: str,
        *,
        status_code: Optional[int] = None,
        code: Optional[str] = None,
        detail: Any = None,
        request_id: Optional[str] = None,
        retry_after_sec: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status_code = status_code
        self.code = code
        self.detail = detail
        self.request_id = request_id
        self.retry_after_sec = retry_after_sec

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, status_code={self.status_code}, request_id={self.request_id!r})"

    def __reduce__(self) -> Any:
        # Errors cross process borders (multiprocessing, task queues), and the default would lose the keyword arguments.
        return (_restored, (type(self), self.message, dict(self.__dict__)))


def _restored(kind: Type[OnceOnlyError], message: str, fields: Dict[str, Any]) -> OnceOnlyError:
    error = kind(message)
    error.__dict__.update(fields)
    return error


class ApiError(OnceOnlyError):
    """The server has answered, and the answer says no."""


class UnauthorizedError(ApiError):
    """The API key is missing, unknown, disabled, or its role forbids the call (401, 403)."""


class OverLimitError(ApiError):
    """The plan's monthly limit is reached (402)."""

    def __init__(self, message: str, detail: Any = None, **fields: Any) -> None:
        super().__init__(message, detail=detail, **fields)


class RateLimitError(ApiError):
    """Too many requests at the moment (429); ``retry_after_sec`` says when to ask again."""

    def __init__(self, message: str, retry_after_sec: Optional[float] = None, **fields: Any) -> None:
        super().__init__(message, retry_after_sec=retry_after_sec, **fields)


class ValidationError(ApiError, ValueError):
    """The server does not accept an argument (422), and ``detail`` says which; or a key is empty, and nothing was sent."""


class NetworkError(OnceOnlyError):
    """No whole answer came, so nobody here knows whether the server has acted. ``__cause__`` holds the reason.

    ``unsent`` is True when the connection was never made, so that the server has certainly not acted.
    """

    unsent: bool = False


class RequestTimeoutError(NetworkError):
    """No answer came within ``timeout``, or within what was left of ``deadline``."""


class ProtocolError(OnceOnlyError):
    """A 2xx answer that is not what the API sends, such as a proxy's HTML page."""


class LeaseLostError(OnceOnlyError):
    """The lease of ``ai.run_fn`` went to another owner, was ended by somebody else, or has expired, while the function ran.

    ``ran`` says whether the function has returned, and ``result`` what. It may have acted in any case; its value was not stored. ``__cause__``
    holds the server's answer; ``code`` is ``lease_expired`` when it was the clock.
    """

    ran: bool = False
    result: Any = None


class ResultNotRecordedError(OnceOnlyError):
    """The function of ``ai.run_fn`` has returned, and its result could not be recorded: ``result`` holds it, ``__cause__`` says why.

    Whoever asks for the key later does not know that it ran.
    """

    result: Any = None


class DuplicateError(OnceOnlyError):
    """The same call was made before, so this one did not run; or its result can't be given again.

    ``key`` is the key, ``first_seen_at`` when the first call was made (ISO 8601, UTC), and ``error_code`` how that one failed; None where it
    is not known.
    """

    key: Optional[str] = None
    first_seen_at: Optional[str] = None
    error_code: Optional[str] = None


class DispatchVerificationError(OnceOnlyError):
    """A request does not prove that it is a dispatch of the server: its signature is wrong or missing, or it is too old."""


class ClientClosedError(OnceOnlyError):
    """The client was closed before the call, or while it was under way."""
