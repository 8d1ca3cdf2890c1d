"""The options of a client: what is refused, what comes from the environment, and which URL is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Dict

import httpx
import pytest
from test_client import KEY, answering

import onceonly
from onceonly import OnceOnly


@pytest.mark.parametrize(
    "options",
    [
        {"api_key": ""},
        {"api_key": "  "},
        {"api_key": f"{KEY}\n"},
        {"api_key": f"{KEY}\u0142"},
        {"base_url": "ftp://h"},
        {"base_url": "h:1"},
        {"base_url": "http://user@h"},
        {"base_url": "http://h/?a=1"},
        {"timeout": 0},
        {"timeout": float("nan")},
        {"timeout": -1},
        {"deadline": 0},
        {"max_retries_429": -1},
        {"max_retries_429": 1.5},
        {"retry_backoff": -1},
        {"user_agent": "a\r\nX: y"},
        {"max_connections": 0},
        {"max_connections": 1.5},
        {"key_format": "old"},
    ],
)
def test_option_that_cannot_be_right_is_refused(options: Dict[str, Any]) -> None:
    with pytest.raises(ValueError) as raised:
        OnceOnly(**{"api_key": KEY, **options})
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(
    "options", [{"api_key": 7}, {"base_url": 7}, {"timeout": "5"}, {"fail_open": "no"}, {"on_retry": 7}, {"on_fail_open": "no"}]
)
def test_option_of_another_type_is_refused(options: Dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        OnceOnly(**{"api_key": KEY, **options})


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment without the client's own variables."""
    for name in ("ONCEONLY_API_KEY", "ONCEONLY_BASE_URL", "ONCEONLY_FAIL_OPEN"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_api_key_and_base_url_come_from_the_environment_unless_they_are_given(unset: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="api_key must be given, as an argument or in ONCEONLY_API_KEY"):
        OnceOnly()
    unset.setenv("ONCEONLY_API_KEY", KEY)
    assert OnceOnly().base_url == "https://api.onceonly.tech/v1"
    unset.setenv("ONCEONLY_BASE_URL", "http://from-environment")
    handler, asked = answering((200, {}))
    client = OnceOnly(transport=handler)
    unset.setenv("ONCEONLY_API_KEY", "once_live_later")
    unset.setenv("ONCEONLY_BASE_URL", "http://later")
    client.me()
    OnceOnly("once_live_given", "http://given", transport=handler).me()
    assert [(one.url.host, one.headers["authorization"]) for one in asked] == [
        ("from-environment", f"Bearer {KEY}"),
        ("given", "Bearer once_live_given"),
    ]


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ONCEONLY_API_KEY", f"{KEY}\n", "ONCEONLY_API_KEY must be printable ASCII"),
        ("ONCEONLY_BASE_URL", "h:1", "ONCEONLY_BASE_URL must be an absolute http or https URL"),
        ("ONCEONLY_FAIL_OPEN", "never", "ONCEONLY_FAIL_OPEN must be one of"),
    ],
)
def test_variable_that_cannot_be_right_is_refused_by_its_name(
    unset: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    unset.setenv("ONCEONLY_API_KEY", KEY)
    unset.setenv(variable, value)
    with pytest.raises(ValueError, match=words) as raised:
        OnceOnly()
    assert KEY not in str(raised.value)


@pytest.mark.parametrize("word", ["false", "0", "no", "OFF"])
def test_fail_open_that_the_environment_turns_off_is_off_for_all_calls(unset: pytest.MonkeyPatch, word: str) -> None:
    unset.setenv("ONCEONLY_FAIL_OPEN", word)
    handler, _ = answering((503, {}))
    client = OnceOnly(KEY, "http://h", fail_open=True, transport=handler)
    unset.delenv("ONCEONLY_FAIL_OPEN")
    for fail_open in (None, True):
        with pytest.raises(onceonly.ApiError):
            client.check_lock("k", fail_open=fail_open)


@pytest.mark.parametrize("word", ["true", "1", "yes", "on", "", " "])
def test_fail_open_that_the_environment_allows_is_as_the_code_says(unset: pytest.MonkeyPatch, word: str) -> None:
    unset.setenv("ONCEONLY_FAIL_OPEN", word)
    handler, _ = answering((503, {}))
    assert OnceOnly(KEY, "http://h", transport=handler).check_lock("k").failed_open
    with pytest.raises(onceonly.ApiError):
        OnceOnly(KEY, "http://h", fail_open=False, transport=handler).check_lock("k")


def test_durations_may_be_timedeltas() -> None:
    client = OnceOnly(KEY, "http://h", timeout=timedelta(milliseconds=1500), deadline=timedelta(minutes=1))
    options = client._engine.http.options
    assert (options.timeout, options.deadline) == (1.5, 60.0)
    with pytest.raises(ValueError, match="timeout must be a finite number of seconds, more than 0"):
        OnceOnly(KEY, timeout=timedelta(0))


@pytest.mark.parametrize(
    ("base_url", "asked"),
    [
        ("http://h", "http://h/v1/me"),
        ("http://h/", "http://h/v1/me"),
        ("http://h:8080/v1/", "http://h:8080/v1/me"),
        ("http://h/api", "http://h/api/me"),
        ("http://[::1]:8", "http://[::1]:8/v1/me"),
    ],
)
def test_path_is_added_only_where_there_is_none(base_url: str, asked: str) -> None:
    handler, requests = answering((200, {}))
    with OnceOnly(KEY, base_url, transport=handler) as client:
        client.me()
    assert str(requests[0].url) == asked
    assert requests[0].headers["host"] == httpx.URL(base_url).netloc.decode()
    assert requests[0].headers["user-agent"] == f"onceonly-python-sdk/{onceonly.__version__}"
