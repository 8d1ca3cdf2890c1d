"""key_format="published" against the published client itself: each derives the keys of the same calls in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict

import httpx
import pytest
from published.calls import ARGUMENTS, OPTIONS, TOOL_INPUTS
from published.fetched import installed

import onceonly
from onceonly.integrations.langchain import make_idempotent_tool

HERE = Path(__file__).parent
PROJECT = HERE.parent


def keys(whose: str, path: Path) -> Dict[str, str]:
    """The keys that the client on this path derives. The order of sets differs from process to process, so that one of them would show."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(path), str(HERE)))}
    environment.pop("PYTHONHASHSEED", None)
    code = "import sys, onceonly; assert onceonly.__file__.startswith(sys.argv[2]), onceonly.__file__; import published.calls as c; c.main()"
    command = [sys.executable, "-W", "ignore", "-c", code, whose, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def both() -> Dict[str, Dict[str, str]]:
    """The keys of both clients."""
    return {"published": keys("published", installed()), "ours": keys("ours", PROJECT / "src")}


def test_every_call_has_the_published_key(both: Dict[str, Dict[str, str]]) -> None:
    assert len(both["ours"]) == len(ARGUMENTS) * len(OPTIONS) + len(TOOL_INPUTS) + 1
    assert {name: key for name, key in both["ours"].items() if both["published"][name] != key} == {}
    assert set(both["published"]) == set(both["ours"])


def test_keys_tell_apart_what_the_published_client_tells_apart(both: Dict[str, Dict[str, str]]) -> None:
    made = both["ours"]
    assert made["0: order of names"] == made["0: the other order of names"]
    assert made["0: position"] != made["0: position and name"]
    assert made["0: numbers"] != made["1: numbers"] != made["3: numbers"]


class Nothing:
    """An object whose text is its address."""


@pytest.mark.parametrize(
    "value",
    [Nothing(), {1, 2}, frozenset(), [{"a": {1}}], len, lambda: 1, Nothing, [Nothing()], {"a": Nothing()}, {(Nothing(),): 1}],
)
def test_what_the_published_client_writes_by_an_address_or_without_an_order_is_refused(value: Any) -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    with onceonly.OnceOnly("once_live_x", "http://h", transport=nobody, key_format="published") as client:

        @onceonly.idempotent(client)
        def function(given: Any) -> None: ...

        with pytest.raises(TypeError, match="given must have a text|args\\[0\\] must have a text"):
            function(value)
        with pytest.raises(TypeError, match="given must"):
            function(given=value)


def test_no_key_and_no_name_are_refused_in_the_published_format_too() -> None:
    with onceonly.OnceOnly("once_live_x", "http://h", key_format="published") as client:
        with pytest.raises(ValueError, match="key_id"):
            onceonly.idempotent(client)(lambda: 1)
        nameless: Any = onceonly.idempotent(client, key_func=lambda: None)(test_every_call_has_the_published_key)
        with pytest.raises(TypeError, match="key_func must give"):
            nameless()


def test_format_is_the_clients_unless_a_decorator_says_otherwise() -> None:
    sent = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content)["key"])
        return httpx.Response(200, json={"status": "locked"})

    def function(a: float = 1) -> None: ...

    with onceonly.OnceOnly("once_live_x", "http://h", transport=answer, key_format="published") as client:
        onceonly.idempotent(client)(function)(1.0)
        onceonly.idempotent(client, key_format="default")(function)(1.0)
    with onceonly.OnceOnly("once_live_x", "http://h", transport=answer) as client:
        onceonly.idempotent(client, key_format="published")(function)(1.0)
        onceonly.idempotent(client)(function)(1.0)
        with pytest.raises(ValueError, match="key_format"):
            onceonly.idempotent(client, key_format="other")
        with pytest.raises(ValueError, match="key_format"):
            make_idempotent_tool(None, client=client, key_format="other")  # pyright: ignore[reportArgumentType]
    assert sent[0] == sent[2] != sent[1] == sent[3]
