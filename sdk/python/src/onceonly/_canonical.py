"""The canonical text of values, from which keys and fingerprints are made.

It is JSON with names sorted by UTF-16 code units and no blanks. Equal values have equal texts, however they are written: numbers are
written by their value, instants in UTC. A value of a class has the class's name before its fields, since equal fields of another class are
another value. What has no JSON form, and what shows only a part of itself, is refused with TypeError or ValueError.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import math
from collections import ChainMap, UserDict
from datetime import date, datetime, time, timezone
from decimal import Decimal
from enum import Enum, Flag
from numbers import Integral
from pathlib import PurePath
from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional, Set, Tuple, cast
from uuid import UUID

DEPTH_MAX = 60  # The server refuses bodies that are deeper than 64.
PLAIN_DIGITS_MAX = 21  # Integers up to here are written in plain digits.

_CONTAINERS: Tuple[Any, ...] = (dict, list, tuple, set, frozenset)
#: Modules of which it is known that their scalars hold nothing else.
_PLAIN_MODULES = (
    "builtins",
    "decimal",
    "_decimal",
    "_pydecimal",
    "datetime",
    "_pydatetime",
    "uuid",
    "pathlib",
    "pathlib._local",
)

Fields = Dict[str, Any]


def canonical(value: Any) -> str:
    """The canonical text of a value; TypeError or ValueError for what has none."""
    return _Writer().text(value)


def sha256_of(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def class_name(kind: type) -> str:
    """A class's module and qualified name."""
    return f"{kind.__module__}.{kind.__qualname__}"


class _Writer:
    """Writes one value. ``open`` holds the containers around the present one, by identity, so that a cycle ends."""

    def __init__(self) -> None:
        self._open: Set[int] = set()

    def text(self, value: Any) -> str:
        """The canonical text of a value."""
        scalar = _scalar(value)
        if scalar is not None:
            _refuse_more(value)
            return scalar
        if id(value) in self._open:
            raise ValueError("a value in itself has no JSON form")
        if len(self._open) >= DEPTH_MAX:
            raise ValueError(f"a value of more than {DEPTH_MAX} levels has no JSON form")
        self._open.add(id(value))
        try:
            return self._container(value)
        finally:
            self._open.discard(id(value))

    def _container(self, value: Any) -> str:
        kind = cast("type[Any]", type(value))
        base = next((one for one in _CONTAINERS if isinstance(value, one)), None)
        fields = fields_of(value)
        if fields is not None:
            if base is not None and not (base is tuple and hasattr(kind, "_fields")):
                raise ValueError(f"a {kind.__qualname__} does not show what it holds as a {base.__name__}")
            return class_name(kind) + self._object(fields.items())
        if base is None and not isinstance(value, Mapping):
            raise _no_form(value)
        # What holds others in an attribute of its own shows them, where that is known.
        _refuse_attributes(
            value, {"data"} if isinstance(value, UserDict) else {"maps"} if isinstance(value, ChainMap) else set()
        )
        # All that a container holds, also where its class shows only a part of that.
        if isinstance(value, Mapping):
            held = cast("Mapping[Any, Any]", value)
            return self._object(cast("Any", dict).items(held) if base is dict else held.items())
        texts = [self.text(item) for item in cast("Any", base).__iter__(value)]
        # A set has no order, and equal sets have equal texts.
        return f"[{','.join(sorted(texts, key=_utf16) if base in (set, frozenset) else texts)}]"

    def _object(self, items: Iterable[Tuple[Any, Any]]) -> str:
        # A name that is no text is written as the value that it is: {1: …} and {"1": …} are two mappings.
        named = [(*_name(name), value) for name, value in items]
        named.sort(key=lambda one: one[0])
        if any(one[1] == other[1] for one, other in zip(named, named[1:])):
            raise ValueError("a mapping of which two names have the same text has no JSON form")
        return f"{{{','.join([f'{name}:{self.text(value)}' for _, name, value in named])}}}"


def _name(name: Any) -> Tuple[Tuple[bool, bytes], str]:
    """A name of an object: what it is sorted by, and its text."""
    written = _scalar(name)
    if written is None:
        raise _no_form(name)
    _refuse_more(name)
    is_text = written.startswith('"')
    return (not is_text, _utf16(json.loads(written) if is_text else written)), written


