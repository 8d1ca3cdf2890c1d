"""Calls whose keys both clients derive. This module runs with the published client on the path, and with ours.

Printed, as JSON: the key of each call that was sent, by the call's name.
"""

from __future__ import annotations

import dataclasses
import enum
import ipaddress
import json
import pathlib
import sys
import uuid
from collections import OrderedDict, namedtuple
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, Callable, Dict, List, Optional

import httpx
import pydantic

import onceonly


@dataclasses.dataclass
class Line:
    """A dataclass in a dataclass."""

    sku: str
    price: Decimal


@dataclasses.dataclass
class Order:
    """A dataclass with much in it."""

    number: int
    lines: List[Line]
    at: Optional[datetime] = None
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Odd:
    """A dataclass whose names JSON can't sort."""

    held: Dict[Any, Any]


class Customer(pydantic.BaseModel):
    """A model with a nested one."""

    name: str
    born: Optional[date] = None
    tags: List[str] = []
    parent: Optional[Customer] = None


class Colour(enum.Enum):
    """A plain enum."""

    RED = "red"


class Word(str, enum.Enum):
    """An enum of texts."""

    A = "a"


class Number(enum.IntEnum):
    """An enum of integers."""

    ONE = 1


Point = namedtuple("Point", "x y")
UTC = timezone.utc
LONG = "ż" * 5000
WHEN = datetime(2026, 5, 1, 10, 0, 0, 120, tzinfo=timezone(timedelta(hours=2)))

#: Arguments by name: what is given by position, and what by name.
ARGUMENTS: Dict[str, Any] = {
    "nothing": ((), {}),
    "none": ((None,), {}),
    "numbers": ((1, 1.0, -0.0, 1e-7, 1e21, 2**70, True, False), {}),
    "not finite": ((float("inf"), float("-inf"), float("nan")), {}),
    "texts": (("a", "", 'q"\\\n\t\x00\x7f', "zażółć", "\U0001f600", "\uffff"), {}),
    "order of names": ((), {"b": 1, "a": 2, "ż": 3, "Z": 4}),
    "the other order of names": ((), {"Z": 4, "ż": 3, "a": 2, "b": 1}),
    "position": ((1, 2), {}),
    "position and name": ((1,), {"b": 2}),
    "lists": (([1, [2, (3, [])]], (), {"a": [{}]}), {}),
    "names that are no texts": (({1: "a", None: "b"},), {}),
    "names that can't be sorted": (({1: "a", "b": 2},), {}),
    "names that JSON can't write": (({(1, 2): "a"}, {(2, 1): "ż" * 3000}), {}),
    "an ordered mapping": ((OrderedDict([("b", 1), ("a", 2)]),), {}),
    "instants": ((WHEN, WHEN.astimezone(UTC), datetime(2026, 5, 1), date(2026, 5, 1), time(8, 30), timedelta(hours=1)), {}),
    "decimals": ((Decimal("9.50"), Decimal("9.5"), Decimal("1E+3"), Decimal("NaN"), Fraction(1, 3)), {}),
    "nested": (({"at": WHEN, "price": Decimal("9.50"), "id": uuid.UUID(int=7), "days": [date(2026, 5, 1)]},), {}),
    "ids and paths": ((uuid.UUID(int=7), pathlib.PurePosixPath("/a/b"), ipaddress.ip_address("10.0.0.1")), {}),
    "bytes": ((b"\x00\xff", bytearray(b"a"), [b"b"]), {}),
    "enums": ((Colour.RED, Word.A, Number.ONE, [Colour.RED, Word.A, Number.ONE]), {}),
    "a named tuple": ((Point(1, [2]),), {"point": Point(1, 2)}),
    "a range": ((range(3), complex(1, 2)), {}),
    "a dataclass": ((Order(7, [Line("a", Decimal("1.10"))], WHEN, "ż"),), {"order": Order(7, [])}),
    "a dataclass in a list": (([Order(7, [Line("a", Decimal("1.10"))], WHEN)],), {}),
    "a dataclass whose names JSON can't sort": ((Odd({1: 2, "a": 3}), Odd({(1,): 2})), {}),
    "a model": ((Customer(name="Ada", born=date(1815, 12, 10), tags=["a"], parent=Customer(name="B")),), {}),
    "a model in a list": (([Customer(name="Ada")], {"c": Customer(name="Ada", tags=["x"])}), {}),
    "a long text": ((LONG,), {"text": LONG}),
    "a long dataclass": ((Order(7, [], note=LONG),), {}),
    "a long model": ((Customer(name=LONG), Customer(name="a" * 2048)), {}),
    "a model of exactly 2,048 characters": ((Customer(name="a" * (2048 - len(Customer(name="").model_dump_json()))),), {}),
    "a model of 2,049 characters": ((Customer(name="a" * (2049 - len(Customer(name="").model_dump_json()))),), {}),
}

