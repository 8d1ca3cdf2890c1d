"""The fake: a clock, what it holds, what it was asked, and the transports through which the real client asks it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import threading
import time
from types import TracebackType
from typing import Any, Callable, Dict, Generator, List, Mapping, Optional, Set, Tuple, Type

import httpx

from .._options import Seconds, seconds
from ..client import OnceOnly
from ..results import JsonObject
from ._asked import Answered, Asked, Refusal, refused
from ._leases import Leases
from ._locks import Locks
from ._tools import Result, Tools

WAIT_MAX = 60.0  # Seconds for which a status or result may be waited for.

Reply = Callable[[Asked], Any]
_Route = Tuple[str, str]


class FakeOnceOnly:
    """An OnceOnly in memory, for tests. ``client()`` makes real clients of it, for threads and for tasks; all of them share its state.

    It keeps locks, leases, releases, batches, waits, fingerprints and attempt ids as the server does. A keyed run is acquired and then waits for the
    test to end it (``finish_run``, ``fail_run``); a governed call is answered as the test says (``tool_returns``, ``tool_is_blocked``,
    ``tool_fails``); other paths answer when the test has said what (``answers``). Thread-safe. Close it when done, or use it in ``with``.
    """

    def __init__(self) -> None:
        #: What was asked, the oldest first.
        self.requests: List[Asked] = []
        self._changed = threading.Condition()
        self._sleepers: Set[asyncio.Future[None]] = set()
        self._skipped = 0.0
        self._is_reachable = True
        self._next: List[Answered] = []
        self._clients: List[OnceOnly] = []
        self._locks = Locks()
        self._leases = Leases()
        self._tools = Tools()
        self._scripts: Dict[_Route, Any] = {("GET", "/v1/me"): {"plan": "agency", "namespace": "default", "is_active": True}}
        self._routes: Dict[_Route, Callable[[Asked, float], Answered]] = {
            ("POST", "/v1/check-lock"): self._locks.check,
            ("POST", "/v1/check-lock/batch"): self._locks.check_batch,
            ("POST", "/v1/check-lock/release"): self._locks.release,
            ("POST", "/v1/ai/lease"): self._leases.acquire,
            ("POST", "/v1/ai/extend"): self._leases.extend,
            ("POST", "/v1/ai/complete"): self._leases.complete,
            ("POST", "/v1/ai/fail"): self._leases.fail,
            ("POST", "/v1/ai/cancel"): self._leases.cancel,
            ("POST", "/v1/ai/run"): self._run,
            ("GET", "/v1/ai/status"): lambda asked, now: Answered(200, self._leases.status(_key(asked), now)),
            ("GET", "/v1/ai/result"): lambda asked, now: Answered(200, self._leases.result(_key(asked), now)),
            ("POST", "/v1/events"): self._event,
        }
        self._events = 0

    def client(self, **options: Any) -> OnceOnly:
        """A client of this fake; ``options`` are those of `OnceOnly`. It is closed together with the fake."""
        chosen: Dict[str, Any] = {"api_key": "once_live_fake", "base_url": "http://onceonly.fake", **options}
        made = OnceOnly(**chosen, transport=_Threads(self), async_transport=_Tasks(self))
        self._clients.append(made)
        return made

    def now(self) -> float:
        """The fake's clock, in unix seconds: it goes on by itself, and ``advance`` moves it further."""
        return time.time() + self._skipped

    def advance(self, by: Seconds) -> None:
        """Let so many seconds (or a timedelta) pass at once: what expires meanwhile has expired, and whoever waits for it is told."""
        with self._changed:
            self._skipped += seconds("by", by)
            self._wake()

    def asked(self, path: str, method: Optional[str] = None) -> List[Asked]:
        """The requests for a path, such as ``/v1/check-lock``, the oldest first."""
        with self._changed:
            return [one for one in self.requests if one.path == path and method in (None, one.method)]

    def tool_returns(self, tool: str, result: Result = None) -> None:
        """Let governed calls of ``tool`` be executed with this result: an object, or a function of the call's arguments."""
        with self._changed:
            self._tools.returns(tool, result)

    def tool_is_blocked(self, tool: str, reason: str = "tool_explicitly_blocked", risk_level: str = "high") -> None:
        """Let governed calls of ``tool`` be blocked, for a ``policy_reason`` of the server's."""
        with self._changed:
            self._tools.is_blocked(tool, reason, risk_level)

    def tool_fails(self, tool: str, outcome: str = "failed", message: str = "the tool has failed") -> None:
        """Let governed calls of ``tool`` end in 502 ``tool_error``; with the outcome ``unknown`` the tool may have acted."""
        with self._changed:
            self._tools.fails(tool, outcome, message)

    def finish_run(self, key: str, result: Optional[Mapping[str, Any]] = None) -> None:
        """Complete the keyed run of ``key``, as the server's worker does when its work is done."""
        self._end_run(self._leases.complete, key, {"result": None if result is None else dict(result)})

    def fail_run(self, key: str, error_code: str = "run_failed") -> None:
        """Fail the keyed run of ``key``."""
        self._end_run(self._leases.fail, key, {"error_code": error_code})

    def answers(self, method: str, path: str, body: Any) -> None:
        """Say what a path answers with that the fake does not know by itself, such as ``GET /v1/usage``: JSON, or a function of the `Asked`."""
        with self._changed:
            self._scripts[(method.upper(), path)] = body

    def answer_next(self, status: int, body: Any = None, headers: Optional[Mapping[str, str]] = None) -> None:
        """Answer the next request so, whatever it is; called several times, the next ones, one after the other."""
        with self._changed:
            self._next.append(Answered(status, body, dict(headers or {})))

    @contextlib.contextmanager
    def unreachable(self) -> Generator[None, None, None]:
        """Refuse all connections within a block, as a server does that is down."""
        self._is_reachable = False
        try:
            yield
        finally:
            self._is_reachable = True

    def close(self) -> None:
        """Close all clients of this fake. Harmless when repeated."""
        for one in self._clients:
            one.close()

    def __enter__(self) -> FakeOnceOnly:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def take(self, request: httpx.Request, body: bytes) -> Asked:
        """Note a request. The transports call this."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.method, request.url.path, dict(request.url.params), headers, json.loads(body) if body else None)
        with self._changed:
            self.requests.append(asked)
        if not self._is_reachable:
            raise httpx.ConnectError("connection refused: the fake is unreachable", request=request)
        return asked

    def answer(self, asked: Asked, way: _Way) -> httpx.Response:
        """Answer on this thread, after the wait that was asked for. The transports call this."""
        end = time.monotonic() + _wait_of(asked)
        with self._changed:
            while True:
                way.check()
                left = self._still_waits(asked, end)
                if left is None:
                    return _response(asked, self._answered(asked))
                self._changed.wait(left)

    async def answer_async(self, asked: Asked, way: _Way) -> httpx.Response:
        """The same in a task."""
        loop = asyncio.get_running_loop()
        end = time.monotonic() + _wait_of(asked)
        while True:
            sleeper: asyncio.Future[None] = loop.create_future()
            with self._changed:
                way.check()
                left = self._still_waits(asked, end)
                if left is None:
                    return _response(asked, self._answered(asked))
                self._sleepers.add(sleeper)
            timer = loop.call_later(left, _wake, sleeper)
            try:
                await sleeper
            finally:
                timer.cancel()
                with self._changed:
                    self._sleepers.discard(sleeper)

    def wake(self) -> None:
        """Let all who wait look again. The transports call this."""
        with self._changed:
            self._wake()

    def _still_waits(self, asked: Asked, end: float) -> Optional[float]:
        """For how many seconds nothing can change by itself; None when it is time to answer."""
        left = end - time.monotonic()
        in_progress = self._leases.seconds_left(asked.query.get("key", ""), self.now()) if left > 0 else None
        return None if in_progress is None else min(left, in_progress)

    def _answered(self, asked: Asked) -> Answered:
        if self._next:
            return self._next.pop(0)
        route = (asked.method, asked.path)
        if route in self._scripts:
            body = self._scripts[route]
            return Answered(200, body(asked) if callable(body) else body)
        try:
            if route not in self._routes:
                words = f"the fake has no answer to {asked.method} {asked.path}: give it one with answers()"
                raise refused(404, "not_in_the_fake", message=words)
            return self._routes[route](asked, self.now())
        except Refusal as no:
            return no.answer
        finally:
            self._wake()

    def _run(self, asked: Asked, now: float) -> Answered:
        body = asked.fields
        is_governed = "agent_id" in body and "tool" in body
        if is_governed == ("key" in body):
            problem = {"type": "value_error", "loc": ["body", "key"], "msg": "Value error, either key, or agent_id and tool"}
            raise Refusal(422, {"detail": [{**problem, "input": body["key"]} if "key" in body else problem]})
        return self._tools.call(asked) if is_governed else self._leases.acquire(asked, now)

    def _event(self, asked: Asked, _: float) -> Answered:
        self._events += 1
        return Answered(200, {"ok": True, "event_id": self._events, "run_id": asked.fields.get("run_id")})

    def _end_run(self, end: Callable[[Asked, float], Answered], key: str, fields: JsonObject) -> None:
        with self._changed:
            lease_id = self._leases.lease_id_of(key)
            if lease_id is None:
                raise LookupError(f"nobody has asked for a run of {key!r}")
            end(Asked("POST", "", body={"key": key, "lease_id": lease_id, **fields}), self.now())
            self._wake()

    def _wake(self) -> None:
        self._changed.notify_all()
        for sleeper in self._sleepers:
            with contextlib.suppress(RuntimeError):  # Its loop has ended.
                sleeper.get_loop().call_soon_threadsafe(_wake, sleeper)


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)


def _key(asked: Asked) -> str:
    key = asked.query.get("key")
    if key is None:
        raise Refusal(422, {"detail": [{"type": "missing", "loc": ["query", "key"], "msg": "Field required", "input": None}]})
    return key


def _wait_of(asked: Asked) -> float:
    if asked.path not in ("/v1/ai/status", "/v1/ai/result"):
        return 0.0
    return min(float(asked.query.get("wait", 0)), WAIT_MAX)


def _response(asked: Asked, answer: Answered) -> httpx.Response:
    request_id = asked.headers.get("x-request-id") or f"req_{secrets.token_hex(12)}"
    return httpx.Response(answer.status, json=answer.body, headers={"X-Request-Id": request_id, **answer.headers})


class _Way:
    """A client's way to the fake; who waits is told when the client has been closed."""

    def __init__(self, fake: FakeOnceOnly) -> None:
        self._fake = fake
        self._is_closed = False

    def check(self) -> None:
        """Raise httpx's error when it has been closed."""
        if self._is_closed:
            raise httpx.ReadError("the way to the fake was closed")

    def end(self) -> None:
        """Close it."""
        self._is_closed = True
        self._fake.wake()


class _Threads(_Way, httpx.BaseTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._fake.answer(self._fake.take(request, request.read()), self)

    def close(self) -> None:
        self.end()


class _Tasks(_Way, httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._fake.answer_async(self._fake.take(request, await request.aread()), self)

    async def aclose(self) -> None:
        self.end()
