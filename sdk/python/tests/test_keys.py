"""Keys of calls: one call has one key, however it is written; two calls have two; and no key is no key."""

from __future__ import annotations

import collections
import dataclasses
import enum
import functools
import inspect
import json
import math
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

from onceonly import OnceOnly, idempotent, idempotent_ai
from onceonly._canonical import canonical
from onceonly._keys import CallKeys, name_of

HERE = __name__
wrongly: Any = idempotent  # For what a type checker would refuse already.
UTC = timezone.utc


def key(function: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """The key of a call of a function."""
    return CallKeys(function, "v1", None, "default").key(args, kwargs)


# --- binding -----------------------------------------------------------------------------------------------------------------------


def pay(a: int, b: int = 3) -> None: ...


def spread(a: Any, /, b: Any = 2, *rest: Any, c: Any = 4, **more: Any) -> None: ...


def test_call_has_one_key_however_its_arguments_are_given() -> None:
    assert len({key(pay, 1), key(pay, 1, 3), key(pay, a=1), key(pay, b=3, a=1), key(pay, 1, b=3)}) == 1
    assert len({key(pay, 1), key(pay, 1, 4), key(pay, 3, 1), key(pay, 2)}) == 4


def test_every_kind_of_parameter_is_part_of_the_key() -> None:
    assert len({key(spread, 1), key(spread, 1, 2), key(spread, 1, b=2), key(spread, 1, c=4), key(spread, 1, 2, c=4)}) == 1
    others = [key(spread, 1, 2, 3), key(spread, 1, 2, 3, 4), key(spread, 1, c=3), key(spread, 1, d=3), key(spread, 1, a=3)]
    assert len({key(spread, 1), *others}) == len(others) + 1


def test_call_that_python_would_refuse_is_refused_before_anything_is_sent() -> None:
    for args, kwargs in (((), {}), ((1, 2, 3), {}), ((1,), {"c": 1}), ((1,), {"a": 1})):
        with pytest.raises(TypeError, match="argument"):
            key(pay, *args, **kwargs)


def test_mutable_default_counts_as_what_it_is_at_the_call() -> None:
    held: List[int] = []

    def function(a: List[int] = held) -> None: ...

    before = key(function)
    assert before == key(function, [])
    held.append(1)
    assert key(function) == key(function, [1]) != before


# --- the canonical text ------------------------------------------------------------------------------------------------------------


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


# --- key_func, names, methods ------------------------------------------------------------------------------------------------------


def client_and_keys() -> Any:
    """A client whose locks are always had, and the keys and fingerprints that it has asked with."""
    asked: List[Dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        return httpx.Response(200, json={"status": "locked"})

    return OnceOnly("once_live_x", "http://h", transport=answer), asked


@pytest.mark.parametrize(
    ("given", "k"),
    [
        ("a:b", "a:b"),
        (7, "7"),
        (0, "0"),
        (uuid.UUID(int=1), str(uuid.UUID(int=1))),
        (Word.A, "a"),
        (Number.ONE, "1"),
    ],
)
def test_key_func_names_the_key(given: Any, k: str) -> None:
    client, asked = client_and_keys()

    @idempotent(client, "p", key_func=lambda: given)
    def function() -> int:
        return 1

    assert function() == 1 and asked[0]["key"] == f"p:{k}"


@pytest.mark.parametrize("given", [None, "", "  ", True, 1.5, b"x", object(), [1], {"id": 1}, Colour.RED, Bits.READ])
def test_no_key_is_no_key(given: Any) -> None:
    client, asked = client_and_keys()

    @idempotent(client, key_func=lambda: given)
    def locked() -> None: ...

    @idempotent_ai(client, key_fn=lambda: given)
    def leased() -> None: ...

    @idempotent(client, key_func=lambda: given)
    async def locked_async() -> None: ...

    for function in (locked, leased):
        with pytest.raises((TypeError, ValueError), match="must give"):
            function()
    with pytest.raises((TypeError, ValueError), match="must give"):
        locked_async().send(None)
    assert asked == []


def test_functions_without_a_name_need_one() -> None:
    assert name_of(test_no_key_is_no_key, None) == f"{HERE}.test_no_key_is_no_key"
    assert name_of(lambda: 1, "mine") == "mine"
    client, _ = client_and_keys()
    for nameless in (lambda: 1, functools.partial(pay, 1)):
        with pytest.raises(ValueError, match="key_id or key_func"):
            idempotent(client, key_prefix="mine")(nameless)
    for function in (idempotent(client, key_id="one"), idempotent(client, key_func=lambda: 1)):
        assert function(lambda: 1)() == 1


def test_version_name_and_prefix_are_part_of_the_key() -> None:
    client, asked = client_and_keys()
    different: List[Dict[str, Any]] = [{}, {"key_version": "v2"}, {"key_id": "x"}, {"key_id": "y"}, {"key_prefix": "p"}]
    for options in different:
        idempotent(client, **options)(pay)(1)
    idempotent(client)(spread)(1)
    assert len({one["key"] for one in asked}) == len(asked)


def test_method_is_refused_unless_its_key_is_named() -> None:
    client, asked = client_and_keys()

    @dataclasses.dataclass(frozen=True)
    class Shop:
        name: str

        @idempotent(client, key_self=True, key_id="close")
        def close(self, day: str) -> None: ...

        @idempotent(client, key_func=lambda self, day: f"{self.name}-{day}")
        def report(self, day: str) -> None: ...

        @staticmethod
        @idempotent(client)
        def plain(day: str) -> None: ...

    for name in ("a", "b", "a"):
        Shop(name).close("mon")
    Shop("a").report("mon")
    Shop.plain("mon")
    keys = [one["key"] for one in asked]
    assert keys[0] == keys[2] != keys[1] and keys[3] == "func:a-mon" and len(set(keys)) == 4
    for decorate in (idempotent(client), idempotent(client, key_prefix="p", key_id="x")):
        with pytest.raises(ValueError, match="key_func, or key_self=True"):

            class Wrong:
                method = decorate(inspect.unwrap(Shop.report))

    def wrongly_placed() -> None: ...

    kinds: List[Any] = [staticmethod, classmethod]
    for kind in kinds:
        with pytest.raises(TypeError, match="below staticmethod"):
            wrongly(client)(kind(wrongly_placed))


class Account:
    def __init__(self, name: str) -> None:
        self.name = name

    def charge(self, amount: int) -> None: ...

    @classmethod
    def open(cls, amount: int) -> None: ...


class Savings(Account):
    pass


@dataclasses.dataclass(frozen=True)
class Purse:
    name: str

    def charge(self, amount: int) -> None: ...


def logged(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any) -> Any:
        return function(*args)

    return wrapper


def test_method_that_is_bound_is_refused_unless_its_owner_is_in_the_key() -> None:
    client, asked = client_and_keys()
    bound: List[Any] = [
        Account("a").charge,
        Account.open,
        functools.partial(Account("a").charge, 1),
        [].append,
        {}.get,
        logged(Account("a").charge),
    ]
    for function in bound:
        with pytest.raises(ValueError, match="must have key_func, or key_self=True"):
            wrongly(client)(function)
    for key_format in ("default", "published"):
        asked.clear()
        for function in (Purse("a").charge, Purse("b").charge, Purse("a").charge, Account.open, Savings.open, Account.open):
            idempotent(client, key_self=True, key_format=key_format)(function)(5)
        idempotent(client, key_self=True, key_format=key_format, key_id="x")(logged(Purse("a").charge))(5)
        idempotent(client, key_self=True, key_format=key_format, key_id="x")(logged(Purse("b").charge))(5)
        keys = [one["key"] for one in asked]
        assert keys[0] == keys[2] and keys[3] == keys[5] and len(set(keys)) == 6
    with pytest.raises(TypeError, match="self must have a JSON form"):
        idempotent(client, key_self=True)(Account("a").charge)(5)
    idempotent(client, key_func=lambda amount: amount)(Account("a").charge)(7)
    idempotent(client)(math.gcd)(4, 6)
    assert asked[-2]["key"] == "func:7"


def test_functions_that_one_function_makes_are_one_function() -> None:
    client, asked = client_and_keys()

    def made(country: str) -> Any:
        def charge(amount: int) -> str:
            return country

        return idempotent(client)(charge)

    made("DE")(1)
    made("US")(1)
    assert asked[0]["key"] == asked[1]["key"]


# --- fingerprints ------------------------------------------------------------------------------------------------------------------


def test_fingerprint_is_made_of_the_chosen_values() -> None:
    client, asked = client_and_keys()

    def function(invoice: str, amount: Any, note: str = "") -> None: ...

    by_fields = idempotent(client, key_func=lambda invoice, *_, **__: invoice, fingerprint_fields=["amount"])(function)
    by_function = idempotent(client, key_id="x", fingerprint_func=lambda invoice, amount: {"amount": amount})(function)
    by_fields("i", 100)
    by_fields("i", amount=Decimal("100.0"), note="again")
    by_fields("i", 101)
    by_function("i", 100)
    prints = [one["fingerprint"] for one in asked]
    assert prints[0] == prints[1] == prints[3] != prints[2] and len(prints[0]) == 64


def test_fingerprint_fields_may_be_parameters_of_every_kind() -> None:
    client, asked = client_and_keys()

    def function(a: Any, /, b: Any = 2, *rest: Any, c: Any = 4, **more: Any) -> None: ...

    def prints(fields: List[str], *calls: Any) -> List[str]:
        asked.clear()
        once = idempotent(client, key_func=lambda *_, **__: "k", fingerprint_fields=fields)(function)
        for args, kwargs in calls:
            once(*args, **kwargs)
        return [one["fingerprint"] for one in asked]

    first, second = prints(["a"], ((1,), {"a": 9}), ((2,), {"a": 9}))
    assert first != second
    first, second, third = prints(["rest"], ((1, 2, 3), {}), ((1, 2, 4), {}), ((5, 6, 3), {"c": 1}))
    assert first == third != second
    first, second, third = prints(["more"], ((1,), {"x": 1}), ((1,), {"x": 2}), ((2, 3), {"x": 1, "c": 5}))
    assert first == third != second


def test_fingerprint_that_can_not_be_made_is_refused() -> None:
    client, asked = client_and_keys()
    for options in (
        {"fingerprint_fields": ["c"]},
        {"fingerprint_fields": "a"},
        {"fingerprint_fields": [], "fingerprint_func": str},
    ):
        with pytest.raises(ValueError, match="fingerprint"):
            wrongly(client, **options)(pay)
    with pytest.raises(TypeError, match="the fingerprint's value must have a JSON form"):
        idempotent(client, fingerprint_func=lambda a: object())(pay)(1)
    with pytest.raises(ValueError, match="give either fingerprint"):
        idempotent_ai(client, key="k", fingerprint="f", fingerprint_func=str)
    assert asked == []


def test_idempotent_ai_has_fingerprints_of_its_arguments_too() -> None:
    client, asked = client_and_keys()
    once = idempotent_ai(client, key="k", fingerprint_func=lambda a, b=3: a, wait_on_conflict=False)(pay)
    once(1)
    once(b=7, a=1)
    assert asked[0]["fingerprint"] == asked[1]["fingerprint"] != ""
