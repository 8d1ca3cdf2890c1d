"""Keys of calls: one call has one key, however it is written; two calls have two; and no key is no key."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import json
import math
import uuid
from datetime import timezone
from decimal import Decimal
from typing import Any, Callable, Dict, List

import httpx
import pytest
from test_canonical import Bits, Colour, Number, Word

from onceonly import OnceOnly, idempotent, idempotent_ai
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
