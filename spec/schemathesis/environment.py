"""The virtual environment that schemathesis runs in, made when it is missing or when `requirements.txt` has changed."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "target" / "schemathesis"
PYTHON_MIN = (3, 11)
MINOR_MAX = 15


def schemathesis():
    """The path of schemathesis' program. RuntimeError where it can't be had."""
    python = _python()
    requirements = HERE / "requirements.txt"
    wanted = hashlib.sha256(python.encode("utf-8") + requirements.read_bytes()).hexdigest()
    stamp = FOLDER / "stamp"
    program = FOLDER / "bin" / "schemathesis"
    if not program.exists() or not stamp.exists() or stamp.read_text("ascii") != wanted:
        shutil.rmtree(FOLDER, ignore_errors=True)
        _must([python, "-m", "venv", str(FOLDER)], "could not make a virtual environment: apt install python3-venv")
        pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
        _must([*pip, "-r", str(requirements)], "could not install schemathesis: is PyPI reachable?")
        stamp.write_text(wanted, "ascii")
    return program


def _python():
    """This interpreter where it is new enough, else one on PATH. A name there may lead nowhere, so it is run."""
    if sys.version_info >= PYTHON_MIN:
        return sys.executable
    asked = "import sys, venv, ensurepip; sys.exit(sys.version_info < %r)" % (PYTHON_MIN,)
    for minor in range(PYTHON_MIN[1], MINOR_MAX + 1):
        found = shutil.which("python3.%d" % minor)
        if found and subprocess.run([found, "-c", asked], stderr=subprocess.DEVNULL).returncode == 0:
            return found
    raise RuntimeError("schemathesis needs Python %d.%d or newer, with venv" % PYTHON_MIN)


def _must(command, reason):
    if subprocess.run(command, stdin=subprocess.DEVNULL).returncode != 0:
        raise RuntimeError(reason)
