"""The canonical text of arguments: equal values have one, and what does not show itself has none."""

from __future__ import annotations

import collections
import dataclasses
import enum
import functools
import types
import uuid
import warnings
from collections import OrderedDict, namedtuple
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Callable, Dict, List, Mapping, Optional

import httpx
import pydantic
import pytest

from onceonly import idempotent
from onceonly._canonical import canonical
from onceonly._keys import CallKeys

HERE = __name__
wrongly: Any = idempotent  # For what a type checker would refuse already.
UTC = timezone.utc


def key(function: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """The key of a call of a function."""
    return CallKeys(function, "v1", None, "default").key(args, kwargs)


@dataclasses.dataclass
class Paid:
    id: str


@dataclasses.dataclass
class Shipped:
    id: str


@dataclasses.dataclass
class Order:
    number: int
    lines: List[Any]

    @functools.cached_property
    def total(self) -> int:
        return len(self.lines)


class Model(pydantic.BaseModel):
    total: Any = None
    inner: Any = None


class Open(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    a: int = 1

    @functools.cached_property
    def twice(self) -> int:
        return self.a * 2


class Root(pydantic.RootModel[List[int]]):
    pass


class Colour(enum.Enum):
    RED = "red"
    CRIMSON = "red"
    BLUE = 2


class Word(str, enum.Enum):
    A = "a"


class Number(enum.IntEnum):
    ONE = 1


class Bits(enum.Flag):
    READ = 1
    WRITE = 2


Point = namedtuple("Point", "x y")


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # It does not like the newest Pythons.
    from pydantic import v1


class Old(v1.BaseModel):
    class Config:
        extra = "allow"
        keep_untouched = (functools.cached_property,)

    a: Any = 1


class OldPrivate(v1.BaseModel):
    a: int = 1
    _secret: int = v1.PrivateAttr(2)


class Slotted:
    __slots__ = ("id", "__secret")
    __attrs_attrs__ = (types.SimpleNamespace(name="id"),)

    def __init__(self, secret: Optional[int] = None) -> None:
        self.id = 1
        if secret is not None:
            self.__secret = secret


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone(timedelta(hours=2)))


remembered = Order(1, [2])
assert remembered.total == 1
extra: Dict[str, Any] = {"b": Paid("x")}
opened = Open(**extra)
assert opened.twice == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        # Numbers by their value.
        (100, "100"),
        (100.0, "100"),
        (Decimal("100.00"), "100"),
        (Decimal("1E+2"), "100"),
        (9.5, "9.5"),
        (Decimal("9.50"), "9.5"),
        (0.1, "0.1"),
        (-0.0, "0"),
        (Decimal("-0.00"), "0"),
        (-7, "-7"),
        (0.000001, "0.000001"),
        (1e-7, "1E-7"),
        (Decimal("1.50E-7"), "1.5E-7"),
        (10**20, "100000000000000000000"),
        (1e20, "100000000000000000000"),
        (10**21, "1E+21"),
        (-1e21, "-1E+21"),
        (2**70, "1180591620717411303424"),
        (1.7976931348623157e308, "1.7976931348623157E+308"),
        (5e-324, "5E-324"),
        (Decimal("0." + "1" * 40), "0." + "1" * 40),
        (Number.ONE, "1"),
        # Texts without escapes that JSON does not need.
        ('q"\\/\n\x00\x1f\x7fż\u2028😀', '"q\\"\\\\/\\n\\u0000\\u001f\x7fż\u2028😀"'),
        (Word.A, '"a"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (PurePosixPath("/a"), '"/a"'),
        # Instants in UTC, other times as they stand.
        (berlin(2026, 5, 1, 10), '"2026-05-01T08:00:00Z"'),
        (datetime(2026, 5, 1, 8, tzinfo=UTC), '"2026-05-01T08:00:00Z"'),
        (berlin(2026, 1, 1, 1, 0, 0, 120_000), '"2025-12-31T23:00:00.12Z"'),
        (datetime(2026, 5, 1, 8), '"2026-05-01T08:00:00"'),
        (date(2026, 5, 1), '"2026-05-01"'),
        (time(8, 30), '"08:30:00"'),
        # Names in the order of UTF-16 code units; lists; sets by their items' texts.
        ({"\uffff": 1, "😀": 2, "b": 3, "a": {}}, '{"a":{},"b":3,"😀":2,"\uffff":1}'),
        (OrderedDict([("b", 1), ("a", 2)]), '{"a":2,"b":1}'),
        (types.MappingProxyType({"a": 1}), '{"a":1}'),
        ({1: "a", "1": "b"}, '{"1":"b",1:"a"}'),
        ([1, (2, [])], "[1,[2,[]]]"),
        ({10, 9, 1}, "[1,10,9]"),
        (frozenset({"b", "a"}), '["a","b"]'),
        # Values of classes by their classes' names and fields.
        (Paid("A-1"), f'{HERE}.Paid{{"id":"A-1"}}'),
        ([Order(1, [Paid("x")])], f'[{HERE}.Order{{"lines":[{HERE}.Paid{{"id":"x"}}],"number":1}}]'),
        (remembered, f'{HERE}.Order{{"lines":[2],"number":1}}'),
        (Model(total=1.0, inner=Model()), f'{HERE}.Model{{"inner":{HERE}.Model{{"inner":null,"total":null}},"total":1}}'),
        (opened, f'{HERE}.Open{{"a":1,"b":{HERE}.Paid{{"id":"x"}}}}'),
        (Old(**extra), f'{HERE}.Old{{"a":1,"b":{HERE}.Paid{{"id":"x"}}}}'),
        (Root([1]), f'{HERE}.Root{{"root":[1]}}'),
        (Point(1, 2), f'{HERE}.Point{{"x":1,"y":2}}'),
        (Slotted(), f'{HERE}.Slotted{{"id":1}}'),
        (Colour.RED, f'{HERE}.Colour"RED"'),
        (Colour.CRIMSON, f'{HERE}.Colour"RED"'),
        (Colour.BLUE, f'{HERE}.Colour"BLUE"'),
        ({Colour.RED: 1}, f'{{{HERE}.Colour"RED":1}}'),
        (Bits.READ, f'{HERE}.Bits"READ"'),
        (Bits.READ | Bits.WRITE, f"{HERE}.Bits3"),
    ],
)
def test_value_has_its_canonical_text(value: Any, text: str) -> None:
    assert canonical(value) == text


