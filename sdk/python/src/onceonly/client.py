"""The client: its options, its locks, and the way to everything else."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Callable, Generic, List, Optional, Sequence, Type, TypeVar, Union

import httpx

from . import _locking
from ._engine import Engine
from ._locking import Item, ItemResult, Ttl
from ._options import DEFAULT_MAX_CONNECTIONS, Seconds, checked_options
from ._resources import locks
from .account import AccountCalls
from .ai import AiClient
from .gov import GovClient
from .hooks import OnDuplicate, OnFailOpen, OnRetry
from .results import CheckLockResult, JsonObject

F = TypeVar("F")
Handler = Callable[[httpx.Request], Any]


class _Alias(Generic[F]):
    """A method under a second name: it is looked up at each access, and has the very signature of what it stands for."""

    def __init__(self, method: Callable[[OnceOnly], F]) -> None:
        self._method = method

    def __get__(self, client: Optional[OnceOnly], owner: Type[OnceOnly]) -> F:
        if client is None:
            raise AttributeError("an alias of a method of a client's part needs a client")
        return self._method(client)


class OnceOnly(AccountCalls):
    """A client of one OnceOnly server.

    Safe to use from many threads and tasks at once, and after a fork; make one and keep it. It connects at the first call. Each call
    has a twin ``…_async`` for asyncio. Close it when done, or use it in ``with`` or ``async with``.

    Durations are seconds, or timedeltas. What the environment says is read here, once: ONCEONLY_API_KEY, ONCEONLY_BASE_URL,
    ONCEONLY_FAIL_OPEN, the proxy and the certificates.

    :param api_key: the API key; it appears in no error, log or repr. ONCEONLY_API_KEY if absent.
    :param base_url: the server; ``/v1`` is appended when it has no path. ONCEONLY_BASE_URL if absent, else https://api.onceonly.tech/v1.
    :param timeout: of one attempt, from connecting to the last byte.
    :param user_agent: instead of ``onceonly-python-sdk/<version>``.
    :param fail_open: whether ``check_lock`` goes ahead UNPROTECTED when there is no answer. Turn it off for what must never run
        twice; ONCEONLY_FAIL_OPEN=false turns it off for the whole process.
    :param max_retries_429: further attempts after 429, 500, 502, 503, 504 and network errors, where repeating is safe.
    :param retry_backoff: the first pause between attempts; it doubles.
    :param retry_max_backoff: the longest pause; a ``Retry-After`` of more is not waited for, but raised at once.
    :param deadline: of one call with all its attempts and pauses; of a waiting call as a whole.
    :param max_connections: open connections at most; a call waits for one within its timeout. Calls that the server may hold (``wait``) use half of
        them; when these are taken, a waiting call asks without ``wait`` and pauses by itself.
    :param key_format: how decorators and tool wrappers derive keys: ``default``, or ``published``, byte for byte as onceonly-sdk 3.0.5.
    :param on_duplicate: called with a DuplicateEvent at each lock that is taken.
    :param on_retry: called with a RetryEvent before each further attempt.
    :param on_fail_open: called with a FailOpenEvent before a lock fails open; False, or an error, refuses.
    :param sync_client: an httpx.Client to send through, or a stand-in for tests whose ``post``, ``get`` and ``delete`` answer with
        httpx.Response; it stays yours to close.
    :param async_client: the same for the asynchronous calls: an httpx.AsyncClient, or a stand-in.
    :param transport: a transport of httpx, or one function from httpx.Request to httpx.Response; for tests and proxies.
    :param async_transport: the same for the asynchronous calls; ``transport`` serves them too when it can.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        base_url: Optional[str] = None,
        timeout: Seconds = 5.0,
        user_agent: Optional[str] = None,
        fail_open: bool = True,
        *,
        max_retries_429: int = 0,
        retry_backoff: Seconds = 0.5,
        retry_max_backoff: Seconds = 5.0,
        deadline: Optional[Seconds] = None,
        max_connections: int = DEFAULT_MAX_CONNECTIONS,
        key_format: str = "default",
        on_duplicate: Optional[OnDuplicate] = None,
        on_retry: Optional[OnRetry] = None,
        on_fail_open: Optional[OnFailOpen] = None,
        sync_client: Any = None,
        async_client: Any = None,
        transport: Union[httpx.BaseTransport, Handler, None] = None,
        async_transport: Union[httpx.AsyncBaseTransport, Handler, None] = None,
    ) -> None:
        options = checked_options(
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            deadline=deadline,
            fail_open=fail_open,
            max_retries=max_retries_429,
            retry_backoff=retry_backoff,
            retry_max_backoff=retry_max_backoff,
            user_agent=user_agent,
            max_connections=max_connections,
            key_format=key_format,
            on_duplicate=on_duplicate,
            on_retry=on_retry,
            on_fail_open=on_fail_open,
        )
        #: The server, as calls find it.
        self.base_url = str(options.base_url)
        self._engine = Engine(options, sync_client, async_client, transport, async_transport)
        #: Leases, runs, governed tool calls.
        self.ai = AiClient(self._engine)
        #: Policies, tools, agents, calls.
        self.gov = GovClient(self._engine)

    def check_lock(
        self,
        key: str,
        ttl: Optional[Ttl] = None,
        meta: Any = None,
        request_id: Optional[str] = None,
        *,
        fingerprint: Optional[str] = None,
        fail_open: Optional[bool] = None,
    ) -> CheckLockResult:
        """Ask whether this caller is the first with ``key``: exactly one is told to go ahead until ``ttl`` seconds (or a timedelta of
        whole seconds) have passed.

        With fail_open (the client's option, which the argument overrides, unless ONCEONLY_FAIL_OPEN=false) a server that can't be reached lets the caller go ahead
        UNPROTECTED, and a warning is logged. ``fingerprint`` (1 to 128 characters) names the meaning of the key: another one for the same key is
        an ApiError ``key_reused``. ``request_id`` is sent as X-Request-Id.
        """
        return self._engine.run(_locking.check_lock(self._engine.http, key, ttl, meta, request_id, fingerprint, fail_open))

    async def check_lock_async(
        self,
        key: str,
        ttl: Optional[Ttl] = None,
        meta: Any = None,
        request_id: Optional[str] = None,
        *,
        fingerprint: Optional[str] = None,
        fail_open: Optional[bool] = None,
    ) -> CheckLockResult:
        """As ``check_lock``."""
        return await self._engine.run_async(
            _locking.check_lock(self._engine.http, key, ttl, meta, request_id, fingerprint, fail_open)
        )

    def check_lock_batch(self, items: Sequence[Item]) -> List[ItemResult]:
        """Ask for up to 1,000 locks at once; the answers stand in the items' order, an error where an item got one.

        An item is a key, or a mapping of ``key`` with ``ttl``, ``meta`` (or ``metadata``) and ``fingerprint``. It never fails open.
        """
        return self._engine.run(_locking.check_lock_batch(self._engine.http, items))

    async def check_lock_batch_async(self, items: Sequence[Item]) -> List[ItemResult]:
        """As ``check_lock_batch``."""
        return await self._engine.run_async(_locking.check_lock_batch(self._engine.http, items))

    def release_lock(self, key: str, lock_id: str) -> JsonObject:
        """Give a lock back whose work did not happen, so that the next caller goes ahead at once."""
        return self._engine.call(locks.release(key, lock_id))

    async def release_lock_async(self, key: str, lock_id: str) -> JsonObject:
        """As ``release_lock``."""
        return await self._engine.call_async(locks.release(key, lock_id))

    #: The same as ``ai.run``.
    ai_run = _Alias(lambda client: client.ai.run)
    #: The same as ``ai.run_async``.
    ai_run_async = _Alias(lambda client: client.ai.run_async)
    #: The same as ``ai.run_and_wait``.
    ai_run_and_wait = _Alias(lambda client: client.ai.run_and_wait)
    #: The same as ``ai.run_and_wait_async``.
    ai_run_and_wait_async = _Alias(lambda client: client.ai.run_and_wait_async)

    def close(self) -> None:
        """Close the client from any thread. Calls that are under way end in ClientClosedError. Harmless when repeated."""
        self._engine.close()

    async def aclose(self) -> None:
        """As ``close``, and waits until the connections of this event loop are closed."""
        await self._engine.aclose()

    def __enter__(self) -> OnceOnly:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    async def __aenter__(self) -> OnceOnly:
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"OnceOnly(base_url={self.base_url!r})"


def create_client(
    api_key: Optional[str] = None,
    base_url: Optional[str] = None,
    timeout: Seconds = 5.0,
    user_agent: Optional[str] = None,
    fail_open: bool = True,
    **options: Any,
) -> OnceOnly:
    """The same as ``OnceOnly(…)``."""
    return OnceOnly(api_key, base_url, timeout, user_agent, fail_open, **options)
