"""``/v1/events`` and ``/v1/runs``: the recent feed, runs and their timelines."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from .._call import Call, Repeat
from ..results import JsonObject
from ._shapes import as_object, as_objects, body, part, query, text, trimmed


def recent(limit: int, offset: int) -> Call[List[JsonObject]]:
    """The namespace's recent feed, newest first."""
    return Call("GET", query("/events", limit=limit, offset=offset), as_objects)


def post(run_id: str, type: str, fields: Dict[str, Any], extra: Dict[str, Any]) -> Call[JsonObject]:
    """Add an event to a run. Repeating it would add another, so it is repeated only when it was certainly not taken."""
    sent = {**body(**extra), **body(run_id=trimmed("run_id", run_id), type=text("type", type), **fields)}
    return Call("POST", "/events", as_object, sent, repeat=Repeat.UNSENT)


def list_runs(limit: int, offset: int, q: Optional[str]) -> Call[JsonObject]:
    """Runs, the last active first; ``q`` is how a run_id begins."""
    return Call("GET", query("/runs", limit=limit, offset=offset, q=q), as_object)


def timeline(run_id: str, limit: int, offset: int) -> Call[JsonObject]:
    """A run's events in order."""
    return Call("GET", query(f"/runs/{part('run_id', trimmed('run_id', run_id))}", limit=limit, offset=offset), as_object)
