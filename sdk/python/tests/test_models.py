"""Results that come as the type that a model names."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from samples import (
    WHEN,
    Invoice,
    Line,
    Receipt,
    lambda_named,
)
from test_functions import Server

import onceonly
from onceonly import idempotent_ai


@pytest.mark.parametrize(
    ("model", "value"),
    [
        (Invoice, Invoice("i", [Line("a", Decimal("1.10"))], WHEN, "n")),
        (Invoice, Invoice("i", [])),
        (Receipt, Receipt(id="r", at=WHEN)),
        (Line, Line("data", Decimal("2"))),
    ],
)
def test_result_comes_as_the_model(model: Any, value: Any) -> None:
    server = Server()
    with server.client() as client:
        assert [client.ai.run_fn("k", lambda: value, model=model).value for _ in range(2)] == [value, value]
        assert client.ai.result("k", model=model).value == value
        assert client.ai.result("k").value is None
        decorated: Any = idempotent_ai(client, key="k2", model=model)(lambda_named(value))
        assert decorated().value == value


def test_numbers_and_types_that_can_not_be_looked_up_come_as_well_as_they_can() -> None:
    @dataclasses.dataclass
    class Inner:
        n: int

    @dataclasses.dataclass
    class Outer:
        inner: Inner
        price: Decimal

    @dataclasses.dataclass
    class Numbers:
        big: int
        none: float
        price: Decimal

    with Server().client() as client:
        value = {"inner": {"n": 1}, "price": 1.5}
        assert client.ai.run_fn("a", lambda: value, model=Outer).value == Outer({"n": 1}, 1.5)  # type: ignore[arg-type]
        numbers = {"big": 2**60, "none": float("inf"), "price": 1.5}
        assert client.ai.run_fn("b", lambda: numbers, model=Numbers).value == Numbers(2**60, float("inf"), Decimal("1.5"))


def test_result_that_is_no_such_model_is_told(caplog: pytest.LogCaptureFixture) -> None:
    server = Server()
    with server.client() as client:
        # The function has run: that its own value is no such thing must not look like a failure.
        outcome = client.ai.run_fn("k", lambda: {"id": 1}, model=Receipt)
        assert outcome.ok and outcome.value is None and outcome.result == {"id": 1}
        with pytest.raises(onceonly.ProtocolError, match="is no Receipt"):
            client.ai.result("k", model=Receipt)
    assert "could not be read back" in caplog.text
