"""One request as the fake sees it, what is wrong with it, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, cast

from ..results import JsonObject

TEXT_MAX = 256  # characters of keys, ids, hashes, codes and reasons
INPUT_MAX = 256  # characters of a wrong text that are shown
FINGERPRINT_MAX = 128  # characters
TTL_MIN = 10  # seconds
TTL_MAX = 30 * 86400
TTL_DEFAULT = 86400


def _no_texts() -> Dict[str, str]:
    return {}


def object_of(value: Any) -> JsonObject:
    """A value as an object; an empty one for all that is none."""
    return cast(JsonObject, value) if isinstance(value, dict) else {}


@dataclass(frozen=True)
class Asked:
    """A request: ``path`` begins with ``/v1``, ``query`` and ``headers`` have one text for each name (headers' in lower case), ``body`` is its
    JSON, None without one."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=_no_texts)
    headers: Mapping[str, str] = field(default_factory=_no_texts, repr=False)
    body: Any = None

    @property
    def attempt_id(self) -> Optional[str]:
        """The id that all attempts of one call share."""
        return self.headers.get("x-onceonly-attempt-id")

    @property
    def fields(self) -> JsonObject:
        """The body's fields; none when it is no object."""
        return object_of(self.body)


@dataclass(frozen=True)
class Answered:
    """An answer."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=_no_texts)


class Refusal(Exception):
    """An answer that says no."""

    def __init__(self, status: int, body: JsonObject, headers: Optional[Mapping[str, str]] = None) -> None:
        super().__init__(f"{status} {body}")
        self.answer = Answered(status, body, headers or {})


def refused(status: int, error: str, **fields: Any) -> Refusal:
    """A refusal with a code and what belongs to it."""
    return Refusal(status, {"detail": {"error": error, **fields}})


class Fields:
    """The fields of a body, read one by one; all that is wrong with them is told at once, as the server does."""

    def __init__(self, body: Any, *place: Any) -> None:
        self._place = list(place) or ["body"]
        self._problems: List[JsonObject] = []
        self._body = object_of(body)
        if not isinstance(body, dict):
            kind = "dict_type" if place else "model_attributes_type"
            self._say(kind, [], "Input should be a valid dictionary", body)
            self.check()

    def text(self, name: str, longest: int = TEXT_MAX, *, needed: bool = False, empty: bool = False) -> Any:
        """A text of at least one character, unless it may be ``empty``."""
        value = self._body.get(name)
        if value is None:
            if needed:
                self._say("missing", [name], "Field required", self._body)
        elif not isinstance(value, str):
            self._say("string_type", [name], "Input should be a valid string", value)
        elif not value and not empty:
            self._say("string_too_short", [name], "String should have at least 1 character", value)
        elif len(value) > longest:
            self._say("string_too_long", [name], f"String should have at most {longest} characters", value)
        elif "\0" in value:
            self._say("value_error", [name], "Value error, U+0000 is not allowed", value)
        return value

    def key(self) -> str:
        """The key."""
        value = self.text("key", needed=True)
        if isinstance(value, str) and value.isspace():
            self._say("value_error", ["key"], "Value error, only white space", value)
        return cast(str, value)

    def ttl(self) -> Optional[int]:
        """Seconds as the server grants them, None when nothing was asked for."""
        value = self._body.get("ttl")
        if value is None:
            return None
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            self._say("int_type", ["ttl"], "Input should be a valid integer", value)
        elif value != int(value):
            words = "Input should be a valid integer, got a number with a fractional part"
            self._say("int_from_float", ["ttl"], words, value)
        elif value <= 0:
            self._say("greater_than", ["ttl"], "Input should be greater than 0", value)
        else:
            return min(max(int(value), TTL_MIN), TTL_MAX)
        return None

    def object(self, name: str) -> Optional[JsonObject]:
        """An object."""
        value = self._body.get(name)
        if value is None or isinstance(value, dict):
            return cast(Optional[JsonObject], value)
        self._say("dict_type", [name], "Input should be a valid dictionary", value)
        return None

    def flag(self, name: str) -> bool:
        """Whether a switch is on."""
        return self._body.get(name) is True

    def refuse(self, name: str, words: str) -> None:
        """Refuse a field for a reason of its own."""
        shown = {} if self._body.get(name) is None else {"input": self._body[name]}
        self._problems.append({"type": "value_error", "loc": [*self._place, name], "msg": f"Value error, {words}", **shown})

    def problems(self) -> Optional[JsonObject]:
        """All that was wrong, as an answer's body."""
        return {"detail": self._problems} if self._problems else None

    def check(self) -> None:
        """Refuse what was wrong."""
        body = self.problems()
        if body is not None:
            raise Refusal(422, body)

    def _say(self, kind: str, names: List[Any], words: str, value: Any) -> None:
        shown = value[:INPUT_MAX] if isinstance(value, str) else value
        self._problems.append({"type": kind, "loc": [*self._place, *names], "msg": words, "input": shown})
