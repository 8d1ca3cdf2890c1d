"""The three programs that play snippets, one for each language, and what each needs."""

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from stage import ROOT

HERE = Path(__file__).resolve().parent
START_SECONDS_MAX = 120  # players compile before they play, on a machine that may do other things


class Python:
    name, language = "python", "python"

    def __init__(self):
        self.sdk = ROOT / "sdk" / "python"
        self.python = self.sdk / ".venv" / "bin" / "python"

    def missing(self):
        if not self.sdk.is_dir():
            return "there is no sdk/python"
        if not self.python.exists():
            return "sdk/python/.venv has not been made; sdk/python/run-tests makes it"
        return None

    def command(self, job):
        return [str(self.python), str(HERE / "play_python.py"), str(job)]

    def environment(self):
        source = self.sdk / "src"
        return {"PYTHONPATH": str(source if source.is_dir() else self.sdk), "PYTHONDONTWRITEBYTECODE": "1"}


class TypeScript:
    name, language = "typescript", "ts"

    def __init__(self):
        self.sdk = ROOT / "sdk" / "typescript"

    def missing(self):
        if not self.sdk.is_dir():
            return "there is no sdk/typescript"
        if not shutil.which("node"):
            return "needs node, 20 or newer"
        if not (self.sdk / "node_modules" / "typescript").is_dir():
            return "sdk/typescript/node_modules is not there; sdk/typescript/run-tests --only-build makes it"
        if not (self.sdk / "dist").is_dir():
            return "sdk/typescript has not been built; sdk/typescript/run-tests --only-build does it"
        return None

    def command(self, job):
        return ["node", str(HERE / "play_typescript.mjs"), str(job)]

    def environment(self):
        return {"SDK": str(self.sdk)}


class Java:
    name, language = "java", "java"

    def __init__(self):
        self._java = self._path = ""

    def missing(self):
        if not (ROOT / "sdk" / "java").is_dir():
            return "there is no sdk/java"
        home = answer(ROOT / "onceonly", "java-home")
        if not home:
            return "needs the JDK that ./onceonly java-home looks for"
        self._java = str(Path(home) / "bin" / "java")
        self._path = answer(ROOT / "examples" / "sdk-java" / "class-path")
        if self._path:
            self._path += os.pathsep + str(ROOT / "sdk" / "java-testing" / "target" / "classes")
        return None if self._path else "sdk/java has not been built; sdk/run-java-tests does it"

    def command(self, job):
        return [self._java, "-cp", self._path, str(HERE / "java" / "PlayJava.java"), str(job)]

    def environment(self):
        return {}


def answer(*command):
    """What a program prints, or nothing when it fails."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode().strip() if done.returncode == 0 else ""


PLAYERS = [Python(), TypeScript(), Java()]


def play(player, job_file, job, seconds_max):
    """Yields what the player says of the blocks; the last item is None, or the reason why it ended too early. A block
    may take `seconds_max`."""
    job_file.write_text(json.dumps(job), "utf-8")
    process = subprocess.Popen(
        player.command(job_file),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env={**environment(job), **player.environment()},
        cwd=str(job_file.parent),
    )
    lines = queue.Queue()
    errors = []
    readers = [
        threading.Thread(target=lambda: [*map(lines.put, process.stdout), lines.put(None)], daemon=True),
        threading.Thread(target=lambda: errors.append(process.stderr.read()), daemon=True),
    ]
    for reader in readers:
        reader.start()
    try:
        patience = START_SECONDS_MAX
        while True:
            line = lines.get(timeout=patience)
            if line is None:
                break
            patience = seconds_max
            yield json.loads(line)
        code = process.wait(seconds_max)
        readers[1].join(seconds_max)
        words = b"".join(errors).decode("utf-8", "replace")
        yield None if code == 0 else f"the player ended with {code}:\n{words}"
    except (queue.Empty, subprocess.TimeoutExpired):
        yield f"took longer than {patience} s"
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def environment(job):
    """What all players have; snippets read some of it. The key is replaced where a client is constructed."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ONCEONLY_")}
    direct = "127.0.0.1,localhost"
    read = {"ONCEONLY_URL": job["url"], "ONCEONLY_API_KEY": "once_live_xxx"}
    tool = {"TOOL_URL": job["tools"] + "/send_email", "TOOL_SECRET": "secret-of-the-snippets"}
    return {**kept, **read, **tool, "no_proxy": direct, "NO_PROXY": direct, "PYTHONIOENCODING": "utf-8"}
