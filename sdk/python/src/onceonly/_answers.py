"""Reads answers: JSON of the ones that say yes, errors of the others."""

from __future__ import annotations

import json
import math
import re
import time
from email.utils import parsedate_to_datetime
from typing import Any, Dict, List, Optional, Type, cast

from ._call import Answer
from .errors import ApiError, OverLimitError, ProtocolError, RateLimitError, UnauthorizedError, ValidationError

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
MESSAGE_MAX = 500  # Characters of a text that is no JSON, such as a proxy's page.

_API_KEY_WORDS = {"forbidden", "invalid api key", "api key disabled", "invalid_api_key", "api_key_disabled"}
_BY_STATUS: Dict[int, Type[ApiError]] = {401: UnauthorizedError, 402: OverLimitError, 422: ValidationError, 429: RateLimitError}


def read_json(answer: Answer) -> Any:
    """The JSON of a 2xx answer; ProtocolError when it is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise protocol_error(answer, "no JSON") from None


def protocol_error(answer: Answer, problem: str) -> ProtocolError:
    """The error for a 2xx answer that is not what the API sends."""
    kind = answer.header(b"content-type") or "no content type"
    return ProtocolError(
        f"the server's answer is not what the API sends: {problem} ({kind})",
        status_code=answer.status,
        detail=_text_of(answer.body),
        request_id=answer.header(b"x-request-id"),
    )


def error_of(answer: Answer) -> ApiError:
    """The error for an answer that is not 2xx."""
    detail = _detail_of(answer)
    return api_error(
        answer.status,
        detail,
        request_id=answer.header(b"x-request-id"),
        retry_after_sec=_retry_after(answer.header(b"retry-after")),
    )


def api_error(
    status: int, detail: Any, *, request_id: Optional[str] = None, retry_after_sec: Optional[float] = None
) -> ApiError:
    """The error for a status and a detail."""
    kind = _BY_STATUS.get(status, ApiError)
    if status == 403 and _is_about_the_api_key(detail):
        kind = UnauthorizedError
    fields = cast("Dict[str, Any]", detail) if isinstance(detail, dict) else {}
    code = fields.get("error")
    return kind(
        _message_of(detail, fields) or f"HTTP {status}",
        status_code=status,
        code=code if isinstance(code, str) else None,
        detail=detail,
        request_id=request_id,
        retry_after_sec=retry_after_sec,
    )


def _detail_of(answer: Answer) -> Any:
    try:
        body: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        return _text_of(answer.body) or None
    if isinstance(body, dict) and "detail" in body:
        return cast("Dict[str, Any]", body)["detail"]
    return cast(Any, body)


def _message_of(detail: Any, fields: Dict[str, Any]) -> str:
    for name in ("error", "message"):
        word = fields.get(name)
        if isinstance(word, str) and word:
            return word
    if detail is None:
        return ""
    if isinstance(detail, list):
        return _first_problem(cast("List[Any]", detail))
    return detail if isinstance(detail, str) else json.dumps(detail, ensure_ascii=False)[:MESSAGE_MAX]


def _first_problem(problems: List[Any]) -> str:
    """The first entry of a 422 list in words, such as ``body.key: Field required``."""
    first = problems[0] if problems else None
    if isinstance(first, dict):
        entry = cast("Dict[str, Any]", first)
        place: Any = entry.get("loc")
        if isinstance(place, list) and "msg" in entry:
            return f"{'.'.join(str(part) for part in cast('List[Any]', place))}: {entry['msg']}"
    return json.dumps(problems, ensure_ascii=False)[:MESSAGE_MAX]


def _is_about_the_api_key(detail: Any) -> bool:
    if isinstance(detail, str):
        return detail.strip().lower() in _API_KEY_WORDS
    if not isinstance(detail, dict):
        return False
    fields = cast("Dict[str, Any]", detail)
    return any(str(fields.get(name, "")).strip().lower() in _API_KEY_WORDS for name in ("error", "message"))


def _retry_after(value: Optional[str]) -> Optional[float]:
    """Seconds from a number or an HTTP date; None for anything else. A date that has passed is 0."""
    if not value:
        return None
    if _NUMBER.fullmatch(value) is None:
        try:
            return max(0.0, round(parsedate_to_datetime(value).timestamp() - time.time(), 3))
        except (TypeError, ValueError, OverflowError):
            return None
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number == int(number) else number


def _text_of(body: bytes) -> str:
    return body.decode("utf-8", "replace")[:MESSAGE_MAX]
