"""JSON forms of values, as functions' results and as metadata."""

from __future__ import annotations

import dataclasses
import enum
import json
import uuid
from collections import namedtuple
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, List

import pydantic
import pytest

from onceonly._values import metadata_object, stored


@dataclasses.dataclass
class Order:
    number: int
    lines: List[Any]


class Model(pydantic.BaseModel):
    total: float
    order: Any = None


class Colour(enum.Enum):
    RED = "red"


Point = namedtuple("Point", "x y")


class Mute:
    def __str__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ({}, {}),
        ({"a": 1}, {"a": 1}),
        ([1, "x", None], {"data": [1, "x", None]}),
        ("text", {"data": "text"}),
        (0, {"data": 0}),
        (False, {"data": False}),
        (1.5, {"data": 1.5}),
        (float("nan"), {"data": "NaN"}),
        ({"a": [float("inf"), float("-inf")]}, {"a": ["Infinity", "-Infinity"]}),
        (2**53 - 1, {"data": 2**53 - 1}),
        (2**53, {"data": "9007199254740992"}),
        (-(2**53), {"data": "-9007199254740992"}),
        (date(2026, 5, 1), {"data": "2026-05-01"}),
        (Order(7, [Order(8, [])]), {"number": 7, "lines": [{"number": 8, "lines": []}]}),
        (Model(total=float("nan"), order=Order(1, [])), {"total": "NaN", "order": {"number": 1, "lines": []}}),
        (Point(1, 2), {"x": 1, "y": 2}),
        (Colour.RED, {"data": "red"}),
        ({Colour.RED: {2, 1}}, {"Colour.RED": [1, 2]}),
        ({1: (1, 2)}, {"1": [1, 2]}),
        (Decimal("1.10"), {"data": "1.10"}),
        (uuid.UUID(int=1), {"data": "00000000-0000-0000-0000-000000000001"}),
        (PurePosixPath("/a"), {"data": "/a"}),
        (b"\xff", {"data": "b'\\xff'"}),
        ("\ud800", {"data": "?"}),
        (Mute(), {"data": "<Mute>"}),
        (Order, {"data": str(Order)}),
    ],
)
def test_every_value_is_stored(value: Any, expected: Any) -> None:
    assert stored(value) == expected
    json.dumps(stored(value), allow_nan=False, ensure_ascii=False).encode("utf-8")


def test_value_in_itself_ends_somewhere() -> None:
    loop: List[Any] = []
    loop += [loop, loop]
    assert stored(loop) == {"data": [str(loop), str(loop)]}
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    assert len(json.dumps(stored(deep))) > 60


def test_integer_that_has_no_decimal_text_is_stored_all_the_same() -> None:
    assert stored(10**5000) is not None


def test_metadata_is_an_object() -> None:
    assert metadata_object(None) is None
    assert metadata_object({"a": date(2026, 1, 1)}) == {"a": "2026-01-01"}
    assert metadata_object(Order(1, [])) == {"number": 1, "lines": []}
    assert metadata_object([1]) == {"value": "[1]"}
    assert metadata_object("note") == {"value": "note"}
