"""Keys of calls: one call has one key, however it is written, and two calls have two."""

from __future__ import annotations

import functools
import inspect
from enum import Enum
from types import ModuleType
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, cast
from uuid import UUID

from . import _published
from ._canonical import canonical, class_name, sha256_of
from ._work import innermost

Args = Tuple[Any, ...]
Kwargs = Mapping[str, Any]


def _hash_of_call(function_name: str, version: str, args: List[str], kwargs: Dict[str, str]) -> str:
    return sha256_of(canonical({"v": str(version), "fn": function_name, "args": args, "kwargs": kwargs}))


def canonical_of(name: str, value: Any) -> str:
    """The canonical text of an argument; the error for one that has none names it."""
    try:
        return canonical(value)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name} must have a JSON form: {error}; give key_func, which makes the key") from None


def fingerprint_of(value: Any) -> str:
    """The fingerprint that stands for a value: its canonical SHA-256."""
    return sha256_of(canonical_of("the fingerprint's value", value))


def key_part(name: str, value: Any) -> str:
    """A key, or a part of one, that a function of the user's gives: no key is no key, and an object's text is none."""
    if isinstance(value, bool) or not isinstance(value, (str, int, UUID)) or _is_other_constant(value):
        kind = "None" if value is None else f"a value of type {type(value).__qualname__}"
        raise TypeError(f"{name} must give a text, an integer or a UUID, not {kind}")
    # By its value: what an enum constant's text is differs between versions of Python.
    text = str.__str__(value) if isinstance(value, str) else int.__repr__(int(value)) if isinstance(value, int) else str(value)
    if not text.strip():
        raise ValueError(f"{name} must give a text that is not blank")
    return text


def _is_other_constant(value: Any) -> bool:
    """Whether a value is an enum constant that is neither a text nor an integer."""
    return isinstance(value, Enum) and not isinstance(value, (str, int))


class Parameters:
    """A function's parameters, to which the arguments of a call are bound: ``f(1)``, ``f(1, 3)`` and ``f(a=1)`` are one call where 3 is
    the default of the second."""

    def __init__(self, function: Callable[..., Any]) -> None:
        try:
            self._signature: Optional[inspect.Signature] = inspect.signature(function)
        except (TypeError, ValueError):  # Some functions that are written in C have none.
            self._signature = None

    @property
    def names(self) -> List[str]:
        """The parameters' names."""
        return [] if self._signature is None else list(self._signature.parameters)

    def bind(self, args: Args, kwargs: Kwargs) -> Tuple[List[Tuple[str, Any]], Dict[str, Any]]:
        """What can be given by position, each with its name, in the signature's order, and all else by name. TypeError as the call's own."""
        if self._signature is None:
            return [(f"args[{place}]", value) for place, value in enumerate(args)], dict(kwargs)
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        placed: List[Tuple[str, Any]] = []
        named: Dict[str, Any] = {}
        for name, parameter in self._signature.parameters.items():
            value = bound.arguments[name]
            if parameter.kind is parameter.VAR_POSITIONAL:
                placed += [(f"{name}[{place}]", one) for place, one in enumerate(value)]
            elif parameter.kind is parameter.VAR_KEYWORD:
                named.update(value)
            elif parameter.kind is parameter.KEYWORD_ONLY:
                named[name] = value
            else:
                placed.append((name, value))
        return placed, named

    def chosen(self, names: Sequence[str], args: Args, kwargs: Kwargs) -> Dict[str, Any]:
        """The values of these parameters in a call."""
        signature = cast(inspect.Signature, self._signature)  # One without a signature has no names.
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return {name: bound.arguments[name] for name in names}


class CallKeys:
    """How the keys of one function's calls are made, from its name and the arguments."""

    def __init__(self, function: Callable[..., Any], key_version: str, key_id: Optional[str], key_format: str) -> None:
        self._name = name_of(function, key_id)
        self._version = key_version
        self._published = key_format == "published"
        self._owner = owner_of(function)
        self.parameters = Parameters(function)

    def key(self, args: Args, kwargs: Kwargs) -> str:
        """The key of a call; TypeError or ValueError names the argument that has no form for it."""
        placed, named = self.parameters.bind(args, kwargs)
        if self._owner is not None:
            # What the method is bound to is its first argument; a class is told by its name.
            owner = class_name(self._owner) if isinstance(self._owner, type) else self._owner
            args, placed = (owner, *args), [("self", owner), *placed]
        if self._published:
            return _published.key_of_call(self._name, self._version, args, kwargs)
        texts = [canonical_of(name, value) for name, value in placed]
        return _hash_of_call(
            self._name, self._version, texts, {name: canonical_of(name, value) for name, value in named.items()}
        )


def name_of(function: Callable[..., Any], key_id: Optional[str]) -> str:
    """``key_id``, else the function's module and name; ValueError for a function that has none of its own."""
    if key_id:
        return key_id
    name = getattr(function, "__qualname__", "")
    # All lambdas of one scope are called alike, and would share their keys.
    if not name or name.endswith("<lambda>"):
        raise ValueError("a function without a name of its own needs key_id or key_func")
    return f"{function.__module__}.{name}"


def owner_of(function: Callable[..., Any]) -> Any:
    """The object or class to which a method is bound; None for a function."""
    inner = innermost(function)
    while (wrapped := getattr(inner, "__wrapped__", None)) is not None:  # A decorator around a bound method is bound as well.
        inner = innermost(wrapped)
    owner: Any = getattr(inner, "__self__", None)
    return None if isinstance(owner, ModuleType) else owner  # Functions that are written in C are bound to their module.


def check_method(function: Callable[..., Any], key_self: bool) -> None:
    """TypeError or ValueError for a method, unless ``self`` is wanted in the key: two objects of one class would share or never share their keys."""
    if isinstance(function, (staticmethod, classmethod)):
        raise TypeError("a decorator that makes a function idempotent must stand below staticmethod and classmethod")
    if key_self:
        return
    inner = innermost(function)
    name = getattr(inner, "__qualname__", "")
    first = "self"
    if owner_of(function) is None:
        scope = name.rpartition(".")[0]
        if not scope or scope.endswith("<locals>") or isinstance(function, functools.partial):
            return
        first = next(iter(Parameters(function).names), "")
    if first in ("self", "cls"):
        raise ValueError(f"{name} must have key_func, or key_self=True if {first} belongs in the key: it is a method")
