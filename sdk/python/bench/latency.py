"""What one check_lock costs beside the same request made with bare httpx, in one process, against one server.

    ONCEONLY_URL=http://127.0.0.1:8080 ONCEONLY_API_KEY=once_live_… python bench/latency.py [--calls N] [--seconds S]

Latency: the two kinds of calls take turns, each with a new key, after a warm-up; the medians are compared. Throughput: 64 callers for
some seconds, one kind, then the other, twice; the better rate of each counts, and the CPU time of this process for each call in
that round. Bare httpx sends through a pool of the same size.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import threading
import time
from typing import Any, Awaitable, Callable, Dict, List, Tuple

import httpx

from onceonly import OnceOnly

CALLERS = 64
CONNECTIONS = 100  # The client's own default.
LIMITS = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
TIMEOUT = 60.0  # Seconds: a busy machine must not end the measurement.
TTL = 600

Call = Callable[[str], Any]
AsyncCall = Callable[[str], Awaitable[Any]]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=3000, help="calls of each kind for the latency (3000)")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each throughput measurement (5)")
    chosen = parser.parse_args()
    url, api_key = os.environ["ONCEONLY_URL"].rstrip("/"), os.environ["ONCEONLY_API_KEY"]
    headers = {"Authorization": f"Bearer {api_key}"}
    keys = _keys()
    rows = sync_rows(url, api_key, headers, keys, chosen.calls, chosen.seconds)
    rows += asyncio.run(async_rows(url, api_key, headers, keys, chosen.calls, chosen.seconds))
    print(f"{'':34}{'httpx':>12}{'onceonly':>12}{'difference':>12}")
    for name, bare, ours, unit in rows:
        print(f"{name:34}{bare:>10.0f}{unit}{ours:>10.0f}{unit}{(ours / bare - 1) * 100:>+11.1f}%")


Row = Tuple[str, float, float, str]
Rate = Tuple[float, float]
"""Calls in a second, and CPU time of one in microseconds."""


def sync_rows(
    url: str, api_key: str, headers: Dict[str, str], keys: Callable[[], str], calls: int, seconds: float
) -> List[Row]:
    """The rows for threads."""
    http = httpx.Client(limits=LIMITS, timeout=TIMEOUT)
    with http, OnceOnly(api_key, url, timeout=TIMEOUT, fail_open=False, max_connections=CONNECTIONS) as client:

        def bare(key: str) -> Any:
            answer = http.post(f"{url}/v1/check-lock", json={"key": key, "ttl": TTL}, headers=headers)
            answer.raise_for_status()
            return answer.json()

        def ours(key: str) -> Any:
            return client.check_lock(key, TTL)

        took: Tuple[List[float], List[float]] = ([], [])
        for n in range(calls + calls // 5):
            for call, times in zip((bare, ours), took):
                key = keys()
                began = time.perf_counter_ns()
                call(key)
                if n >= calls // 5:
                    times.append((time.perf_counter_ns() - began) / 1000)
        rates = [_rate(call, keys, seconds) for call in (bare, ours, bare, ours)]
    return [
        ("latency p50, sync", statistics.median(took[0]), statistics.median(took[1]), "µs"),
        *_rate_rows("threads", rates),
    ]


async def async_rows(
    url: str, api_key: str, headers: Dict[str, str], keys: Callable[[], str], calls: int, seconds: float
) -> List[Row]:
    """The rows for tasks."""
    http = httpx.AsyncClient(limits=LIMITS, timeout=TIMEOUT)
    async with http, OnceOnly(api_key, url, timeout=TIMEOUT, fail_open=False, max_connections=CONNECTIONS) as client:

        async def bare(key: str) -> Any:
            answer = await http.post(f"{url}/v1/check-lock", json={"key": key, "ttl": TTL}, headers=headers)
            answer.raise_for_status()
            return answer.json()

        async def ours(key: str) -> Any:
            return await client.check_lock_async(key, TTL)

        took: Tuple[List[float], List[float]] = ([], [])
        for n in range(calls + calls // 5):
            for call, times in zip((bare, ours), took):
                key = keys()
                began = time.perf_counter_ns()
                await call(key)
                if n >= calls // 5:
                    times.append((time.perf_counter_ns() - began) / 1000)
        rates = [await _async_rate(call, keys, seconds) for call in (bare, ours, bare, ours)]
    return [
        ("latency p50, async", statistics.median(took[0]), statistics.median(took[1]), "µs"),
        *_rate_rows("tasks", rates),
    ]


def _rate_rows(callers: str, rates: List[Rate]) -> List[Row]:
    bare, ours = max(rates[0::2]), max(rates[1::2])
    return [
        (f"calls/s, {CALLERS} {callers}", bare[0], ours[0], "/s"),
        (f"CPU of a call, {CALLERS} {callers}", bare[1], ours[1], "µs"),
    ]


def _rate(call: Call, keys: Callable[[], str], seconds: float) -> Rate:
    counts = [0] * CALLERS
    begin = threading.Barrier(CALLERS + 1)
    end = time.monotonic() + 3600

    def caller(index: int) -> None:
        begin.wait()
        while time.monotonic() < end:
            call(keys())
            counts[index] += 1

    threads = [threading.Thread(target=caller, args=(index,)) for index in range(CALLERS)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    begin.wait()
    began, worked = time.monotonic(), time.process_time()
    for thread in threads:
        thread.join()
    return _rate_of(sum(counts), began, worked)


async def _async_rate(call: AsyncCall, keys: Callable[[], str], seconds: float) -> Rate:
    began, worked = time.monotonic(), time.process_time()

    async def caller() -> int:
        count = 0
        while time.monotonic() - began < seconds:
            await call(keys())
            count += 1
        return count

    counts = await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return _rate_of(sum(counts), began, worked)


def _rate_of(calls: int, began: float, worked: float) -> Rate:
    return calls / (time.monotonic() - began), (time.process_time() - worked) / calls * 1_000_000


def _keys() -> Callable[[], str]:
    """New keys, each once."""
    run, numbers = os.urandom(6).hex(), itertools.count()
    return lambda: f"bench-{run}-{next(numbers)}"


if __name__ == "__main__":
    main()
