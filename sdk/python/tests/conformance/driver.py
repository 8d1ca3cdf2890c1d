"""Goes through one scenario with the client for threads, or with the one for tasks."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, Awaitable, Callable, Dict, List, Optional

import onceonly
from onceonly.testing import FakeOnceOnly

from .functions import ON_EXCEPTION, Function, Invoice, argument
from .harness import harness
from .neutral import error_of, event_of, value_of

FUNCTION_ARGUMENTS = ("fn", "on_duplicate", "key_func", "key_fn", "metadata_fn", "fingerprint_func", "on_lease_lost")
HOOKS = ("on_duplicate", "on_retry", "on_fail_open")
# Clients read the process environment when they are made, and several scenarios run at once.
_environment = threading.Lock()
_running: ContextVar[Optional[List[str]]] = ContextVar("running", default=None)


class Warnings(logging.Handler):
    """Gives each warning to the scenario in whose context it was logged."""

    def emit(self, record: logging.LogRecord) -> None:
        lines = _running.get()
        if lines is not None and record.levelno >= logging.WARNING:
            lines.append(record.getMessage())


logging.getLogger("onceonly").addHandler(Warnings())


def run(scenario_id: str, mode: str, variant: str) -> List[str]:
    """Run a scenario; answers with everything that was wrong."""
    begun = harness().ask("POST", "/begin", {"id": scenario_id, "mode": mode, "sdk": "python", "variant": variant})
    scenario = Scenario(begun, variant == "async", FakeOnceOnly() if mode == "fake" else None)
    problems: List[str] = []
    try:
        for index in range(begun["steps"]):
            step = harness().ask("POST", "/step", {"run": begun["run"], "index": index})
            outcome = scenario.step(step)
            answer = harness().ask("POST", "/outcome", {"run": begun["run"], "index": index, **outcome})
            problems += [f"step {index}: {text}" for text in answer["problems"]]
    finally:
        scenario.close()
        problems += harness().ask("POST", "/end", {"run": begun["run"]})["problems"]
    return problems


class Scenario:
    """A client and its decorated functions, through all steps of one scenario."""

    def __init__(self, begun: Dict[str, Any], is_async: bool, fake: Optional[FakeOnceOnly]) -> None:
        self._fake = fake
        self._is_async = is_async
        self._loop = asyncio.new_event_loop() if is_async else None
        self._hooks: List[Dict[str, Any]] = []
        self._client = self._made_client(begun)
        self._counted: Dict[str, Function] = {}
        self._lost = Function({"returns": None})
        self._functions = {name: self._decorated(name, spec) for name, spec in begun["functions"].items()}

    def step(self, step: Dict[str, Any]) -> Dict[str, Any]:
        """Make a step's call; the outcome in the protocol's words."""
        logged: List[str] = []
        self._hooks.clear()
        token = _running.set(logged)
        calls, lost = self._calls(), self._lost.calls
        started = time.monotonic()
        try:
            outcome: Dict[str, Any] = {"value": self._made(step)}
        except BaseException as error:
            outcome = {"error": error_of(error)}
        finally:
            elapsed = (time.monotonic() - started) * 1000
            _running.reset(token)
        counts = {"fn_calls": self._calls() - calls, "lost_calls": self._lost.calls - lost}
        return {**outcome, **counts, "elapsed_ms": round(elapsed), "logged": logged, "hooks": list(self._hooks)}

    def close(self) -> None:
        """Close the client, of the kind that was used."""
        if self._loop is None:
            self._client.close()
        else:
            self._loop.run_until_complete(self._client.aclose())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    def _calls(self) -> int:
        return sum(function.calls for function in self._counted.values())

    def _made(self, step: Dict[str, Any]) -> Any:
        if step["call"] == "close":
            return self._close_call()
        if step["call"] == "verify_dispatch":
            return value_of(onceonly.verify_dispatch(**{**step["args"], "body": step["args"]["body"].encode("utf-8")}))
        if step["call"] == "invoke":
            function = self._functions[step["args"]["function"]]
            args, kwargs = argument(step["args"].get("args", [])), argument(step["args"].get("kwargs", {}))
            times = step["args"].get("times_at_once")
            if times:
                return self._at_once(lambda: function(*args, **kwargs), times)
            return value_of(self._timed(lambda: function(*args, **kwargs), step))
        verb, kwargs = self._verb(step["call"]), self._arguments(step["args"])
        times = kwargs.pop("times_at_once", None)
        if times:
            return self._at_once(lambda: verb(**kwargs), times)
        return value_of(self._timed(lambda: verb(**kwargs), step))

    def _close_call(self) -> None:
        if self._loop is None:
            self._client.close()
        else:
            self._loop.run_until_complete(self._client.aclose())

    def _verb(self, name: str) -> Callable[..., Any]:
        owner: Any = self._client
        *path, verb = name.split(".")
        for part in path:
            owner = getattr(owner, part)
        return getattr(owner, f"{verb}_async" if self._is_async else verb)

    def _arguments(self, args: Dict[str, Any]) -> Dict[str, Any]:
        made: Dict[str, Any] = {name: self._option(name, value) for name, value in args.items()}
        extra: Any = made.pop("extra", {})
        return {**made, **extra}

    def _option(self, name: str, value: Any) -> Any:
        """An option in Python's own way."""
        if name in FUNCTION_ARGUMENTS and not isinstance(value, str):
            return self._function(name, value)
        if name == "on_exception" and isinstance(value, dict):
            return ON_EXCEPTION[value["release"]]
        return Invoice if name == "model" else value

    def _made_client(self, begun: Dict[str, Any]) -> onceonly.OnceOnly:
        options = dict(begun["client"])
        refusing = options.pop("on_fail_open", None)
        if options.pop("hooks", False):
            options.update({name: functools.partial(self._hook, name) for name in HOOKS})
        if refusing is not None:
            told = Function(refusing).plain()
            options["on_fail_open"] = lambda event: (self._hook("on_fail_open", event), told())[1]
        environment = begun.get("environment") or {}
        with _environment:
            os.environ.update(environment)
            try:
                made = onceonly.OnceOnly if self._fake is None else self._fake.client
                return made(api_key=begun["api_key"], base_url=begun["base_url"], **options)
            finally:
                for name in environment:
                    del os.environ[name]

    def _hook(self, name: str, event: Any) -> None:
        self._hooks.append(event_of(name, event))

    def _function(self, name: str, spec: Any) -> Callable[..., Any]:
        if name == "on_lease_lost":
            return self._lost.plain()
        function = Function(spec, name)
        if name != "fn":
            return function.plain()
        self._counted[f"fn {len(self._counted)}"] = function
        return function.asynchronous() if self._is_async else function.plain()

    def _decorated(self, name: str, spec: Dict[str, Any]) -> Callable[..., Any]:
        options = {key: self._option(key, value) for key, value in spec.get("options", {}).items()}
        function = Function(spec["fn"], name, spec.get("anonymous", False), spec.get("signature"))
        self._counted[name] = function
        try:
            decorator = getattr(onceonly, spec["decorator"])(self._client, **options)
            return decorator(function.asynchronous() if self._is_async else function.plain())
        except (TypeError, ValueError) as error:
            return self._raising(error)

    def _raising(self, error: Exception) -> Callable[..., Any]:
        """In place of a function that can't be decorated."""

        def plain(*args: Any, **kwargs: Any) -> None:
            raise error

        async def asynchronous(*args: Any, **kwargs: Any) -> None:
            raise error

        return asynchronous if self._is_async else plain

    def _timed(self, call: Callable[[], Any], step: Dict[str, Any]) -> Any:
        if self._loop is not None:
            return self._loop.run_until_complete(self._timed_async(call, step))
        timer = None
        if "close_after_ms" in step:
            timer = threading.Timer(step["close_after_ms"] / 1000, self._client.close)
            timer.start()
        try:
            return call()
        finally:
            if timer is not None:
                timer.join()

    async def _timed_async(self, call: Callable[[], Awaitable[Any]], step: Dict[str, Any]) -> Any:
        task = asyncio.ensure_future(call())
        loop = asyncio.get_running_loop()
        if "cancel_after_ms" in step:
            loop.call_later(step["cancel_after_ms"] / 1000, task.cancel)
        if "close_after_ms" in step:
            loop.call_later(step["close_after_ms"] / 1000, self._client.close)
        return await task

    def _at_once(self, call: Callable[[], Any], times: int) -> List[Dict[str, Any]]:
        if self._loop is not None:
            return self._loop.run_until_complete(_gathered(call, times))

        def one(_: int) -> Dict[str, Any]:
            try:
                return {"value": value_of(call())}
            except Exception as error:
                return {"error": error_of(error)}

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(one, range(times)))


async def _gathered(call: Callable[[], Awaitable[Any]], times: int) -> List[Dict[str, Any]]:
    outcomes = await asyncio.gather(*(call() for _ in range(times)), return_exceptions=True)
    return [{"error": error_of(one)} if isinstance(one, BaseException) else {"value": value_of(one)} for one in outcomes]
