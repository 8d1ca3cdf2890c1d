"""Outcomes in the neutral words of the protocol."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from typing import Any, Dict

import onceonly

from .functions import FunctionError

ERROR_FIELDS = ("status_code", "code", "detail", "request_id", "retry_after_sec", "message")
FURTHER_FIELDS = {
    "duplicate": ("key", "first_seen_at", "error_code"),
    "lease_lost": ("ran", "result"),
    "result_not_recorded": ("result",),
}


def value_of(outcome: Any) -> Any:
    """A value: result types by their fields, without ``raw``."""
    if isinstance(outcome, onceonly.OnceOnlyError):
        return {"error": error_of(outcome)}
    if isinstance(outcome, list):
        return [value_of(one) for one in outcome]
    if dataclasses.is_dataclass(outcome):
        fields = {field.name: getattr(outcome, field.name) for field in dataclasses.fields(outcome) if field.name != "raw"}
        if isinstance(outcome, onceonly.AiResult):
            fields["value"] = value_of(outcome.value)
        if isinstance(outcome, onceonly.AgentStatus):
            fields["enabled"] = outcome.enabled
        if isinstance(outcome, onceonly.CheckLockResult):
            assert outcome.should_proceed() == (outcome.locked and not outcome.duplicate)
            assert outcome.is_duplicate() == outcome.duplicate
        return fields
    return outcome


def error_of(error: BaseException) -> Dict[str, Any]:
    """An error by its neutral name and fields."""
    if isinstance(error, onceonly.ValidationError) and error.status_code is None:
        return {"type": "invalid_argument", "message": str(error)}
    if isinstance(error, onceonly.OnceOnlyError):
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__[: -len("Error")]).lower()
        return {"type": words, **{name: getattr(error, name) for name in (*ERROR_FIELDS, *FURTHER_FIELDS.get(words, ()))}}
    if isinstance(error, FunctionError):
        return {"type": "function", "message": str(error)}
    if isinstance(error, asyncio.CancelledError):
        return {"type": "cancelled"}
    if isinstance(error, (ValueError, TypeError)):
        return {"type": "invalid_argument", "message": str(error)}
    raise error


def event_of(hook: str, event: Any) -> Dict[str, Any]:
    """What a hook was called with."""
    fields = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    return {"hook": hook, **{name: error_of(one) if isinstance(one, BaseException) else one for name, one in fields.items()}}
