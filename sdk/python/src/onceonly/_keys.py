"""Keys of calls: equal arguments give equal keys, whatever the order of their names."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Callable, Mapping, Optional, Tuple

from ._values import canonical


def key_of_call(function_name: str, version: str, args: Tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """The SHA-256 of the call's canonical JSON, in hexadecimal. TypeError or ValueError when an argument has no JSON form."""
    return sha256_of_json(
        {
            "v": version,
            "fn": function_name,
            "args": [canonical(value) for value in args],
            "kwargs": {name: canonical(value) for name, value in kwargs.items()},
        }
    )


def sha256_of_json(value: Any) -> str:
    """The SHA-256 of a JSON value with its names sorted and no blanks, in hexadecimal."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def name_of(function: Callable[..., Any], key_id: Optional[str]) -> str:
    """``key_id``, else the function's module and name; ValueError for a function that has none of its own."""
    if key_id:
        return key_id
    name = getattr(function, "__qualname__", "")
    # All lambdas of one scope are called alike, and would share their keys.
    if not name or name.endswith("<lambda>"):
        raise ValueError("a function without a name of its own needs key_id or key_func")
    return f"{function.__module__}.{name}"
