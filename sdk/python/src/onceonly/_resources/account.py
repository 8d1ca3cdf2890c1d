"""``/v1/me``, ``/v1/usage`` and ``/v1/metrics``: the account and what it has used."""

from __future__ import annotations

from typing import List, Optional

from .._call import Call
from ..results import JsonObject
from ._shapes import as_object, as_objects, body, query, text


def me() -> Call[JsonObject]:
    """The account."""
    return Call("GET", "/me", as_object)


def update_notifications(email: Optional[bool], tool_error: Optional[bool], run_failure: Optional[bool]) -> Call[JsonObject]:
    """Set those switches that are given; ValueError when none is."""
    sent = body(
        email_notifications_enabled=email,
        tool_error_notifications_enabled=tool_error,
        run_failure_notifications_enabled=run_failure,
    )
    if not sent:
        raise ValueError("at least one preference field must be given")
    return Call("POST", "/me/notifications", as_object, sent)


def usage(kind: str) -> Call[JsonObject]:
    """This month's usage of one kind."""
    return Call("GET", query("/usage", kind=text("kind", kind)), as_object)


def usage_all() -> Call[JsonObject]:
    """This month's usage of both kinds."""
    return Call("GET", "/usage/all", as_object)


def metrics(from_day: str, to_day: str) -> Call[List[JsonObject]]:
    """Counts per day, both days included."""
    return Call("GET", query("/metrics", from_day=_day("from_day", from_day), to_day=_day("to_day", to_day)), as_objects)


def _day(name: str, value: object) -> str:
    # A datetime.date is what callers have at hand, and its text is what the API takes.
    return text(name, str(value))