def test_equal_fields_of_another_class_are_another_call() -> None:
    def function(event: Any) -> None: ...

    keys = [key(function, one) for one in (Paid("A-1"), Shipped("A-1"), {"id": "A-1"}, ["A-1"], "A-1", '{"id":"A-1"}')]
    assert len(set(keys)) == len(keys)


class Private(pydantic.BaseModel):
    a: int = 1
    _secret: int = pydantic.PrivateAttr(2)


class Excluding(pydantic.BaseModel):
    a: int = 1
    b: int = pydantic.Field(default=2, exclude=True)


class Listed(list):
    pass


@dataclasses.dataclass
class Empty:
    pass


class Money(Decimal):
    pass


class Metres(float):
    __slots__ = ("unit",)


class Keyed(Mapping):
    """Shows what it is made of, and keeps something else."""

    def __init__(self, **shown: Any) -> None:
        self.shown = shown

    def __getitem__(self, name: str) -> Any:
        return self.shown[name]

    def __iter__(self) -> Any:
        return iter(self.shown)

    def __len__(self) -> int:
        return len(self.shown)


@dataclasses.dataclass
class RecordDict(dict):
    a: int


@dataclasses.dataclass
class RecordList(list):
    a: int


@dataclasses.dataclass
class Unset:
    a: int = dataclasses.field(init=False)


class Needing(pydantic.BaseModel):
    a: int


class Reticent(dict):
    """Shows only a part of what it holds."""

    def items(self) -> Any:
        return [("a", 1)]


class ReticentList(list):
    def __iter__(self) -> Any:
        return iter(())


def metres() -> Any:
    value: Any = Metres(5)
    value.unit = "m"
    return value


def hiding(value: Any) -> Any:
    value.secret = 1
    return value


def looped() -> Any:
    loop: List[Any] = []
    loop.append({"a": loop})
    return loop


@pytest.mark.parametrize(
    "value",
    [
        object(),
        b"x",
        lambda: 1,
        Paid,
        types.SimpleNamespace(a=1),
        (one for one in ()),
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        "\ud800",
        {"a": "\udfff"},
        {(1, 2): 3},
        {1: "a", 1.5: {"b": object()}},
        Empty(),
        Private(),
        Excluding(),
        OldPrivate(),
        Slotted(secret=1),
        hiding(Paid("x")),
        hiding(Listed()),
        hiding(Money("10")),
        {hiding(Money("10")): 1},
        metres(),
        hiding(collections.UserDict(a=1)),
        Keyed(a=1),
        httpx.QueryParams("a=1&a=2"),
        RecordDict(1),
        RecordList(1),
        Unset(),
        Needing.model_construct(),
        pydantic.SecretStr("x"),
        Model(inner=pydantic.SecretStr("x")),
        looped(),
        functools.reduce(lambda inner, _: [inner], range(100), 1),
        timedelta(1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_form_or_does_not_show_itself_is_refused_and_named(value: Any) -> None:
    def function(order: Any, *rest: Any, other: Any = None) -> None: ...

    for name, args, kwargs in (("order", (value,), {}), (r"rest\[1\]", (1, 2, value), {}), ("other", (1,), {"other": [value]})):
        with pytest.raises((TypeError, ValueError), match=f"^{name} must have a JSON form: .*give key_func"):
            key(function, *args, **kwargs)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Money("10.0"), "10"),
        (collections.UserDict(a=1), '{"a":1}'),
        (collections.ChainMap({"a": 1}, {"b": 2}), '{"a":1,"b":2}'),
        (types.MappingProxyType({"a": 1}), '{"a":1}'),
        (collections.OrderedDict(b=1, a=2), '{"a":2,"b":1}'),
        (Reticent(a=1, b=2), '{"a":1,"b":2}'),
        (ReticentList([1, 2]), "[1,2]"),
        (Listed([1]), "[1]"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_subclass_that_shows_all_is_what_it_holds(value: Any, text: str) -> None:
    assert canonical(value) == text


def test_field_that_is_not_set_yet_is_named() -> None:
    with pytest.raises(ValueError, match="order must have a JSON form: a Unset has no a yet; give key_func"):
        key(lambda_of("order"), Unset())


def lambda_of(name: str) -> Any:
    def function(order: Any) -> None: ...

    return function
