"""Carries flows out: once for threads, once for tasks."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import inspect
import logging
import threading
from typing import Any, Awaitable, Callable, Optional, Set, Tuple, TypeVar, Union, cast

from ._call import Ask, Effect, Flow, Notify, Pause, Send, Work
from ._lease import holding
from ._transport import AsyncTransport, SyncTransport
from ._work import finished, finished_async, is_async
from .errors import ClientClosedError, LeaseLostError, NetworkError, ResultNotRecordedError

T = TypeVar("T")

CALLBACK_MAX = 5.0  # Seconds for which a call waits until its own on_lease_lost has returned.
logger = logging.getLogger("onceonly")


class Closing:
    """Whether the client has been closed; pauses end when it is. Thread-safe."""

    def __init__(self) -> None:
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._pauses: Set[asyncio.Future[None]] = set()

    @property
    def closed(self) -> bool:
        """Whether it has been closed."""
        return self._closed.is_set()

    def close(self) -> None:
        """End all pauses, for ever."""
        self._closed.set()
        with self._lock:
            pauses = list(self._pauses)
        for pause in pauses:
            # A loop that is closed has no task left that could wait.
            if not pause.get_loop().is_closed():
                pause.get_loop().call_soon_threadsafe(_finish, pause)

    def check(self) -> None:
        """Raise ClientClosedError if it has been closed."""
        if self._closed.is_set():
            raise ClientClosedError("the client is closed")

    def pause(self, seconds: float) -> None:
        """Sleep, unless closed."""
        self._closed.wait(seconds)
        self.check()

    async def pause_async(self, seconds: float) -> None:
        """Sleep, unless closed."""
        loop = asyncio.get_running_loop()
        pause: asyncio.Future[None] = loop.create_future()
        with self._lock:
            self._pauses.add(pause)
        timer = loop.call_later(seconds, _finish, pause)
        try:
            self.check()
            await pause
        finally:
            timer.cancel()
            with self._lock:
                self._pauses.discard(pause)
        self.check()


def _finish(pause: asyncio.Future[None]) -> None:
    if not pause.done():
        pause.set_result(None)


class _Stopped(Exception):
    """The function has ended, so its heartbeat ends too."""


class SyncRunner:
    """Runs flows on the calling thread. Safe to use from many threads."""

    def __init__(self, transport: Callable[[], SyncTransport], closing: Closing) -> None:
        self._transport = transport
        self._closing = closing

    def run(self, flow: Flow[T], pause: Optional[Callable[[float], None]] = None) -> T:
        """Carry ``flow`` out and answer with its value; ``pause`` replaces the client's own way to sleep."""
        outcome: Any = None
        error: Optional[BaseException] = None
        try:
            while True:
                effect = flow.send(outcome) if error is None else flow.throw(error)
                outcome = error = None
                try:
                    if type(effect) is Send:
                        outcome = self._send(effect)
                    else:
                        outcome = self._perform(effect, pause or self._closing.pause)
                except BaseException as raised:
                    error = raised
        except StopIteration as end:
            return cast(T, end.value)
        finally:
            flow.close()
            error = None  # A frame in its own traceback would be a cycle.

    def _send(self, effect: Send) -> Any:
        self._closing.check()
        try:
            return self._transport().send(effect.request, effect.timeout)
        except NetworkError as error:
            if self._closing.closed:
                raise ClientClosedError("the client was closed during the call") from error
            raise

    def _perform(self, effect: Effect, pause: Callable[[float], None]) -> Any:
        if isinstance(effect, Pause):
            return pause(effect.seconds)
        if isinstance(effect, Notify):
            return _notify(effect)
        if isinstance(effect, Ask):
            return _asked(effect)
        return self._work(cast(Work, effect))

    def _work(self, work: Work) -> Any:
        ended = threading.Event()

        def pause(seconds: float) -> None:
            # A lease that was lost before the function ended is still told of.
            if ended.wait(seconds) and not work.lease.lost:
                raise _Stopped

        def beat() -> None:
            try:
                self.run(work.beats(), pause)
            except _Stopped:
                pass
            except Exception as error:
                # The lease then expires in time; the function's own complete will tell.
                logger.warning("the heartbeat of %r has ended: %s", work.lease.key, error)

        # In the caller's context, for the sake of on_lease_lost and of what logging finds there.
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(beat,), name="onceonly-heartbeat", daemon=True)
        thread.start()
        try:
            value, error = self._called(work)
            return self.run(work.record(value, error))
        finally:
            ended.set()
            if work.lease.lost:
                thread.join(CALLBACK_MAX)

    @staticmethod
    def _called(work: Work) -> Tuple[Any, Optional[Exception]]:
        try:
            with holding(work.lease):
                return finished(work.function()), None
        except Exception as error:
            # KeyboardInterrupt passes by: the function did not fail, and its lease is left to expire.
            return None, error


