"""The wheel and the sdist: built, each installed into an empty environment, and used against a real server."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Dict, Tuple

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SMOKE = """
import asyncio, os, sys
import onceonly
url, key = sys.argv[1:]
assert onceonly.__version__ and os.path.exists(os.path.join(os.path.dirname(onceonly.__file__), "py.typed"))
async def main():
    async with onceonly.OnceOnly(key, url, fail_open=False, timeout=60) as client:
        name = "installed-" + os.urandom(8).hex()
        locks = [client.check_lock(name).locked, (await client.check_lock_async(name)).locked]
        print(locks, client.ai.run_fn(name, lambda: [1]).result)
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, Path]:
    """The wheel and the sdist by their kinds. The build runs in this environment, so that it needs no network."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=PROJECT, check=True, capture_output=True
    )
    return {"wheel": next(folder.glob("*.whl")), "sdist": next(folder.glob("*.tar.gz"))}


def test_distributions_hold_the_package_and_nothing_strange(built: Dict[str, Path]) -> None:
    sources = {
        str(path.relative_to(PROJECT / "src")) for path in (PROJECT / "src").rglob("*") if path.suffix in (".py", ".typed")
    }
    with zipfile.ZipFile(built["wheel"]) as archive:
        wheel = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert wheel == sources and "onceonly/py.typed" in wheel
    with tarfile.open(built["sdist"]) as archive:
        names = archive.getnames()
    assert sources <= {name.partition("/src/")[2] for name in names}
    assert not [name for name in names if ".venv" in name or "__pycache__" in name]


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_distribution_installs_into_an_empty_environment_and_works(
    kind: str, built: Dict[str, Path], tmp_path: Path, live: Tuple[str, str]
) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "env")], check=True)
    python = str(tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", str(built[kind])], check=True)
    done = subprocess.run([python, "-W", "error", "-c", SMOKE, *live], cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[True, False] {'data': [1]}", "")
