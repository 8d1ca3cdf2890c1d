"""The operator's guide, followed line by line: its commands are run, its settings and tests looked up, its links followed.

Run by `docs/run-tests`. In `docs/operations.md` and `deploy/README.md`

- a block marked `sh` is run, in order, in one folder, every line as it stands (port 8080 becomes a free one);
  `# exit N` at a line's end says that it ends with that status; a block that begins with `./onceonly serve` runs in the
  background until the next such block; `export` lines hold for all that follow;
- a block marked `sh stopped` is run after the server has been told to stop;
- a block marked `sh systemd` needs a whole machine: the files that it names must be in this repository;
- a command inside a sentence must be one that `--help` knows, with the options that it gives;
- each row of the settings' table must say what `onceonly config show` says;
- each row of "What a fault does" must name a test that exists.
"""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs/operations.md"
LAUNCHER = ROOT / "onceonly"
DEADLINE_SECONDS = 90
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
PLANS = ("free", "starter", "pro", "agency", "unlimited")


def clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("ONCEONLY_")}


def run(*words, **options):
    return subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, env=clean_environment(), timeout=DEADLINE_SECONDS, **options
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fences(text):
    """(info, body) of every fenced block."""
    return [(info.strip(), body) for info, body in re.findall(r"(?ms)^```([^\n]*)\n(.*?)^```$", text)]


def prose(text):
    return re.sub(r"(?ms)^```.*?^```$", "", text)


def rows(text, heading):
    """The cells of the first table below a heading."""
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table[2:]]


class Commands(unittest.TestCase):
    """Blocks of commands, run as they stand."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="onceonly-guide"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "onceonly").symlink_to(LAUNCHER)
        self.port = str(free_port())
        self.server = None
        self.exports = ""
        self.addCleanup(self.stop_server)

    def stop_server(self):
        if self.server is not None:
            self.server.terminate()
            self.assertEqual(0, self.server.wait(DEADLINE_SECONDS), (self.folder / "serve.log").read_text())
            self.server = None

    def start_server(self, block):
        self.stop_server()
        log = self.folder / "serve.log"
        with log.open("w") as out:
            self.server = subprocess.Popen(
                ["bash", "-c", f"{self.exports}exec {block.strip()}"], cwd=self.folder, env=clean_environment(), stdout=out, stderr=out
            )
        deadline = time.monotonic() + DEADLINE_SECONDS
        while "is ready on" not in log.read_text():
            self.assertIsNone(self.server.poll(), log.read_text())
            self.assertLess(time.monotonic(), deadline, log.read_text())
            time.sleep(0.05)

    def test_every_block_of_commands_does_what_it_says(self):
        blocks = [(info, body) for info, body in fences(GUIDE.read_text()) if info in ("sh", "sh stopped")]
        self.assertGreater(len(blocks), 10)
        for info, block in blocks:
            block = block.replace("8080", self.port)
            if block.startswith("./onceonly serve"):
                self.start_server(block)
                continue
            if info == "sh stopped":
                self.stop_server()
            # Lines that a backslash joins are one command.
            for line in re.sub(r"\\\n\s*", "", block).splitlines():
                command, _, status = line.partition("# exit ")
                if not command.strip() or command.strip().startswith("#"):
                    continue
                if command.startswith("export "):
                    self.exports += command + "\n"
                    continue
                with self.subTest(command.strip()):
                    done = subprocess.run(
                        ["bash", "-eu", "-o", "pipefail", "-c", self.exports + command],
                        cwd=self.folder,
                        env=clean_environment(),
                        capture_output=True,
                        text=True,
                        timeout=DEADLINE_SECONDS,
                    )
                    self.assertEqual(int(status or 0), done.returncode, done.stdout + done.stderr)
                    self.assertNotIn("Exception", done.stdout + done.stderr)

    def test_no_command_hides_in_a_block_that_is_not_run(self):
        for info, body in fences(GUIDE.read_text()):
            if info not in ("sh", "sh stopped", "sh systemd"):
                self.assertNotIn("./onceonly", body, f"block marked '{info}'")

    def test_what_a_machine_with_systemd_is_told_to_install_is_here(self):
        for guide in (GUIDE, ROOT / "deploy/README.md"):
            for info, body in fences(guide.read_text()):
                if info == "sh systemd":
                    for named in re.findall(r"/opt/onceonly/([\w./*-]+)", body):
                        self.assertTrue(list(ROOT.glob(named)), f"{guide.name} names {named}")

    def test_every_command_in_a_sentence_is_one_that_the_program_knows(self):
        helps = {}
        found = 0
        for guide in (GUIDE, ROOT / "deploy/README.md"):
            for span in re.findall(r"`([^`]+)`", prose(guide.read_text())):
                words = re.sub(r"^(sudo -u \S+ )?(\./)?onceonly\s", "", span).split() if "onceonly " in span else []
                if not words or words[0].startswith("-"):
                    continue
                names = [word for word in words if re.fullmatch(r"[a-z|-]+", word) and not word.startswith("-")]
                for path in self.alternatives(names[:2]):
                    if path not in helps:
                        helps[path] = self.help_of(path)
                    known = helps[path]
                    for option in re.findall(r"--[a-z-]+", span):
                        self.assertTrue(option in known, f"`{span}` in {guide.name}: no option {option}")
                    found += 1
        self.assertGreater(found, 10)

    def alternatives(self, names):
        """`keys create|list` is two commands; a second word may be an argument's value."""
        if not names:
            return []
        first = names[0].split("|")
        if len(first) > 1 or len(names) == 1:
            return [(name,) for name in first]
        return [(names[0], second) for second in names[1].split("|")]

    def help_of(self, path):
        launchers_own = run(LAUNCHER, "help").stdout
        if re.search(rf"(?m)^  {path[0]}\b", launchers_own):
            return launchers_own
        asked = run(LAUNCHER, *path, "--help")
        if asked.returncode != 0 and len(path) > 1:
            asked = run(LAUNCHER, path[0], "--help")
        self.assertEqual(0, asked.returncode, f"{' '.join(path)}: {asked.stderr}")
        return asked.stdout + asked.stderr


