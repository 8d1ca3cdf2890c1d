"""JSON forms of Python values.

A function's value is stored after its effect has happened, so ``stored`` never fails: what JSON can't hold becomes text. (What a key is
made of is stricter: see `_canonical`.)
"""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, Callable, Dict, List, Mapping, Optional, Set, Tuple, cast
from uuid import UUID

INTEGER_MAX = 2**53 - 1  # Every JSON reader keeps integers up to here exactly.
DEPTH_MAX = 60  # The server refuses bodies that are deeper than 64.

_MISSING = object()
_sort_text = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def stored(value: Any) -> Optional[Dict[str, Any]]:
    """A function's value as the object under which it is stored: None as no result, objects as they are, else ``{"data": value}``."""
    if value is None:
        return None
    plain = _Lenient().plain(value)
    return cast("Dict[str, Any]", plain) if isinstance(plain, dict) else {"data": plain}


def metadata_object(value: Any) -> Optional[Dict[str, Any]]:
    """Metadata as an object: objects, models and dataclasses by their fields, else ``{"value": text}``."""
    if value is None:
        return None
    plain = _Lenient().plain(value)
    return cast("Dict[str, Any]", plain) if isinstance(plain, dict) else {"value": _text(value)}


class _Lenient:
    """Turns any value into what JSON holds, whatever it is."""

    def __init__(self) -> None:
        self._open: Set[int] = set()  # The containers around the present value, by identity: one in itself ends there.

    def plain(self, value: Any) -> Any:
        try:
            return self._plain(value)
        except Exception:  # A value whose fields can't be read must not undo what has happened.
            return self.opaque(value)

    def _plain(self, value: Any) -> Any:
        if value is None or value is True or value is False:
            return value
        scalar = self._scalar(value)
        if scalar is not _MISSING:
            return scalar
        if id(value) in self._open or len(self._open) >= DEPTH_MAX:
            return self.opaque(value)
        self._open.add(id(value))
        try:
            return self._container(value)
        finally:
            self._open.discard(id(value))

    def _scalar(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return self.plain(value.value)
        if isinstance(value, str):
            return self.string(value)
        if isinstance(value, int):
            return self.integer(int(value))
        if isinstance(value, float):
            return self.number(float(value))
        if isinstance(value, (datetime, date, time)):
            return value.isoformat()
        if isinstance(value, (UUID, PurePath, Decimal)):
            return str(value)
        return _MISSING

    def _container(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return self._object(list(cast("Mapping[Any, Any]", value).items()))
        fields = _fields_of(value)
        if fields is not None:
            return self._object(fields)
        if isinstance(value, (list, tuple)):
            return [self.plain(item) for item in cast("List[Any]", value)]
        if isinstance(value, (set, frozenset)):
            # A set has no order, and equal sets must have equal forms.
            return sorted((self.plain(item) for item in cast("Set[Any]", value)), key=_sort_text)
        return self.opaque(value)

    def _object(self, items: List[Tuple[Any, Any]]) -> Dict[str, Any]:
        return {self.name(key): self.plain(item) for key, item in items}

    def name(self, key: Any) -> str:
        return self.string(key) if isinstance(key, str) else _text(key)

    def string(self, value: str) -> str:
        # A lone surrogate can't be sent as UTF-8.
        return str.encode(value, "utf-8", "replace").decode("utf-8") if not _is_unicode(value) else str(value)

    def integer(self, value: int) -> Any:
        if -INTEGER_MAX <= value <= INTEGER_MAX:
            return value
        try:
            return str(value)
        except ValueError:  # Longer than the interpreter is willing to write in decimal.
            return hex(value)

    def number(self, value: float) -> Any:
        if math.isfinite(value):
            return value
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"

    def opaque(self, value: Any) -> Any:
        return _text(value)


def _fields_of(value: Any) -> Optional[List[Tuple[Any, Any]]]:
    """The fields of what is a record in one of Python's ways; None for anything else."""
    if isinstance(value, type):
        return None
    if dataclasses.is_dataclass(value):
        return [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
    kind = cast("Any", type(value))
    if hasattr(kind, "__attrs_attrs__"):
        return [(attribute.name, getattr(value, attribute.name)) for attribute in kind.__attrs_attrs__]
    for method in ("model_dump", "_asdict"):  # Pydantic's models, named tuples.
        dump: Optional[Callable[[], Any]] = getattr(value, method, None)
        if callable(dump) and callable(getattr(kind, method, None)):
            dumped = dump()
            return list(cast("Mapping[Any, Any]", dumped).items()) if isinstance(dumped, Mapping) else None
    return None


def _is_unicode(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _text(value: Any) -> str:
    try:
        return str(value).encode("utf-8", "replace").decode("utf-8")
    except Exception:  # A value whose own text fails must not undo what has happened.
        return f"<{type(value).__name__}>"
