"""The tables of spec/sdk.md against the code: names, arguments, defaults, asynchronous twins, result fields, errors."""

from __future__ import annotations

import dataclasses
import inspect
import re
from typing import Any, Dict, List, Tuple

import pytest
from conformance.harness import ROOT

import onceonly

SPEC = (ROOT / "spec" / "sdk.md").read_text("utf-8")
CLIENT = onceonly.OnceOnly("once_live_table", "http://127.0.0.1:9")


def rows(heading: str) -> List[List[str]]:
    """The rows of the first table below a heading."""
    section = SPEC.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


VERBS = {row[0]: row for row in rows("Verbs")}


def arguments(verb: str) -> List[Tuple[str, bool, Any]]:
    """Name, whether it may be left out, default."""
    text = VERBS[verb][1]
    if text.startswith("as "):
        return arguments(text[3:])
    found: List[Tuple[str, bool, Any]] = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        if word in ("extra fields", "function"):
            continue
        name, _, default = word.partition("=")
        found.append((name.rstrip("?"), bool(default) or name.endswith("?"), literal(default) if default else None))
    return found


def literal(text: str) -> Any:
    """A default as the table writes it."""
    if text in ("true", "false"):
        return text == "true"
    return float(text) if re.fullmatch(r"[\d.]+", text) else text


def method(verb: str, suffix: str = "") -> Any:
    """The method of a verb."""
    owner: Any = CLIENT
    *path, name = VERBS[verb][3].strip("`").split(".")
    for part in path:
        owner = getattr(owner, part)
    return getattr(owner, name + suffix)


PLAIN = [verb for verb in VERBS if verb not in ("idempotent", "idempotent_ai", "verify_dispatch", "close")]


#: What only the published Python client has beside the table, and so this one too.
PUBLISHED = {"ai.wait": {"ttl"}}


@pytest.mark.parametrize("suffix", ["", "_async"])
@pytest.mark.parametrize("verb", PLAIN)
def test_verb_has_its_arguments_and_defaults(verb: str, suffix: str) -> None:
    function = method(verb, suffix)
    assert inspect.iscoroutinefunction(function) == bool(suffix)
    parameters = dict(inspect.signature(function).parameters)
    assert function.__doc__
    extra = [name for name, one in parameters.items() if one.kind is one.VAR_KEYWORD]
    assert bool(extra) == ("extra fields" in VERBS[verb][1])
    expected = arguments(verb)
    assert set(parameters) - set(extra) - PUBLISHED.get(verb, set()) == {name for name, _, _ in expected}
    for name, optional, default in expected:
        assert optional == (parameters[name].default is not inspect.Parameter.empty), name
        if optional:
            assert parameters[name].default == default, name


def test_required_arguments_stand_in_the_order_of_the_table() -> None:
    for verb in PLAIN:
        required = [name for name, optional, _ in arguments(verb) if not optional]
        assert list(inspect.signature(method(verb)).parameters)[: len(required)] == required, verb


def test_decorators_have_their_options() -> None:
    parameters = inspect.signature(onceonly.idempotent).parameters
    for name, _, default in arguments("idempotent"):
        assert parameters[name].default == default, name
    ai = inspect.signature(onceonly.idempotent_ai).parameters
    assert {"key", "key_fn", "metadata", "metadata_fn"} <= set(ai)
    for name, optional, default in arguments("ai.run_fn"):
        if optional:
            assert ai[name].default == default, name


def test_dispatches_are_verified_by_a_function_of_the_package() -> None:
    parameters = inspect.signature(onceonly.verify_dispatch).parameters
    assert list(parameters) == [name for name, _, _ in arguments("verify_dispatch")]
    for name, optional, default in arguments("verify_dispatch"):
        assert optional == (parameters[name].default is not inspect.Parameter.empty), name
        if optional:
            assert parameters[name].default == default, name


#: How the table writes the defaults that are no numbers of seconds.
DEFAULTS: Dict[str, Any] = {"none": None, "true": True, "0": 0, "100": 100}


@pytest.mark.parametrize("row", [row for row in rows("Client") if row[0] != "logger"], ids=lambda row: row[0])
def test_client_takes_the_option(row: List[str]) -> None:
    parameters = inspect.signature(onceonly.OnceOnly).parameters
    names = re.findall(r"`(\w+)`", row[3])
    assert names
    for name in names:
        default = parameters[name].default
        if row[0] in (
            "api_key",
            "base_url",
            "transport",
            "user_agent",
        ):  # None stands for the environment, or the language's own.
            assert default is None
        elif row[0] == "key_format":
            assert default == row[1].strip("`")
        else:
            assert default == (DEFAULTS[row[1]] if row[1] in DEFAULTS else float(row[1].split()[0]))


@pytest.mark.parametrize("row", rows("Outcomes"), ids=lambda row: row[0])
def test_outcome_has_its_fields(row: List[str]) -> None:
    kind = getattr(onceonly, row[0])
    assert kind.__dataclass_params__.frozen
    names = {field.name for field in dataclasses.fields(kind)} | {"enabled"}
    text = re.sub(r" \([^)]+\)", "", row[1])
    for word in re.split(r"[,;]\s*", text):
        name = word.strip()
        if name.endswith("()"):
            assert callable(getattr(kind, name[:-2]))
        else:
            assert name.split()[0] in names


def test_errors_form_the_tree() -> None:
    block = SPEC.split("\n## Errors\n", 1)[1].split("```")[1]
    above: List[str] = []
    for line in filter(str.strip, block.splitlines()):
        name = re.search(r"[A-Z]\w+", line)
        assert name
        depth = name.start() // 3
        above[depth:] = [name.group(0)]
        kind = getattr(onceonly, name.group(0))
        if depth:
            above_it: Any = getattr(onceonly, above[depth - 1])
            # An argument that the server refuses is one that is refused here, too.
            assert kind.__bases__ == ((above_it, ValueError) if kind is onceonly.ValidationError else (above_it,))
    for field in ("status_code", "code", "detail", "request_id", "retry_after_sec", "message"):
        assert hasattr(onceonly.OnceOnlyError("no"), field)


def test_package_exports_what_it_promises() -> None:
    for name in onceonly.__all__:
        assert getattr(onceonly, name) is not None
    assert onceonly.create_client("once_live_x", "http://h").ai_run is not None
