"""The functions that scenarios describe, for threads and for tasks."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import datetime, timezone
from typing import Any, Callable, Dict, List

import onceonly

SPECIAL = {
    "nan": float("nan"),
    "infinity": float("inf"),
    "nothing": None,
    "date": datetime(2026, 5, 1, 8, 0, tzinfo=timezone.utc),
    "big_integer": 2**60,
}


class FunctionError(Exception):
    """What a scenario's function raises."""


class Function:
    """One function of a scenario, which counts its calls. Thread-safe."""

    def __init__(self, spec: Dict[str, Any], name: str = "fn") -> None:
        self._spec = spec
        self._lock = threading.Lock()
        self.name = name
        self.calls = 0

    def plain(self) -> Callable[..., Any]:
        """The function for threads."""

        def function(*args: Any) -> Any:
            self._count()
            pause = self._spec.get("after_ms", 0) / 1000
            if self._spec.get("ignores_loss") or not _in_lease():
                time.sleep(pause)
            else:
                onceonly.current_lease().wait_lost(pause)
            return self._outcome(list(args))

        return self._named(function)

    def asynchronous(self) -> Callable[..., Any]:
        """The function for tasks."""

        async def function(*args: Any) -> Any:
            self._count()
            pause = asyncio.ensure_future(asyncio.sleep(self._spec.get("after_ms", 0) / 1000))
            try:
                await asyncio.shield(pause)
            except asyncio.CancelledError:
                if not self._spec.get("ignores_loss"):
                    pause.cancel()
                    raise
                await pause
            return self._outcome(list(args))

        return self._named(function)

    def _named(self, function: Callable[..., Any]) -> Callable[..., Any]:
        function.__qualname__ = function.__name__ = self.name
        return function

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
        if "returns_special" in spec:
            return object() if spec["returns_special"] == "opaque" else SPECIAL[spec["returns_special"]]
        return spec.get("returns")


def _in_lease() -> bool:
    try:
        onceonly.current_lease()
    except LookupError:
        return False
    return True
