"""The client's hooks: what they are told, that they may be async, and that their own errors change nothing."""

from __future__ import annotations

import logging
from typing import Any, Callable, List

import pytest
from tasks import run

import onceonly
from onceonly import DuplicateEvent, FailOpenEvent, OnceOnly, RetryEvent
from onceonly.testing import FakeOnceOnly

Calling = Callable[[OnceOnly], onceonly.CheckLockResult]


def synchronously(client: OnceOnly) -> onceonly.CheckLockResult:
    return client.check_lock("k", 60)


def asynchronously(client: OnceOnly) -> onceonly.CheckLockResult:
    return run(client.check_lock_async("k", 60))


both = pytest.mark.parametrize("calling", [synchronously, asynchronously])


@both
def test_duplicates_are_told(fake_onceonly: FakeOnceOnly, calling: Calling) -> None:
    told: List[DuplicateEvent] = []
    client = fake_onceonly.client(on_duplicate=told.append)
    assert calling(client).locked and told == []
    lock = calling(client)
    assert told == [DuplicateEvent("k", lock.first_seen_at, lock.request_id)]


@both
def test_duplicates_of_servers_that_answer_409_are_told(fake_onceonly: FakeOnceOnly, calling: Calling) -> None:
    told: List[DuplicateEvent] = []
    detail = {"error": "Duplicate blocked", "first_seen_at": "2026-05-01T08:00:00Z"}
    fake_onceonly.answer_next(409, {"detail": detail})
    assert calling(fake_onceonly.client(on_duplicate=told.append)).duplicate
    assert [(one.key, one.first_seen_at) for one in told] == [("k", "2026-05-01T08:00:00Z")]


def test_duplicates_of_a_batch_are_told_one_by_one(fake_onceonly: FakeOnceOnly) -> None:
    told: List[DuplicateEvent] = []
    client = fake_onceonly.client(on_duplicate=told.append)
    client.check_lock_batch(["a", "b", "a", {"key": "c", "ttl": 0}, "b"])
    run(client.check_lock_batch_async(["c", "a"]))
    assert [one.key for one in told] == ["a", "b", "a"]


@both
def test_further_attempts_are_told_and_logged_below_warning(
    fake_onceonly: FakeOnceOnly, caplog: pytest.LogCaptureFixture, calling: Calling
) -> None:
    caplog.set_level(logging.DEBUG, "onceonly")
    told: List[RetryEvent] = []
    client = fake_onceonly.client(on_retry=told.append, max_retries_429=2, retry_backoff=0.01)
    fake_onceonly.answer_next(503, {"detail": {"error": "storage_unavailable"}})
    fake_onceonly.answer_next(429, {"detail": {"error": "rate_limited"}}, {"Retry-After": "0"})
    assert calling(client).locked
    assert [(one.method, one.path, one.attempt) for one in told] == [("POST", "/v1/check-lock", n) for n in (1, 2)]
    assert [one.failure.status_code for one in told] == [503, 429]
    assert 0.005 <= told[0].pause <= 0.01 and told[1].pause == 0
    records = [one for one in caplog.records if one.name == "onceonly"]
    assert len(records) == 2 and all(one.levelno == logging.INFO for one in records)


def test_path_that_is_told_has_no_query(fake_onceonly: FakeOnceOnly) -> None:
    told: List[RetryEvent] = []
    fake_onceonly.answer_next(503)
    fake_onceonly.client(on_retry=told.append, max_retries_429=1, retry_backoff=0).ai.status("secret")
    assert [one.path for one in told] == ["/v1/ai/status"]


@both
@pytest.mark.parametrize("answer", [True, None, 0, ""])
def test_lock_fails_open_unless_the_hook_says_false(fake_onceonly: FakeOnceOnly, calling: Calling, answer: Any) -> None:
    told: List[FailOpenEvent] = []

    def hook(event: FailOpenEvent) -> Any:
        told.append(event)
        return answer

    with fake_onceonly.unreachable():
        assert calling(fake_onceonly.client(on_fail_open=hook)).failed_open
    assert [(one.key, one.reason, type(one.cause)) for one in told] == [("k", "request_error", onceonly.NetworkError)]


