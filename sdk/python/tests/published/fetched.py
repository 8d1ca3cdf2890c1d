"""Fetches the published client from the index, once for all tests: as it is installed, and its own tests."""

from __future__ import annotations

import functools
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "3.0.5"


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="onceonly-published-")  # Removed when the interpreter ends.


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"could not fetch onceonly-sdk {VERSION}: is the index reachable? {done.stderr[-500:]}"


@functools.cache
def installed() -> Path:
    """A folder that has the published package, to be put on a Python's path."""
    folder = Path(_folder().name) / "installed"
    _pip("install", "--no-deps", "--target", str(folder), f"onceonly-sdk=={VERSION}")
    return folder


@functools.cache
def own_tests() -> Path:
    """The folder of the published package's own tests, out of its sdist."""
    folder = Path(_folder().name) / "sdist"
    _pip("download", "--no-deps", "--no-binary", ":all:", "-d", str(folder), f"onceonly-sdk=={VERSION}")
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        members = [one for one in archive.getmembers() if one.isfile() and "/tests/" in one.name]
        for member in members:
            held = archive.extractfile(member)
            assert held is not None
            target = folder / "tests" / Path(member.name).name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(held.read())
    return folder / "tests"
