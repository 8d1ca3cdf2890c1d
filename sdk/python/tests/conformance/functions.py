"""The functions that scenarios describe, for threads and for tasks, and the values that JSON has not."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Callable, Dict, List, Optional

import onceonly
from onceonly._model import datetime_of

SPECIAL = {
    "nan": float("nan"),
    "infinity": float("inf"),
    "nothing": None,
    "date": datetime(2026, 5, 1, 8, 0, tzinfo=timezone.utc),
    "big_integer": 2**60,
}


class FunctionError(Exception):
    """What a scenario's function raises."""


class OtherError(Exception):
    """What no scenario's function raises."""


@dataclass
class Paid:
    """One of the suite's records."""

    id: str


@dataclass
class Shipped:
    """The other one, with the same field."""

    id: str


@dataclass
class Hiding:
    """A record that may hold more than its fields show."""

    id: str


@dataclass
class Invoice:
    """The suite's model."""

    id: str
    amount: float


RECORDS = {"Paid": Paid, "Shipped": Shipped}
ON_EXCEPTION = {"function": FunctionError, "other": OtherError}


def argument(value: Any) -> Any:
    """An argument of a function, which may be a value that JSON has not."""
    if isinstance(value, list):
        return [argument(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "$decimal" in value:
        return Decimal(value["$decimal"])
    if "$float" in value:
        return float(value["$float"])
    if "$instant" in value:
        return datetime_of(value["$instant"])
    if "$set" in value:
        return {argument(one) for one in value["$set"]}
    if "$record" in value:
        return RECORDS[value["$record"]](**{name: argument(one) for name, one in value["fields"].items()})
    if "$hides" in value:
        hiding = Hiding("shown")
        hiding.secret = value["$hides"]  # type: ignore[attr-defined]
        return hiding
    if "$undefined" in value:
        return None
    return {name: argument(one) for name, one in value.items()}


class Function:
    """One function of a scenario, which counts its calls. Thread-safe."""

    def __init__(
        self, spec: Dict[str, Any], name: str = "fn", anonymous: bool = False, signature: Optional[List[Any]] = None
    ) -> None:
        self._spec = spec
        self._lock = threading.Lock()
        self._signature = None if signature is None else _signature(signature)
        self.name = "<lambda>" if anonymous else name
        self.calls = 0

    def plain(self) -> Callable[..., Any]:
        """The function for threads."""
        if self._spec.get("starts_lazily"):
            return self._named(self._generator())

        def function(*args: Any, **kwargs: Any) -> Any:
            self._count()
            pause = self._spec.get("after_ms", 0) / 1000
            if self._spec.get("ignores_loss") or not _in_lease():
                time.sleep(pause)
            else:
                onceonly.current_lease().wait_lost(pause)
            if "returns_future" not in self._spec:
                return self._outcome(self._bound(args, kwargs))
            future: Future[Any] = Future()
            threading.Timer(0.01, future.set_result, (self._spec["returns_future"],)).start()
            return future

        return self._named(function)

    def asynchronous(self) -> Callable[..., Any]:
        """The function for tasks."""
        if self._spec.get("starts_lazily"):
            return self._named(self._async_generator())

        async def function(*args: Any, **kwargs: Any) -> Any:
            self._count()
            pause = asyncio.ensure_future(asyncio.sleep(self._spec.get("after_ms", 0) / 1000))
            try:
                await asyncio.shield(pause)
            except asyncio.CancelledError:
                if not self._spec.get("ignores_loss"):
                    pause.cancel()
                    raise
                await pause
            if "returns_future" not in self._spec:
                return self._outcome(self._bound(args, kwargs))
            return asyncio.ensure_future(asyncio.sleep(0.01, self._spec["returns_future"]))

        return self._named(function)

    def _generator(self) -> Callable[..., Any]:
        def function(*args: Any, **kwargs: Any) -> Any:
            self._count()
            yield 1

        return function

    def _async_generator(self) -> Callable[..., Any]:
        async def function(*args: Any, **kwargs: Any) -> Any:
            self._count()
            yield 1

        return function

    def _named(self, function: Callable[..., Any]) -> Callable[..., Any]:
        function.__qualname__ = function.__name__ = self.name
        if self._signature is not None:
            function.__signature__ = self._signature  # type: ignore[attr-defined]
        return function

    def _bound(self, args: Any, kwargs: Any) -> List[Any]:
        if self._signature is None:
            return [*args, *kwargs.values()]
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return [*bound.args, *bound.kwargs.values()]

    def _count(self) -> None:
        with self._lock:
            self.calls += 1

    def _outcome(self, args: List[Any]) -> Any:
        spec = self._spec
        if "raises" in spec:
            raise FunctionError(spec["raises"])
        if "argument" in spec:
            return args[spec["argument"]]
        if spec.get("echoes"):
            return args
        if "returns_lazy" in spec:
            return _begun() if spec["returns_lazy"] == "generator" else lambda: 1
        if "returns_special" in spec:
            return object() if spec["returns_special"] == "opaque" else SPECIAL[spec["returns_special"]]
        return spec.get("returns")


def _begun() -> Any:
    """A generator that has begun: of one that has not, it is certain that nothing has happened, which not every language can tell."""
    made = (one for one in [1, 2])
    next(made)
    return made


def _signature(parameters: List[Any]) -> inspect.Signature:
    """A signature of names, or of pairs of a name and a default."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    made = []
    for one in parameters:
        name, default = (one, inspect.Parameter.empty) if isinstance(one, str) else (one[0], argument(one[1]))
        made.append(inspect.Parameter(name, kind, default=default))
    return inspect.Signature(made)


def _in_lease() -> bool:
    try:
        onceonly.current_lease()
    except LookupError:
        return False
    return True
