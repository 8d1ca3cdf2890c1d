"""Prints, as JSON, what a onceonly package shows: its public modules, their names, and the signatures of these."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from typing import Any, Dict, Iterator, List, Tuple


def modules() -> Iterator[str]:
    """The package and all modules in it whose names don't begin with an underscore."""
    package = importlib.import_module("onceonly")
    yield "onceonly"
    for found in pkgutil.walk_packages(package.__path__, "onceonly."):
        if not any(part.startswith("_") for part in found.name.split(".")):
            yield found.name


def names(module: Any) -> List[str]:
    """What a module defines or exports, and not what it has only imported for itself."""
    exported = set(getattr(module, "__all__", ()))
    found = [name for name in vars(module) if not name.startswith("_") or name in exported]
    return sorted(name for name in found if name in exported or is_own(getattr(module, name), module.__name__))


def is_own(value: Any, module: str) -> bool:
    """Whether a module defines a class or a function."""
    return (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__ == module


def parameters(value: Any) -> List[Tuple[str, str, str]]:
    """Name, kind and default ("-" where it is required) of each parameter."""
    if inspect.isclass(value) and issubclass(value, Exception) and value.__init__ is Exception.__init__:
        return [("message", "POSITIONAL_OR_KEYWORD", "-")]
    return [
        (name, one.kind.name, "-" if one.default is one.empty else repr(one.default))
        for name, one in inspect.signature(value).parameters.items()
        if name not in ("self", "cls")
    ]


def described(value: Any) -> Dict[str, Any]:
    """A function by its parameters, a class by its own and those of its methods, and anything else by nothing."""
    if inspect.isfunction(value):
        return {"": parameters(value)}
    if not inspect.isclass(value):
        return {}
    made = {"": parameters(value)}
    for name, member in inspect.getmembers(value):
        if not name.startswith("_") and callable(member) and not inspect.isclass(member) and not hasattr(Exception, name):
            made[name] = parameters(member)
    fields = getattr(value, "__dataclass_fields__", {})
    properties = [name for name, one in vars(value).items() if isinstance(one, property)]
    made.update({f"{name} (field)": [] for name in (*fields, *properties) if not name.startswith("_")})
    if issubclass(value, Exception):
        made.update({f"is a {base.__name__}": [] for base in value.__mro__[1:] if base.__module__.startswith("onceonly")})
    return made


def surface() -> Dict[str, Dict[str, Dict[str, Any]]]:
    """Everything, by module and name."""
    read = {name: importlib.import_module(name) for name in modules()}
    return {name: {one: described(getattr(module, one)) for one in names(module)} for name, module in read.items()}


if __name__ == "__main__":
    print(json.dumps(surface()))
