"""Keys as the published Python client 3.0.5 derives them, byte for byte, so that both can run side by side.

That client writes what it has no form for with ``str``. Where such a text differs from process to process, or says nothing about the
value, it is refused here: objects that have no text of their own, sets, functions.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import inspect
import json
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import PurePath
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Tuple, cast
from uuid import UUID

TEXT_MAX = 2048  # Characters of one argument's text; the rest is cut.

_encode = functools.partial(json.dumps, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

#: Types whose text is the same in every process.
_PLAIN = (type(None), str, int, float, bytes, bytearray, complex, range, date, time, timedelta, Decimal, Enum, Fraction, UUID)
_ADDRESSES = (PurePath, IPv4Address, IPv4Network, IPv6Address, IPv6Network)


def key_of_call(function_name: str, version: str, args: Tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """The hash of a call of a decorated function. TypeError for an argument whose text says nothing."""
    for name, value in (*((f"args[{place}]", one) for place, one in enumerate(args)), *kwargs.items()):
        check(name, value)
    return _sha256(
        _encode(
            {
                "v": str(version),
                "fn": function_name,
                "args": [_argument(value) for value in args],
                "kwargs": {name: _argument(value) for name, value in kwargs.items()},
            }
        )
    )


def key_of_tool_input(given: Any) -> str:
    """The hash of what a LangChain tool is invoked with: an object of arguments, a tool call, or one text."""
    check("the tool's input", given)
    return _hash_of_input((), cast("Dict[str, Any]", given)) if isinstance(given, dict) else _hash_of_input((given,), {})


def _hash_of_input(args: Tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    payload: Dict[str, Any] = {"args": args, "kwargs": kwargs}
    try:
        text = _encode(payload, default=_tool_value)
    except Exception:  # As published: what JSON can't hold is hashed as Python shows it, in the order of its names.
        text = str({**payload, "kwargs": {name: payload["kwargs"][name] for name in sorted(payload["kwargs"])}})
    return _sha256(text)


def check(name: str, value: Any) -> None:
    """TypeError when a value, or one within it, has no text that says the same in every process."""
    refused = _first_refused(value, 0)
    if refused is not None:
        kind = type(refused).__qualname__
        raise TypeError(f"{name} must have a text that is the same in every process, and a {kind} has none: give key_func")


def _argument(value: Any) -> str:
    model = _called(value, "model_dump_json", "json")
    if isinstance(model, str):
        return _cut(model)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        try:
            return _cut(_encode(dataclasses.asdict(value), default=str))
        except Exception:  # As published: it then counts as any other value.
            pass
    try:
        return _encode(value, default=str)
    except Exception:  # As published: names that can't be sorted, for example.
        return _cut(str(value))


def _tool_value(value: Any) -> Any:
    for name in ("model_dump", "dict"):
        dumped = _called(value, name)
        if dumped is not None:
            return dumped
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        try:
            return dataclasses.asdict(value)
        except Exception:  # As published: it then counts as any other value.
            return str(value)
    return value.hex() if isinstance(value, (bytes, bytearray)) else str(value)


def _called(value: Any, *names: str) -> Any:
    """What the first of these methods that there is answers; None when there is none, or when it raises."""
    for name in names:
        method: Optional[Callable[[], Any]] = getattr(value, name, None)
        if callable(method):
            try:
                return method()
            except Exception:  # As published: an object that can't be dumped counts as any other value.
                return None
    return None


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_MAX else text[:TEXT_MAX] + "…"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _first_refused(value: Any, depth: int) -> Any:
    """The first value, from outside in, whose published text says nothing; None when there is none."""
    if isinstance(value, (*_PLAIN, *_ADDRESSES)):
        return None
    held = _held(value)
    if held is None or depth > 100:
        return value
    for one in held:
        refused = _first_refused(one, depth + 1)
        if refused is not None:
            return refused
    return None


def _held(value: Any) -> Optional[Iterable[Any]]:
    """What a value's text is made of; None for a value that has no text of its own."""
    if isinstance(value, (set, frozenset, type)) or inspect.isroutine(value):
        return None
    if isinstance(value, dict):
        return [*cast("Dict[Any, Any]", value), *cast("Dict[Any, Any]", value).values()]
    if isinstance(value, (list, tuple)):
        return cast("List[Any]", value)
    if dataclasses.is_dataclass(value):
        return [getattr(value, field.name) for field in dataclasses.fields(value)]
    kind = cast("Any", type(value))
    if any(callable(getattr(kind, name, None)) for name in ("model_dump_json", "json", "model_dump", "dict")):
        return list(getattr(value, "__dict__", {}).values())
    return None
