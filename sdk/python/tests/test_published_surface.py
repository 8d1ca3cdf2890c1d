"""What the published client shows, this one shows too: modules, names, parameters, defaults. What differs on purpose has its reason here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest
from published.fetched import installed

HERE = Path(__file__).parent

RAW = "Ours is always a dict, so that nobody has to ask whether it is there."
NULL = "What the server did not send is None, and no made-up 0 or empty text."
PARTS = "Only the client makes this part of itself, of what it runs on."
PROPERTY = "It is a property that holds the method of ai, with that one's whole signature."
SAME_URL = "None is that address, unless ONCEONLY_BASE_URL names another."
PARTS_OPTIONS = ("sync_client", "async_client_getter", "max_retries_429", "retry_backoff", "retry_max_backoff")

#: Differences, and the reason for each.
ON_PURPOSE: Dict[str, str] = {
    **{
        f"{name}: raw is None by default, not <factory>": RAW
        for name in ("AgentLogItem", "AgentMetrics", "AgentStatus", "Policy")
    },
    "AgentLogItem: reason is '' by default, not None": NULL,
    "AgentLogItem: spend_usd is 0.0 by default, not None": NULL,
    **{f"{name}: version is 0 by default, not None": NULL for name in ("AiRun", "AiStatus")},
    **{f"{name}: needs no engine": PARTS for name in ("AiClient", "GovernanceClient")},
    **{f"{name}: takes by position sync_client, async_client_getter": PARTS for name in ("AiClient", "GovernanceClient")},
    **{f"{name}: takes {one}": PARTS for name in ("AiClient", "GovernanceClient") for one in PARTS_OPTIONS},
    **{
        f"GovernanceClient.{verb}_agent{twin}: reason is '' by default, not None": "An empty reason is none: both send nothing."
        for verb in ("enable", "disable")
        for twin in ("", "_async")
    },
    **{f"OnceOnly.ai_run{verb}{twin}: no such member": PROPERTY for verb in ("", "_and_wait") for twin in ("", "_async")},
    **{
        f"{name}: base_url is 'https://api.onceonly.tech/v1' by default, not None": SAME_URL
        for name in ("OnceOnly", "create_client")
    },
    "idempotent: on_duplicate is None by default, not 'tell'": "Both are taken, and mean the same.",
}


def surface(path: Path) -> Dict[str, Dict[str, Dict[str, Any]]]:
    """What the package on this path shows, looked at in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(path)}
    command = [sys.executable, "-W", "ignore", str(HERE / "published" / "surface.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def differences(theirs: Dict[str, Any], ours: Dict[str, Any]) -> Iterator[str]:
    """Each thing that code written for theirs would miss here."""
    for module, names in theirs.items():
        if module not in ours:
            yield f"{module}: no such module"
            continue
        for name, members in names.items():
            if name not in ours[module]:
                yield f"{module}.{name}: no such name"
                continue
            for member, parameters in members.items():
                where = name + (f".{member}" if member else "")
                if member not in ours[module][name]:
                    yield f"{where}: no such member"
                else:
                    yield from (f"{where}: {one}" for one in missing(parameters, ours[module][name][member]))


def missing(theirs: List[Tuple[str, str, str]], ours: List[Tuple[str, str, str]]) -> Iterator[str]:
    """What a call that is written for their parameters would miss in ours."""
    found = {name: (kind, default) for name, kind, default in ours}
    rest = any(kind == "VAR_KEYWORD" for kind, _ in found.values())
    by_position = [name for name, kind, _ in theirs if kind == "POSITIONAL_OR_KEYWORD"]
    if by_position != [name for name, kind, _ in ours if kind == "POSITIONAL_OR_KEYWORD"][: len(by_position)]:
        yield f"takes by position {', '.join(by_position)}"
    for name, kind, default in theirs:
        if name not in found:
            if not rest or kind == "VAR_KEYWORD":
                yield f"takes {name}"
        elif default not in ("-", found[name][1]):
            yield f"{name} is {default} by default, not {found[name][1]}"
    for name, kind, default in ours:
        if default == "-" and kind not in ("VAR_POSITIONAL", "VAR_KEYWORD") and name not in [one[0] for one in theirs]:
            yield f"needs no {name}"


@pytest.fixture(scope="module")
def found() -> List[str]:
    """All differences."""
    # The same class is shown by several modules.
    return sorted(set(differences(surface(installed()), surface(HERE.parent / "src"))))


def test_nothing_is_missing_but_what_is_left_out_on_purpose(found: List[str]) -> None:
    assert [one for one in found if one not in ON_PURPOSE] == []


def test_every_difference_on_purpose_is_there_and_has_a_reason(found: List[str]) -> None:
    assert [one for one in ON_PURPOSE if one not in found] == []
    assert all(reason.endswith(".") for reason in ON_PURPOSE.values())
