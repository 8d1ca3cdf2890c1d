"""A real server on a folder of its own, for the tests that need one beside the harness."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from contextlib import contextmanager
from typing import Iterator, Tuple

from conformance.harness import ROOT

READY = re.compile(r"OnceOnly is ready on (\S+)")


@contextmanager
def running_server() -> Iterator[Tuple[str, str]]:
    """Its URL and an API key."""
    api_key = "once_live_" + os.urandom(16).hex()
    command = os.environ.get("ONCEONLY_COMMAND") or str(ROOT / "onceonly")
    # The server refuses settings that it does not know, and would take those of the tests for such.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ONCEONLY_")}
    environment["ONCEONLY_API_KEY"] = api_key
    if "ONCEONLY_JAVA_OPTS" in os.environ:
        environment["ONCEONLY_JAVA_OPTS"] = os.environ["ONCEONLY_JAVA_OPTS"]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [command, "serve", "--dev", "--port", "0", "--data", folder],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            said = []
            for line in process.stdout:
                said.append(line)
                found = READY.search(line)
                if found:
                    yield found.group(1), api_key
                    return
            raise AssertionError(f"the server did not start: {said}")
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()
