"""``/v1/tools``: the tools that agents call through the server."""

from __future__ import annotations

from typing import Any, List, Mapping

from .._call import Call
from ..results import JsonObject
from ._shapes import as_object, as_objects, object_in, part, query, text


def create(tool: Mapping[str, Any]) -> Call[JsonObject]:
    """Register a tool, or replace the one of that name and scope."""
    sent = object_in("tool", tool)
    text("name", sent.get("name"))
    return Call("POST", "/tools", as_object, sent)


def list_all(scope_id: str) -> Call[List[JsonObject]]:
    """The tools of one scope."""
    return Call("GET", query("/tools", scope_id=scope_id), as_objects)


def get(name: str, scope_id: str) -> Call[JsonObject]:
    """One tool."""
    return Call("GET", query(f"/tools/{part('name', name)}", scope_id=scope_id), as_object)


def toggle(name: str, enabled: bool, scope_id: str) -> Call[JsonObject]:
    """Switch a tool on or off."""
    return Call("POST", query(f"/tools/{part('name', name)}/toggle", scope_id=scope_id), as_object, {"enabled": enabled})


def delete(name: str, scope_id: str) -> Call[JsonObject]:
    """Forget a tool."""
    return Call("DELETE", query(f"/tools/{part('name', name)}", scope_id=scope_id), as_object)
