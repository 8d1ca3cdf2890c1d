"""The wheel and the sdist: built, each installed into an empty environment, and used against a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Dict, Tuple

import pytest
from conformance.harness import ROOT

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
    """The wheel and the sdist by their kinds, built from what a fresh clone has. The build runs in this environment, so that it needs no
    network."""
    clone, folder = tmp_path_factory.mktemp("clone"), tmp_path_factory.mktemp("dist")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    for name in subprocess.run(listed, cwd=PROJECT, check=True, capture_output=True, text=True).stdout.split("\0"):
        if name and (PROJECT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, clone / name)
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    subprocess.run(build, cwd=clone, check=True, capture_output=True)
    return {"wheel": next(folder.glob("*.whl")), "sdist": next(folder.glob("*.tar.gz"))}


def test_distributions_hold_the_package_and_nothing_strange(built: Dict[str, Path]) -> None:
    sources = {
        str(path.relative_to(PROJECT / "src")) for path in (PROJECT / "src").rglob("*") if path.suffix in (".py", ".typed")
    }
    with zipfile.ZipFile(built["wheel"]) as archive:
        wheel = {name for name in archive.namelist() if ".dist-info/" not in name}
        (license_name,) = [name for name in archive.namelist() if name.endswith(".dist-info/licenses/LICENSE")]
        assert archive.read(license_name) == (ROOT / "LICENSE").read_bytes()
        (entry_points,) = [name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt")]
        assert archive.read(entry_points).decode().split() == ["[pytest11]", "onceonly", "=", "onceonly_pytest"]
    assert wheel == sources and {"onceonly/py.typed", "onceonly_pytest/py.typed"} <= wheel
    with tarfile.open(built["sdist"]) as archive:
        names = archive.getnames()
    licenses = [name for name in names if name.endswith("/LICENSE")]
    assert len(licenses) == 1
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


def test_users_tests_find_the_fixture_where_the_package_is_installed(built: Dict[str, Path], tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "env")], check=True)
    python = str(tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python")
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", f"{built['wheel']}[testing]"]
    subprocess.run(install, check=True)
    (tmp_path / "test_theirs.py").write_text(
        "def test_once(fake_onceonly):\n"
        "    client = fake_onceonly.client()\n"
        "    assert [client.check_lock('k').locked for _ in range(2)] == [True, False]\n"
    )
    done = subprocess.run([python, "-m", "pytest", "-q", "-W", "error"], cwd=tmp_path, capture_output=True, text=True)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