class Settings(unittest.TestCase):
    """The table of settings, held against the program's own."""

    @classmethod
    def setUpClass(cls):
        shown = run(LAUNCHER, "config", "show", "--json")
        assert shown.returncode == 0, shown.stderr
        cls.defaults = {setting["name"]: setting["default"] for setting in json.loads(shown.stdout)}
        cls.table = {}
        for names, default, *_ in rows(GUIDE.read_text(), "Settings"):
            names = re.findall(r"`([^`]+)`", names)
            for at, name in enumerate(names):
                cls.table[name] = (at, len(names), default)

    def expanded(self):
        for name, row in self.table.items():
            if "NAME" in name:
                for plan in PLANS:
                    yield name.replace("NAME", plan), row
            else:
                yield name, row

    def test_the_table_has_every_setting_and_no_other(self):
        self.assertEqual(sorted(self.defaults), sorted(name for name, _ in self.expanded()))

    def test_the_table_has_the_defaults_of_the_program(self):
        for name, (at, count, cell) in self.expanded():
            if cell in ("as published",) or "plan_" in name:
                continue
            with self.subTest(name):
                parts = [part.strip() for part in cell.split(", ")]
                part = parts[at] if len(parts) >= count > 1 else parts[0]
                self.assertEqual(self.read(part), self.told(self.defaults[name]))

    @staticmethod
    def read(part):
        size = re.match(r"([\d,]+) (KiB|MiB|GiB)$", part)
        if size:
            return str(int(size[1].replace(",", "")) * UNITS[size[2]])
        return "" if part == "none" else part.replace("`", "")

    @staticmethod
    def told(value):
        return "" if value is None else str(value)


class Faults(unittest.TestCase):
    """Every sentence about a fault is held by a test."""

    def test_every_fault_names_a_test_that_exists(self):
        sources = {path.stem: path.read_text() for path in ROOT.glob("*/src/test/java/**/*.java")}
        faults = rows(GUIDE.read_text(), "What a fault does")
        self.assertGreater(len(faults), 8)
        for row in faults:
            fault, *_, tests = row
            named = re.findall(r"`(\w+)(?:\.(\w+))?`", tests)
            self.assertTrue(named, f"'{fault}' names no test")
            for test, method in named:
                self.assertTrue(test in sources, f"'{fault}' names {test}, which is not there")
                if method:
                    self.assertTrue(f"void {method}(" in sources[test], f"'{fault}': {test} has no {method}")


class Links(unittest.TestCase):
    """Links inside the repository lead somewhere."""

    def test_every_link_of_every_page_leads_to_a_file_and_a_heading(self):
        listed = run("git", "-C", ROOT, "ls-files", "*.md")
        for page in (ROOT / name for name in listed.stdout.splitlines()):
            for target in re.findall(r"\]\(([^)\s]+)\)", prose(page.read_text())):
                if re.match(r"[a-z]+:", target):
                    continue
                file, _, anchor = target.partition("#")
                aim = (page.parent / file).resolve() if file else page
                self.assertTrue(aim.exists(), f"{page.relative_to(ROOT)} links to {target}")
                if anchor and aim.suffix == ".md":
                    self.assertIn(anchor, self.anchors(aim), f"{page.relative_to(ROOT)} links to {target}")

    @staticmethod
    def anchors(page):
        headings = re.findall(r"(?m)^#+ (.+)$", prose(page.read_text()))
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


if __name__ == "__main__":
    unittest.main()