#: What a LangChain tool is invoked with.
TOOL_INPUTS: Dict[str, Any] = {
    "one text": "hello",
    "arguments": {"b": 1, "a": [1, {"z": None}], "ż": "ż"},
    "no arguments": {},
    "a tool call": {"type": "tool_call", "id": "call_1", "name": "send", "args": {"to": "ada"}},
    "values": {"at": WHEN, "price": Decimal("9.50"), "id": uuid.UUID(int=7), "raw": b"\xff", "more": bytearray(b"a")},
    "a model": {"customer": Customer(name="Ada", born=date(1815, 12, 10)), "in": [Customer(name=LONG)]},
    "a dataclass": {"order": Order(7, [Line("a", Decimal("1.10"))], WHEN)},
    "a dataclass in a dataclass that JSON can't sort": {"odd": Odd({1: 2, "a": 3})},
    "names that JSON can't write": {"b": {(1, 2): "a"}, "a": 1},
    "enums": {"c": [Colour.RED, Word.A, Number.ONE]},
    "a text that is no object": "ż" * 3000,
}

OPTIONS: List[Dict[str, Any]] = [
    {},
    {"key_version": "v2"},
    {"key_version": "2026-05", "key_prefix": "billing"},
    {"key_id": "charge"},
    {"key_id": "charge", "key_version": "", "key_prefix": "p:q"},
    {"key_func": lambda *args, **kwargs: f"order-{len(args)}-{len(kwargs)}"},
]


def pay(*args: Any, **kwargs: Any) -> None:
    """What is decorated."""


async def pay_async(*args: Any, **kwargs: Any) -> None:
    """The same for tasks."""


def main() -> None:
    """Print the keys."""
    published = sys.argv[1] == "published"
    sent: List[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content)["key"])
        return httpx.Response(200, json={"status": "locked"})

    transports: Dict[str, Any] = {"transport": httpx.MockTransport(answer), "async_transport": httpx.MockTransport(answer)}
    wanted: Dict[str, Any] = {} if published else {"key_format": "published"}
    client = onceonly.OnceOnly("once_live_x", "http://h", **transports, **wanted)
    keys: Dict[str, str] = {}

    def note(name: str, call: Callable[[], Any]) -> None:
        call()
        keys[name] = sent.pop()

    for number, options in enumerate(OPTIONS):
        decorated = onceonly.idempotent(client, **options)(pay)
        for name, (args, kwargs) in ARGUMENTS.items():
            note(f"{number}: {name}", lambda once=decorated, args=args, kwargs=kwargs: once(*args, **kwargs))
    import asyncio

    once = onceonly.idempotent(client)(pay_async)
    note("async", lambda: asyncio.run(once(1, b=2)))
    tools(client, note)
    print(json.dumps(keys))


def tools(client: Any, note: Callable[[str, Callable[[], Any]], None]) -> None:
    """The keys of tools."""
    from langchain_core.tools import BaseTool

    from onceonly.integrations.langchain import make_idempotent_tool

    class Any_(BaseTool):
        """A tool that takes whatever it is given."""

        name: str = "any"
        description: str = "Any."

        def _run(self, *args: Any, **kwargs: Any) -> str:
            return ""

        def _parse_input(self, tool_input: Any, tool_call_id: Any = None) -> Any:
            return tool_input

        def _to_args_and_kwargs(self, tool_input: Any, tool_call_id: Any = None) -> Any:
            return ((tool_input,), {}) if isinstance(tool_input, str) else ((), {})

    once = make_idempotent_tool(Any_(), client=client, key_prefix="tools")
    for name, given in TOOL_INPUTS.items():
        note(f"tool: {name}", lambda given=given: once.invoke(given))


if __name__ == "__main__":
    main()
