"""Functions and values that tests of several subjects use."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Callable, List, Optional

import pydantic


def plus(number: int) -> int:
    return number + 1


@dataclasses.dataclass
class Line:
    sku: str
    price: Decimal


@dataclasses.dataclass
class Invoice:
    id: str
    lines: List[Line]
    at: Optional[datetime] = None
    note: str = "none"


class Receipt(pydantic.BaseModel):
    id: str
    at: datetime


WHEN = datetime(2026, 5, 1, 8, tzinfo=timezone.utc)


def lambda_named(value: Any) -> Callable[[], Any]:
    def function() -> Any:
        return value

    return function


async def coroutine_function() -> int:
    return 1


def generator_function() -> Any:
    yield 1


async def async_generator_function() -> Any:
    yield 1


class AsyncCallable:
    async def __call__(self) -> int:
        return 1


class GeneratorCallable:
    def __call__(self) -> Any:
        yield 1
