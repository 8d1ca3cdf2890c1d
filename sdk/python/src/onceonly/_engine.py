"""What a client and its parts run on: the options, the retry loop, and a runner for threads and one for tasks."""

from __future__ import annotations

import functools
import inspect
import threading
from typing import Any, Callable, Optional, TypeVar, Union, cast

import httpx

from ._call import Call, Flow
from ._http import Http
from ._options import Options
from ._runner import AsyncRunner, Closing, SyncRunner
from ._tracing import Spans
from ._transport import AsyncTransport, SyncTransport
from ._transport._async import AsyncPool
from ._transport._failures import Place
from ._transport._forking import forgets_after_fork
from ._transport._holding import AsyncHolding, SyncHolding
from ._transport._httpx import AsyncHttpx, SyncHttpx
from ._transport._standin import AsyncStandIn, SyncStandIn, is_stand_in
from ._transport._surroundings import Surroundings, surroundings_of
from ._transport._sync import SyncPool

T = TypeVar("T")
Handler = Callable[[httpx.Request], Any]


class Engine:
    """Safe to use from many threads and tasks. Nothing is connected before the first call, asynchronous things not before the first
    asynchronous one."""

    def __init__(
        self,
        options: Options,
        sync_client: Any,
        async_client: Any,
        transport: Union[httpx.BaseTransport, Handler, None],
        async_transport: Union[httpx.AsyncBaseTransport, Handler, None],
    ) -> None:
        self.http = Http(options)
        self._spans = Spans(options)
        self._closing = Closing()
        self.forget()
        forgets_after_fork(self)
        surrounded = _Surrounded(options)
        self._make_sync = surrounded.sync_maker(sync_client, transport)
        self._make_async = surrounded.async_maker(async_client, transport if async_transport is None else async_transport)
        self._sync: Optional[SyncTransport] = None
        self._async: Optional[AsyncTransport] = None
        self._sync_runner = SyncRunner(self._sync_transport, self._closing)
        self._async_runner = AsyncRunner(self._async_transport, self._closing)

    def forget(self) -> None:
        """Start anew, as a forked child must: a thread that it does not have may hold the lock."""
        self._lock = threading.Lock()

    def run(self, flow: Flow[T]) -> T:
        """Carry a flow out on this thread."""
        with self._spans.of_caller():
            return self._sync_runner.run(flow)

    async def run_async(self, flow: Flow[T]) -> T:
        """Carry a flow out in this task."""
        with self._spans.of_caller():
            return await self._async_runner.run(flow)

    def call(self, call: Call[T]) -> T:
        """Make one call on this thread."""
        with self._spans.of_caller():
            return self._sync_runner.run(self.http.exchange(call))

    async def call_async(self, call: Call[T]) -> T:
        """Make one call in this task."""
        with self._spans.of_caller():
            return await self._async_runner.run(self.http.exchange(call))

    def close(self) -> None:
        """End what is under way and close what can be closed without waiting. Harmless when repeated."""
        self._closing.close()
        with self._lock:
            made, made_async = self._sync, self._async
        if made_async is not None:
            made_async.abandon()
        if made is not None:
            made.close()

    async def aclose(self) -> None:
        """End what is under way and close everything. Harmless when repeated."""
        self.close()
        if self._async is not None:
            await self._async.aclose()

    def _sync_transport(self) -> SyncTransport:
        if self._sync is None:
            with self._lock:
                self._closing.check()  # Nothing that would stay open is made after the end.
                if self._sync is None:
                    self._sync = SyncHolding(self._make_sync(), self.http.options)
        return self._sync

    def _async_transport(self) -> AsyncTransport:
        if self._async is None:
            with self._lock:
                self._closing.check()  # Nothing that would stay open is made after the end.
                if self._async is None:
                    self._async = AsyncHolding(self._make_async(), self.http.options)
        return self._async


class _Surrounded:
    """What transports are made of: the server and what the process says about the way there, read once, now.

    The first call may come on another thread, much later.
    """

    def __init__(self, options: Options) -> None:
        self.url = options.base_url
        self.connections_max = options.max_connections
        self.server = options.server

    @functools.cached_property
    def around(self) -> Surroundings:
        """What the process says. Not asked where the caller brings the way."""
        return surroundings_of(self.url)

    def sync_maker(self, client: Any, transport: Any) -> Callable[[], SyncTransport]:
        """How the transport for threads is made."""
        place = Place(self.server, None)  # By which way the caller's own client goes, only that client knows.
        if client is not None:
            if is_stand_in(client):
                return lambda: SyncStandIn(place, client)
            return lambda: SyncHttpx(self.url, place, client, owned=False)
        if transport is not None:
            chosen = transport if isinstance(transport, httpx.BaseTransport) else _handler("transport", transport)
            made = httpx.Client(transport=chosen, trust_env=False)
            return lambda: SyncHttpx(self.url, place, made, owned=True)
        around, place = self.around, Place(self.server, self.around.proxy_place)
        return lambda: SyncPool(self.url, around, place, self.connections_max)

    def async_maker(self, client: Any, transport: Any) -> Callable[[], AsyncTransport]:
        """How the transport for tasks is made."""
        place = Place(self.server, None)
        if client is not None:
            if is_stand_in(client):
                return lambda: AsyncStandIn(place, client)
            return lambda: AsyncHttpx(self.url, place, client, owned=False)
        if isinstance(transport, httpx.BaseTransport) and not isinstance(transport, httpx.AsyncBaseTransport):
            transport = None  # Made for threads only; tasks go over the network as usual.
        if transport is not None:
            chosen = transport if isinstance(transport, httpx.AsyncBaseTransport) else _handler("async_transport", transport)
            made = httpx.AsyncClient(transport=chosen, trust_env=False)
            return lambda: AsyncHttpx(self.url, place, made, owned=True)
        around, place = self.around, Place(self.server, self.around.proxy_place)
        return lambda: AsyncPool(self.url, around, place, self.connections_max)


def _handler(name: str, function: Any) -> httpx.MockTransport:
    """A transport made of one function from request to answer."""
    if not callable(function) or inspect.isclass(function):
        raise TypeError(f"{name} must be a transport of httpx, or a function from httpx.Request to httpx.Response")
    return httpx.MockTransport(cast(Any, function))
