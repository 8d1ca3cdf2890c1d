"""Typed results: a stored object as the Pydantic model or dataclass that the caller names."""

from __future__ import annotations

import dataclasses
import re
import sys
import typing
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, Union, cast, get_args, get_origin
from uuid import UUID

from .errors import ProtocolError
from .results import JsonObject

_FRACTION = re.compile(r"\.(\d+)")


def datetime_of(text: str) -> datetime:
    """A date with its time. Python before 3.11 reads neither Z nor a fraction that has not 3 or 6 digits."""
    text = _FRACTION.sub(lambda found: f".{found.group(1)[:6]:0<6}", text, count=1)
    return datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)


_FROM_TEXT: Dict[Any, Callable[[str], Any]] = {
    datetime: datetime_of,
    date: date.fromisoformat,
    time: time.fromisoformat,
    Decimal: Decimal,
    UUID: UUID,
    # Stored as texts: what JSON can't hold as a number.
    int: int,
    float: float,
}
_UNIONS: Tuple[Any, ...] = (Union,) if sys.version_info < (3, 10) else (Union, __import__("types").UnionType)


def check_model(model: Any) -> None:
    """TypeError for what is neither a Pydantic model's class nor a dataclass."""
    if model is not None and not (isinstance(model, type) and (dataclasses.is_dataclass(model) or _validator(model))):
        raise TypeError("model must be a class: a Pydantic model or a dataclass")


def as_model(model: Any, result: Optional[JsonObject], key: str) -> Any:
    """A stored result as ``model``, None without a model or a result; ProtocolError when it does not fit."""
    if model is None or result is None:
        return None
    return value_as_model(model, unwrapped(result) if "data" not in _field_names(model) else result, key)


def value_as_model(model: Any, held: Any, key: str) -> Any:
    """A value's JSON form as ``model``; ProtocolError when it does not fit."""
    try:
        validate = _validator(model)
        return validate(held) if validate else _dataclass(model, held)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ProtocolError(f"the result of {key!r} is no {model.__qualname__}: {error}", detail=held) from error


def unwrapped(result: Optional[JsonObject]) -> Any:
    """What a function has returned, of what is stored: values that are no objects stand under ``data``."""
    return result["data"] if result is not None and set(result) == {"data"} else result


def _validator(model: Any) -> Optional[Callable[[Any], Any]]:
    found = getattr(model, "model_validate", None) or getattr(model, "parse_obj", None)
    return cast("Optional[Callable[[Any], Any]]", found) if callable(found) else None


def _field_names(model: Any) -> List[str]:
    if dataclasses.is_dataclass(model):
        return [field.name for field in dataclasses.fields(model)]
    return list(cast("Iterable[str]", getattr(model, "model_fields", None) or getattr(model, "__fields__", ())))


def _dataclass(model: Any, held: Any) -> Any:
    if not isinstance(held, dict):
        raise TypeError(f"a {type(held).__name__} has no fields")
    given = cast("Dict[str, Any]", held)
    hints = _hints(model)
    fields = [field for field in dataclasses.fields(model) if field.init and field.name in given]
    return model(**{field.name: _typed(hints.get(field.name), given[field.name]) for field in fields})


def _hints(model: Any) -> Dict[str, Any]:
    try:
        return typing.get_type_hints(model)
    except (
        NameError,
        TypeError,
    ):  # Names of a function's own, or words that this Python does not know: values stay as they are.
        return {}


def _typed(hint: Any, value: Any) -> Any:
    """A JSON value as what a dataclass's field says; what it says nothing of stays as it is."""
    origin = get_origin(hint)
    if value is None:
        return None
    if origin in _UNIONS:
        kinds = [one for one in get_args(hint) if one is not type(None)]
        return _typed(kinds[0], value) if len(kinds) == 1 else value
    if origin in (list, tuple, set, frozenset) and isinstance(value, list):
        inner = get_args(hint)
        many = cast("List[Any]", value)
        return cast(Any, origin)([_typed(inner[0], one) for one in many] if inner else many)
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint, value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if hint is float and isinstance(value, int):
        return float(value)
    if hint is Decimal and isinstance(value, (int, float)):
        return Decimal(str(value))
    if hint in _FROM_TEXT and isinstance(value, str):
        return _FROM_TEXT[hint](value)
    return value