class AsyncRunner:
    """Runs flows in the calling task."""

    def __init__(self, transport: Callable[[], AsyncTransport], closing: Closing) -> None:
        self._transport = transport
        self._closing = closing

    async def run(self, flow: Flow[T], pause: Optional[Callable[[float], Awaitable[object]]] = None) -> T:
        """Carry ``flow`` out and answer with its value; ``pause`` replaces the client's own way to sleep."""
        outcome: Any = None
        error: Optional[BaseException] = None
        try:
            while True:
                effect = flow.send(outcome) if error is None else flow.throw(error)
                outcome = error = None
                try:
                    if type(effect) is Send:
                        outcome = await self._send(effect)
                    else:
                        outcome = await self._perform(effect, pause or self._closing.pause_async)
                except BaseException as raised:
                    error = raised
        except StopIteration as end:
            return cast(T, end.value)
        finally:
            flow.close()
            error = None  # A frame in its own traceback would be a cycle.

    async def _send(self, effect: Send) -> Any:
        self._closing.check()
        try:
            return await self._transport().send(effect.request, effect.timeout)
        except NetworkError as error:
            if self._closing.closed:
                raise ClientClosedError("the client was closed during the call") from error
            raise

    async def _perform(self, effect: Effect, pause: Callable[[float], Awaitable[object]]) -> Any:
        if isinstance(effect, Pause):
            return await pause(effect.seconds)
        if isinstance(effect, Notify):
            return await _notify_async(effect)
        if isinstance(effect, Ask):
            answer = effect.function(effect.argument)
            return await answer if inspect.isawaitable(answer) else answer
        return await self._work(cast(Work, effect))

    async def _work(self, work: Work) -> Any:
        task = asyncio.ensure_future(_function(work))
        work.lease.when_lost(lambda: task.cancel())
        ended = threading.Event()
        beats = asyncio.ensure_future(self._beat(work, ended))
        try:
            # Who is cancelled waits for the function's own end all the same, and the lease is kept alive until then: what the function
            # has done must be recorded.
            cancelled = await _waited_out(task, task.cancel)
            return await self._recorded(work, _outcome(task, work), cancelled)
        finally:
            if work.lease.lost:
                await asyncio.wait({beats}, timeout=CALLBACK_MAX)
            ended.set()
            await _ended(beats)

    async def _recorded(self, work: Work, outcome: Tuple[Any, Optional[BaseException]], cancelled: bool) -> Any:
        """Record how the function ended, also while this is cancelled; then it is cancelled."""
        while True:
            recording = asyncio.ensure_future(self.run(work.record(*outcome)))
            cancelled = await _waited_out(recording) or cancelled
            if not recording.cancelled():
                break
            cancelled = True  # A loop that ends cancels all tasks that it finds, and so this one too: it is made anew.
        if not cancelled:
            return recording.result()
        error = recording.exception()
        if isinstance(error, (LeaseLostError, ResultNotRecordedError)):
            logger.warning("the call of %r is cancelled: %s", work.lease.key, error.message)
        raise asyncio.CancelledError from error

    async def _beat(self, work: Work, ended: threading.Event) -> None:
        async def pause(seconds: float) -> None:
            # In a client that is closed, the lease's clock goes on. A request that is answered just when this task is cancelled may swallow
            # that (asyncio.wait_for before Python 3.12), so the end is looked at, too.
            if ended.is_set():
                raise _Stopped
            await asyncio.sleep(seconds)

        try:
            await self.run(work.beats(), pause)
        except _Stopped:
            pass
        except Exception as error:
            # The lease then expires in time; the function's own complete will tell.
            logger.warning("the heartbeat of %r has ended: %s", work.lease.key, error)


def _outcome(task: asyncio.Future[Any], work: Work) -> Tuple[Any, Optional[BaseException]]:
    """The function's value, or what it raised; cancelled over anything but a lost lease, it is cancelled here too."""
    if task.cancelled():
        if not work.lease.lost:
            raise asyncio.CancelledError
        return None, asyncio.CancelledError()
    error = task.exception()
    if error is not None and not isinstance(error, Exception):
        raise error  # KeyboardInterrupt passes by: the function did not fail, and its lease is left to expire.
    return (None, error) if error is not None else (task.result(), None)


async def _function(work: Work) -> Any:
    """Call the work's function, to its end. A thread can't be stopped, so that its end is waited for although this is cancelled."""
    with holding(work.lease):
        if is_async(work.function):
            value = await work.function()
        else:
            context = contextvars.copy_context()
            value = await _value_of(asyncio.get_running_loop().run_in_executor(None, context.run, work.function))
        while isinstance(value, concurrent.futures.Future):
            value = await _value_of(asyncio.wrap_future(cast("concurrent.futures.Future[Any]", value)))
        return await finished_async(value)


async def _value_of(future: asyncio.Future[Any]) -> Any:
    await _waited_out(future)
    return future.result()


async def _waited_out(future: asyncio.Future[Any], when_cancelled: Optional[Callable[[], object]] = None) -> bool:
    """Wait until a future has ended, also when the waiting is cancelled; answers whether it was."""
    cancelled = False
    while not future.done():
        try:
            await asyncio.wait({future})
        except asyncio.CancelledError:
            cancelled = True
            if when_cancelled is not None:
                when_cancelled()
    return cancelled


async def _ended(task: asyncio.Future[Any]) -> None:
    """Cancel a task and wait until it has ended, whatever it ends with."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()  # Looked at, so that nobody complains that it was not.


def _asked(effect: Union[Ask, Notify]) -> Any:
    """The answer of a hook on a synchronous call, where nothing can be awaited."""
    answer = effect.function(effect.argument)
    if not inspect.isawaitable(answer):
        return answer
    if inspect.iscoroutine(answer):
        answer.close()
    raise TypeError("an async hook can't be awaited on a synchronous call")


def _notify(effect: Notify) -> Any:
    try:
        return _asked(effect)
    except Exception:
        logger.exception("a callback has failed")
        return None


async def _notify_async(effect: Notify) -> Any:
    try:
        answer = effect.function(effect.argument)
        return await answer if inspect.isawaitable(answer) else answer
    except Exception:
        logger.exception("a callback has failed")
        return None
