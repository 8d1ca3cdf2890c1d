"""The types that users' checkers see: mypy and pyright, both strict, over the same sample."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest

TYPED = Path(__file__).resolve().parent / "typed"


def normal(revealed: str) -> List[str]:
    """A type's members in the checkers' common words, sorted."""
    text = re.sub(r"Union\[(.*)\]", lambda found: found.group(1).replace(", ", " | "), revealed)
    text = re.sub(r"Optional\[(.*)\]", r"\1 | None", text)
    return sorted(part.rpartition(".")[2].rstrip("?*") for part in text.split(" | "))


def expected(path: Path) -> Dict[int, List[str]]:
    """The types that the sample names, by line."""
    lines = path.read_text("utf-8").splitlines()
    return {number: normal(line.partition("# -> ")[2]) for number, line in enumerate(lines, 1) if "# -> " in line}


def wrong_lines() -> List[int]:
    """The lines that must be refused."""
    lines = (TYPED / "wrong.py.txt").read_text("utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if line.endswith("# error")]


def sample(name: str, folder: Path) -> Path:
    """A sample as a module of its own, in a folder where no settings stand around."""
    copy = folder / name
    copy.write_text("# pyright: strict\n" + (TYPED / f"{name}.txt").read_text("utf-8").partition("\n")[2], "utf-8")
    return copy


def mypy(path: Path) -> List[Any]:
    """Line, severity and words of what mypy says."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--output", "json", path.name]
    done = subprocess.run(command, capture_output=True, text=True, cwd=path.parent, timeout=600)
    assert done.returncode in (0, 1), done.stderr + done.stdout
    said = [json.loads(line) for line in done.stdout.splitlines()]
    return [(one["line"], one["severity"], one["message"]) for one in said]


def pyright(path: Path) -> List[Any]:
    """Line, severity and words of what pyright says."""
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", path.name]
    done = subprocess.run(command, capture_output=True, text=True, cwd=path.parent, timeout=600)
    said = json.loads(done.stdout)["generalDiagnostics"]
    return [(one["range"]["start"]["line"] + 1, one["severity"], one["message"]) for one in said]


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_strict_checkers_see_what_a_duplicate_answers_with(checker: Any, tmp_path: Path) -> None:
    revealed: Dict[int, List[str]] = {}
    for line, severity, words in checker(sample("sample.py", tmp_path)):
        assert severity != "error", (line, words)
        found = re.search(r'(?:Revealed type is|Type of .* is) "(.*)"', words, re.DOTALL)
        if found:
            revealed[line] = normal(found.group(1))
    assert revealed == expected(TYPED / "sample.py.txt")


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_strict_checkers_refuse_what_is_wrong(checker: Any, tmp_path: Path) -> None:
    refused = {line for line, severity, _ in checker(sample("wrong.py", tmp_path)) if severity == "error"}
    assert refused == set(wrong_lines())
