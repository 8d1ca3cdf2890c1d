"""What one check_lock costs beside the same request made with bare httpx, in one process, against one server.

    ONCEONLY_URL=http://127.0.0.1:8080 ONCEONLY_API_KEY=once_live_… python bench/latency.py [--calls N] [--seconds S]

Latency: the two kinds of calls take turns, each with a new key, after a warm-up; the medians are compared. Throughput: 64 callers for
some seconds, first one kind, then the other. Bare httpx sends through a pool of the same size.
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
LIMITS = httpx.Limits(max_connections=256, max_keepalive_connections=256)
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


def sync_rows(
    url: str, api_key: str, headers: Dict[str, str], keys: Callable[[], str], calls: int, seconds: float
) -> List[Row]:
    """The rows for threads."""
    with httpx.Client(limits=LIMITS) as http, OnceOnly(api_key, url, fail_open=False) as client:

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
        (f"calls/s, {CALLERS} threads", max(rates[0::2]), max(rates[1::2]), "/s"),
    ]


async def async_rows(
    url: str, api_key: str, headers: Dict[str, str], keys: Callable[[], str], calls: int, seconds: float
) -> List[Row]:
    """The rows for tasks."""
    async with httpx.AsyncClient(limits=LIMITS) as http, OnceOnly(api_key, url, fail_open=False) as client:

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
        (f"calls/s, {CALLERS} tasks", max(rates[0::2]), max(rates[1::2]), "/s"),
    ]


def _rate(call: Call, keys: Callable[[], str], seconds: float) -> float:
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
    began = time.monotonic()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)


async def _async_rate(call: AsyncCall, keys: Callable[[], str], seconds: float) -> float:
    began = time.monotonic()

    async def caller() -> int:
        count = 0
        while time.monotonic() - began < seconds:
            await call(keys())
            count += 1
        return count

    counts = await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return sum(counts) / (time.monotonic() - began)


def _keys() -> Callable[[], str]:
    """New keys, each once."""
    run, numbers = os.urandom(6).hex(), itertools.count()
    return lambda: f"bench-{run}-{next(numbers)}"


if __name__ == "__main__":
    main()
