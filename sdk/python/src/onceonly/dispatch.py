"""Whether a request that reaches a tool is a dispatch of the server.

``verify_dispatch`` proves it over the raw body, as it came: a body that was read as JSON and written again is another one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import datetime
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union, cast

from ._options import Seconds, seconds
from .errors import DispatchVerificationError
from .results import Dispatch

Secret = Union[str, bytes]
Headers = Union[Mapping[Any, Any], Iterable[Tuple[Any, Any]]]


def verify_dispatch(
    body: Union[bytes, bytearray, memoryview, str],
    headers: Headers,
    secrets: Union[Secret, Sequence[Secret]],
    tolerance: Seconds = 300,
    now: Union[float, datetime, None] = None,
    allow_v1: bool = False,
) -> Dispatch:
    """The dispatch that a request is, or DispatchVerificationError.

    ``body`` is the raw body and ``headers`` the request's headers, a mapping or pairs, in any case. ``secrets`` is the tool's secret, or several
    while one is rotated. The signature's time must be within ``tolerance`` seconds of ``now`` (unix seconds or an aware datetime; the
    clock's if absent). ``allow_v1`` accepts a request that has only the signature of old servers, whose time nobody signs: a request that
    somebody has recorded can then be sent again.
    """
    raw = body.encode("utf-8") if isinstance(body, str) else bytes(body)
    keys = _keys(secrets)
    found = _lower(headers)
    moment = _unix(now)
    limit = seconds("tolerance", tolerance)
    second = found.get("x-onceonly-signature-v2")
    first = found.get("x-onceonly-signature")
    if second is not None:
        stamp, signatures = _parts(second)
        _check_signature(keys, stamp.encode("ascii") + b"." + raw, signatures)
        _check_time(stamp, moment, limit)
    elif not allow_v1:
        raise DispatchVerificationError("X-OnceOnly-Signature-V2 is missing")
    elif first is None:
        raise DispatchVerificationError("X-OnceOnly-Signature is missing")
    else:
        _check_time(found.get("x-onceonly-timestamp", ""), moment, limit)
    if first is not None:
        _check_signature(keys, raw, [first])
    return _read(raw)


def _keys(secrets: Union[Secret, Sequence[Secret]]) -> List[bytes]:
    given = [secrets] if isinstance(secrets, (str, bytes)) else list(secrets)
    keys = [one.encode("utf-8") if isinstance(one, str) else bytes(one) for one in given]
    if not keys or not all(keys):
        raise ValueError("secrets must be one secret or several, none of them empty")
    return keys


def _lower(headers: Headers) -> Dict[str, str]:
    """The first value of each header, by its name in lower case."""
    pairs = cast("Mapping[Any, Any]", headers).items() if isinstance(headers, Mapping) else headers
    found: Dict[str, str] = {}
    for name, value in pairs:
        several = cast("List[Any]", value) if isinstance(value, (list, tuple)) else [value]
        one: Any = several[0] if several else ""
        found.setdefault(_word(name).lower(), _word(one).strip())
    return found


def _word(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _unix(now: Union[float, datetime, None]) -> float:
    if now is None:
        return time.time()
    if not isinstance(now, datetime):
        return float(now)
    if now.utcoffset() is None:
        raise ValueError("now must be a datetime with a time zone, or unix seconds")
    return now.timestamp()


def _parts(header: str) -> Tuple[str, List[str]]:
    """The time and the signatures of ``t=<unix>,v1=<hex>,…``; unknown parts are left out."""
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()) or not signatures:
        raise DispatchVerificationError("X-OnceOnly-Signature-V2 is not t=<unix seconds>,v1=<hex>")
    return times[0], signatures


def _check_signature(keys: List[bytes], message: bytes, signatures: List[str]) -> None:
    """DispatchVerificationError when none of the signatures fits. All pairs are compared, each in constant time."""
    fits = False
    for key in keys:
        right = hmac.new(key, message, hashlib.sha256).hexdigest().encode("ascii")
        for signature in signatures:
            fits |= hmac.compare_digest(right, signature.encode("utf-8", "replace"))
    if not fits:
        raise DispatchVerificationError("the signature fits none of the secrets")


def _check_time(stamp: str, now: float, tolerance: float) -> None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 15):
        raise DispatchVerificationError("the dispatch does not say when it was signed")
    if abs(now - int(stamp)) > tolerance:
        raise DispatchVerificationError(f"the dispatch was not signed within {tolerance:g} seconds of now")


def _read(raw: bytes) -> Dispatch:
    try:
        body: Any = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise DispatchVerificationError("the body is no JSON object")
    fields = cast("Dict[str, Any]", body)
    args: Any = fields.get("args")
    return Dispatch(
        tool=_text(fields.get("tool")),
        agent_id=_text(fields.get("agent_id")),
        args=cast("Dict[str, Any]", args) if isinstance(args, dict) else {},
        run_id=_text(fields.get("run_id")),
        request_id=_text(fields.get("request_id")),
        idempotency_key=_text(fields.get("idempotency_key")),
        fence=fields["fence"] if type(fields.get("fence")) is int else None,
        raw=fields,
    )


def _text(value: Any) -> Optional[str]:
    return value if isinstance(value, str) else None