def _scalar(value: Any) -> Optional[str]:
    """The text of a value that holds no others; None for one that does."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(str.__str__(value))
    if isinstance(value, Integral):
        return _number(Decimal(int(value)))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} has no JSON form")
        return _number(Decimal(float.__repr__(value)))
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} has no JSON form")
        return _number(value)
    if isinstance(value, Enum):
        return class_name(type(value)) + _constant(value)
    if isinstance(value, datetime):
        return _quoted(_instant(value))
    if isinstance(value, (date, time)):
        return _quoted(value.isoformat())
    if isinstance(value, (UUID, PurePath)):
        return _quoted(str(value))
    return None


def _quoted(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("a text with a lone surrogate has no JSON form") from None
    return json.dumps(value, ensure_ascii=False)


def _number(value: Decimal) -> str:
    """A number by its value: no zeros at the end, few integers with an exponent, and no minus before 0."""
    sign, digits, exponent = value.as_tuple()
    kept = list(digits)
    end = cast(int, exponent)
    while kept and kept[-1] == 0:
        kept.pop()
        end += 1
    if not kept:
        return "0"
    if end >= 0 and len(kept) + end <= PLAIN_DIGITS_MAX:
        return "-" * sign + "".join(map(str, kept)) + "0" * end
    return str(Decimal((sign, tuple(kept), end)))


def _instant(value: datetime) -> str:
    """A date with time and offset as its instant in UTC; without an offset, as it stands."""
    zone = value.utcoffset()
    moment = value.replace(tzinfo=None) if zone is None else value.astimezone(timezone.utc).replace(tzinfo=None)
    text = moment.isoformat()
    if moment.microsecond:
        text = text.rstrip("0")
    return text if zone is None else f"{text}Z"


def _constant(value: Enum) -> str:
    """An enum constant by its name; several flags in one by their number, since their names differ between versions of Python."""
    if isinstance(value, Flag) and value not in list(type(value)):
        return _number(Decimal(value.value))
    return _quoted(str(value.name))


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be")


def fields_of(value: Any) -> Optional[Fields]:
    """All that a record in one of Python's ways holds, by its fields; None for what is no record.

    ValueError for a record that holds more than its fields show: what is not in the key must not make a difference.
    """
    kind = cast("Any", type(value))
    if isinstance(value, type):
        return None
    if dataclasses.is_dataclass(kind):
        return _shown(value, [field.name for field in dataclasses.fields(value)])
    if hasattr(kind, "__attrs_attrs__"):
        return _shown(value, [attribute.name for attribute in kind.__attrs_attrs__])
    if hasattr(kind, "__struct_fields__"):
        return _shown(value, list(kind.__struct_fields__))
    if hasattr(kind, "_asdict") and hasattr(kind, "_fields"):
        return _shown(value, list(kind._fields))
    if callable(getattr(kind, "model_dump", None)) and isinstance(getattr(kind, "model_fields", None), Mapping):
        private: List[str] = list(getattr(value, "__pydantic_private__", None) or ())
        return _model(value, kind.model_fields, getattr(value, "__pydantic_extra__", None) or {}, private)
    if callable(getattr(kind, "dict", None)) and isinstance(getattr(kind, "__fields__", None), Mapping):
        # Pydantic 1. What a model holds beside its fields, because it allows that, stands among those that were set.
        set_names: Any = value.__fields_set__
        extra = {name: one for name, one in value.__dict__.items() if name in set_names and name not in kind.__fields__}
        return _model(value, kind.__fields__, extra, [name for name in kind.__private_attributes__ if hasattr(value, name)])
    return None


def _shown(value: Any, names: List[str]) -> Fields:
    if not names:
        raise ValueError(f"a {type(value).__qualname__} has no fields, and so no JSON form")
    _refuse_attributes(value, set(names))
    return {name: _read(value, name) for name in names}


def _model(value: Any, declared: Mapping[str, Any], extra: Fields, private: List[str]) -> Fields:
    """A Pydantic model by its fields, with the further ones that it was told to keep."""
    excluded = [name for name, field in declared.items() if getattr(getattr(field, "field_info", field), "exclude", None)]
    if excluded or private:
        raise ValueError(f"a {type(value).__qualname__} does not show its {', '.join(sorted((*excluded, *private)))}")
    _refuse_attributes(value, {*declared, *extra})
    return {**{name: _read(value, name) for name in declared}, **extra}


def _read(value: Any, name: str) -> Any:
    try:
        return getattr(value, name)
    except AttributeError:
        raise ValueError(f"a {type(value).__qualname__} has no {name} yet") from None


def _refuse_more(value: Any) -> None:
    """ValueError when a text, number, date or the like of a user's class holds more than that."""
    kind: Any = cast("type[Any]", type(value))
    if kind.__module__ in _PLAIN_MODULES or value is None or isinstance(value, Enum):
        return
    held: Set[str] = set(getattr(value, "__dict__", ()))
    for each in kind.__mro__:
        if each.__module__ not in _PLAIN_MODULES:
            held.update(name for name in _own_slots(each) if hasattr(value, name))
    _refuse_hidden(kind, held)


def _refuse_attributes(value: Any, names: Set[str]) -> None:
    """ValueError when an object holds more than ``names`` show. What is only remembered of them (cached_property) is no more."""
    kind: Any = cast("type[Any]", type(value))
    held: Set[str] = set(getattr(value, "__dict__", ()))
    held.update(name for name in _slots(kind) if hasattr(value, name))
    _refuse_hidden(kind, held - names)


def _refuse_hidden(kind: Any, names: Set[str]) -> None:
    # What is named with underscores on both sides belongs to the record's library.
    hidden = {name for name in names - _remembered(kind) if not (name.startswith("__") and name.endswith("__"))}
    if hidden:
        raise ValueError(f"a {kind.__qualname__} does not show its {', '.join(sorted(hidden))}")


@functools.lru_cache(maxsize=1024)
def _slots(kind: type) -> FrozenSet[str]:
    return frozenset(name for each in kind.__mro__ for name in _own_slots(each))


def _own_slots(kind: type) -> Iterable[str]:
    slots: Any = kind.__dict__.get("__slots__", ())
    for name in (slots,) if isinstance(slots, str) else slots:
        private = name.startswith("__") and not name.endswith("__")
        yield f"_{kind.__name__.lstrip('_')}{name}" if private else name


@functools.lru_cache(maxsize=1024)
def _remembered(kind: type) -> FrozenSet[str]:
    return frozenset(
        name for each in kind.__mro__ for name, one in each.__dict__.items() if isinstance(one, functools.cached_property)
    )


def _no_form(value: Any) -> TypeError:
    return TypeError(f"a value of type {type(value).__qualname__} has no JSON form")