@both
def test_hook_that_says_false_has_the_calls_own_error_raised(
    fake_onceonly: FakeOnceOnly, caplog: pytest.LogCaptureFixture, calling: Calling
) -> None:
    fake_onceonly.answer_next(503, {"detail": {"error": "storage_unavailable"}})
    with pytest.raises(onceonly.ApiError, match="storage_unavailable"):
        calling(fake_onceonly.client(on_fail_open=lambda event: False))
    assert "UNPROTECTED" not in caplog.text


@both
def test_hook_that_raises_refuses_to_fail_open(
    fake_onceonly: FakeOnceOnly, caplog: pytest.LogCaptureFixture, calling: Calling
) -> None:
    def hook(event: FailOpenEvent) -> bool:
        raise RuntimeError("not for payments")

    with fake_onceonly.unreachable(), pytest.raises(onceonly.NetworkError):
        calling(fake_onceonly.client(on_fail_open=hook))
    assert "not for payments" in caplog.text and "UNPROTECTED" not in caplog.text


@both
def test_hook_is_not_asked_where_nothing_fails_open(fake_onceonly: FakeOnceOnly, calling: Calling) -> None:
    def hook(event: FailOpenEvent) -> bool:
        raise AssertionError("asked")

    client = fake_onceonly.client(on_fail_open=hook, fail_open=False)
    with fake_onceonly.unreachable(), pytest.raises(onceonly.NetworkError):
        calling(client)
    fake_onceonly.answer_next(402, {"detail": {"error": "payment_required"}})
    with pytest.raises(onceonly.OverLimitError):
        calling(fake_onceonly.client(on_fail_open=hook))


@both
def test_other_hooks_that_raise_are_logged_and_change_nothing(
    fake_onceonly: FakeOnceOnly, caplog: pytest.LogCaptureFixture, calling: Calling
) -> None:
    def hook(event: object) -> None:
        raise RuntimeError(f"told of {type(event).__name__}")

    client = fake_onceonly.client(on_duplicate=hook, on_retry=hook, max_retries_429=1, retry_backoff=0)
    fake_onceonly.answer_next(503)
    assert calling(client).locked
    assert calling(client).duplicate
    assert "told of RetryEvent" in caplog.text and "told of DuplicateEvent" in caplog.text


def test_hooks_of_asynchronous_calls_are_awaited(fake_onceonly: FakeOnceOnly) -> None:
    told: List[object] = []

    async def note(event: object) -> None:
        told.append(event)

    async def refuse(event: FailOpenEvent) -> bool:
        told.append(event)
        return False

    client = fake_onceonly.client(on_duplicate=note, on_retry=note, on_fail_open=refuse, max_retries_429=1, retry_backoff=0)
    fake_onceonly.answer_next(503)
    assert asynchronously(client).locked and asynchronously(client).duplicate
    with fake_onceonly.unreachable(), pytest.raises(onceonly.NetworkError):
        asynchronously(client)
    kinds = [type(one).__name__ for one in told]
    assert kinds == ["RetryEvent", "DuplicateEvent", "RetryEvent", "FailOpenEvent"]


def test_async_hook_on_a_synchronous_call_is_told_so_and_never_fails_open(
    fake_onceonly: FakeOnceOnly, caplog: pytest.LogCaptureFixture
) -> None:
    async def hook(event: object) -> bool:
        return True

    client = fake_onceonly.client(on_duplicate=hook, on_fail_open=hook)
    assert synchronously(client).locked and synchronously(client).duplicate
    with fake_onceonly.unreachable(), pytest.raises(onceonly.NetworkError):
        synchronously(client)
    assert caplog.text.count("can't be awaited on a synchronous call") >= 2


def test_attempts_to_record_a_result_are_told_too(fake_onceonly: FakeOnceOnly) -> None:
    told: List[RetryEvent] = []

    def work() -> int:
        fake_onceonly.answer_next(503)
        fake_onceonly.answer_next(503)
        return 1

    client = fake_onceonly.client(on_retry=told.append, retry_backoff=0.01)
    assert client.ai.run_fn("k", work).result == {"data": 1}
    assert [(one.path, one.attempt) for one in told] == [("/v1/ai/complete", 1), ("/v1/ai/complete", 2)]
