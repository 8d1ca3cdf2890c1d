"""Checks of arguments and readings of answers that several resources share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Callable, Dict, List, Mapping, Optional, Union, cast
from urllib.parse import quote, urlencode

from .._answers import protocol_error
from .._call import Answer, Query
from .._options import whole_seconds
from ..errors import ValidationError
from ..results import JsonObject

Ttl = Union[int, timedelta, None]
FINGERPRINT_MAX = 128  # characters


def text(name: str, value: Any) -> str:
    """A string that is not blank; ValueError or TypeError names the argument."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")
    if not value.strip():
        raise ValueError(f"{name} must not be empty")
    return value


def key_text(value: Any) -> str:
    """A key that is not blank: ValidationError, which is a ValueError too, for one that is, as published."""
    if isinstance(value, str) and not value.strip():
        raise ValidationError("key must not be empty")
    return text("key", value)


def ttl_seconds(ttl: Ttl) -> Optional[int]:
    """A ttl in seconds; ValueError for a timedelta that is no whole number of them."""
    return whole_seconds("ttl", ttl)


def trimmed(name: str, value: Any) -> str:
    """As ``text``, without the blanks around it."""
    return text(name, value).strip()


def fingerprint_text(value: Optional[str]) -> Optional[str]:
    """A fingerprint, or None; ValueError when it is empty or too long."""
    if value is None:
        return None
    if len(text("fingerprint", value)) > FINGERPRINT_MAX:
        raise ValueError(f"fingerprint must have at most {FINGERPRINT_MAX} characters")
    return value


def part(name: str, value: Any) -> str:
    """One part of a path, percent-encoded, ``/`` too."""
    encoded = quote(text(name, value), safe="")
    # A dot segment would be taken for a step in the hierarchy.
    return encoded.replace(".", "%2E") if encoded in (".", "..") else encoded


def query(path: str, **values: Any) -> str:
    """``path`` with those values that are not None."""
    given = {name: value for name, value in values.items() if value is not None}
    return Query(f"{path}?{urlencode(given, quote_via=quote)}", path, given) if given else path


def body(**values: Any) -> JsonObject:
    """A request's body: those values that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def object_in(name: str, value: Any) -> Dict[str, Any]:
    """A mapping as a dict of its own; TypeError for anything else."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping, not {type(value).__name__}")
    return dict(cast("Mapping[str, Any]", value))


def as_object(data: Any, answer: Answer) -> JsonObject:
    """An answer that must be an object."""
    if not isinstance(data, dict):
        raise protocol_error(answer, "no object")
    return cast("JsonObject", data)


def about(key: str) -> Callable[[Any, Answer], JsonObject]:
    """How an answer is read that must be an object; one that is about another key is the answer to somebody else's question."""

    def read(data: Any, answer: Answer) -> JsonObject:
        fields = as_object(data, answer)
        told = fields.get("key")
        if told is not None and told != key:
            raise protocol_error(answer, "it is about another key")
        return fields

    return read


def as_list(data: Any, answer: Answer) -> List[Any]:
    """An answer that must be an array; objects with it under ``items``, ``list`` or ``data`` are read too."""
    if isinstance(data, dict):
        fields = cast("JsonObject", data)
        data = fields.get("items", fields.get("list", fields.get("data")))
    if not isinstance(data, list):
        raise protocol_error(answer, "no list")
    return cast("List[Any]", data)


def as_objects(data: Any, answer: Answer) -> List[JsonObject]:
    """An answer that must be an array of objects."""
    return [as_object(item, answer) for item in as_list(data, answer)]
