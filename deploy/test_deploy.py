"""What an operator installs, used as an operator does: the archive unpacked, its server run, its backups taken and proven.

Run by `deploy/run-tests`, which makes the archive. Maven is not on the PATH of anything that is started here.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tarfile
import tempfile
import time
import unittest
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
KEY = "once_live_deploy_test_0123456789"
DEADLINE_SECONDS = 60


def java_home():
    """The folder of the Java that the launcher in the sources takes."""
    return subprocess.run([HERE.parent / "onceonly", "java-home"], capture_output=True, text=True, check=True).stdout.strip()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class InstalledArchive(unittest.TestCase):
    """One archive, unpacked once; each test has a data folder of its own."""

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="onceonly-deploy"))
        cls.addClassCleanup(shutil.rmtree, cls.work)
        [archive] = pathlib.Path(os.environ["ONCEONLY_PACKAGES"]).glob("onceonly-*.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(cls.work / "opt", filter="data")
        [cls.home] = (cls.work / "opt").iterdir()
        # What a minimal machine has: the usual tools and a Java, no Maven.
        tools = cls.work / "bin"
        tools.mkdir()
        for name in "bash cat date dirname basename flock readlink mktemp mv rm sync sed env kill sort".split():
            (tools / name).symlink_to(shutil.which(name))
        cls.environment = {"PATH": str(tools), "JAVA_HOME": java_home(), "HOME": str(cls.work)}
        cls.program = cls.work / "bin" / "onceonly"
        cls.program.symlink_to(cls.home / "onceonly")

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=self.work))
        self.data = self.folder / "data"
        self.backups = self.folder / "backups"
        self.backups.mkdir()

    def run_program(self, *words, **environment):
        return subprocess.run(
            [self.program, *map(str, words)], env={**self.environment, **environment}, capture_output=True, text=True
        )

    def serve(self):
        """The server with the shipped settings file, its paths and its port changed. Ends with the test."""
        text = (self.home / "deploy/systemd/onceonly.conf").read_text()
        port = free_port()
        text = re.sub(r"(?m)^data = .*$", f"data = {self.data}", text)
        text = re.sub(r"(?m)^port = .*$", f"port = {port}", text)
        text = re.sub(r"(?m)^drain_delay_ms = .*$", "drain_delay_ms = 200", text)
        settings = self.folder / "onceonly.conf"
        settings.write_text(text)
        log = open(self.folder / "server.log", "w")
        self.addCleanup(log.close)
        server = subprocess.Popen(
            [self.program, "serve", "--config", settings],
            env={**self.environment, "ONCEONLY_API_KEY": KEY},
            stdout=log,
            stderr=log,
        )
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
                return server, port
            except OSError:
                self.assertIsNone(server.poll(), (self.folder / "server.log").read_text())
                self.assertLess(time.monotonic(), deadline, "the server did not become ready")
                time.sleep(0.05)

    def lock(self, port, key):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/check-lock",
            json.dumps({"key": key, "ttl": 3600}).encode(),
            {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["status"]

    def back_up(self, keep):
        return subprocess.run(
            [self.home / "deploy/backup", self.program, self.data],
            env={**self.environment, "BACKUP_TO": str(self.backups), "BACKUP_KEEP": str(keep)},
            capture_output=True,
            text=True,
        )

    def kept(self):
        return sorted(file.name for file in self.backups.iterdir() if file.name != ".lock")

    def test_the_archive_runs_where_there_is_no_maven(self):
        version = self.run_program("--version")
        self.assertEqual((0, ""), (version.returncode, version.stderr))
        self.assertRegex(version.stdout, r"^onceonly \d+\.\d+\.\d+")
        for command in ("build", "test", "bench", "package"):
            refused = self.run_program(command)
            self.assertEqual(2, refused.returncode)
            self.assertIn("needs the sources", refused.stderr)

    def test_a_lock_is_kept_over_a_stop_that_supervisors_call_clean(self):
        server, port = self.serve()
        self.assertEqual("locked", self.lock(port, "order-1"))
        server.send_signal(signal.SIGTERM)
        self.assertEqual(0, server.wait(DEADLINE_SECONDS), (self.folder / "server.log").read_text())
        _, port = self.serve()
        self.assertEqual("duplicate", self.lock(port, "order-1"))

    def test_backups_beside_a_running_server_are_proven_and_the_oldest_go(self):
        _, port = self.serve()
        self.lock(port, "order-1")
        for _ in range(3):
            made = self.back_up(keep=2)
            self.assertEqual(0, made.returncode, made.stdout + made.stderr)
        kept = self.kept()
        self.assertEqual(2, len(kept), kept)
        self.assertIn(kept[-1], made.stdout)
        self.assertEqual(0o600, (self.backups / kept[-1]).stat().st_mode & 0o777)
        restored = self.folder / "restored"
        self.assertEqual(0, self.run_program("restore", self.backups / kept[-1], "--data", restored).returncode)
        self.assertIn("1 locks", self.run_program("verify", "--data", restored).stdout)

    def test_a_backup_that_fails_drops_nothing_and_leaves_nothing(self):
        server, _ = self.serve()
        self.assertEqual(0, self.back_up(keep=1).returncode)
        before = self.kept()
        server.send_signal(signal.SIGTERM)
        server.wait(DEADLINE_SECONDS)
        database = self.data / "onceonly.db"
        database.write_bytes(database.read_bytes()[:5000])
        failed = self.back_up(keep=1)
        self.assertEqual(1, failed.returncode, failed.stdout)
        self.assertIn("backup: ", failed.stderr)
        self.assertNotIn("Exception", failed.stderr)
        self.assertEqual(before, self.kept())

    def test_the_backup_that_was_just_proven_is_never_the_one_that_goes(self):
        self.serve()
        self.assertEqual(0, self.back_up(keep=1).returncode)
        [proven] = self.kept()
        # A clock that was ahead once has left this.
        ahead = "onceonly-20990101T000000.000000000Z.db"
        (self.backups / ahead).write_bytes(b"later")
        refused = self.back_up(keep=1)
        self.assertEqual(1, refused.returncode, refused.stdout)
        self.assertIn(ahead, refused.stderr)
        self.assertEqual(sorted([proven, ahead]), self.kept())

    def test_a_number_with_a_leading_zero_is_a_decimal(self):
        self.serve()
        for number in range(9):
            (self.backups / f"onceonly-2020010{number + 1}T000000.000000000Z.db").write_bytes(b"old")
        made = self.back_up(keep="08")
        self.assertEqual(0, made.returncode, made.stderr)
        self.assertEqual(8, len(self.kept()))

    def test_what_a_killed_backup_has_left_goes_with_the_next(self):
        self.serve()
        (self.backups / ".proof.abcdef").mkdir()
        (self.backups / "onceonly-20200101T000000.000000000Z.db.unproven").write_bytes(b"half")
        self.assertEqual(0, self.back_up(keep=3).returncode)
        self.assertEqual(1, len(self.kept()), self.kept())

    def test_no_unit_is_skipped_in_silence(self):
        for unit in (self.home / "deploy/systemd").iterdir():
            self.assertNotRegex(unit.read_text(), r"(?m)^(Condition|Assert)", unit.name)

    def test_a_timer_in_the_wrong_folder_is_no_success(self):
        failed = self.back_up(keep=1)
        self.assertEqual(1, failed.returncode, failed.stdout)
        self.assertFalse(self.data.exists())
        self.assertEqual([], self.kept())

    def test_mistakes_in_the_backup_s_settings_are_named(self):
        for environment, words in (
            ({"BACKUP_TO": ""}, "BACKUP_TO"),
            ({"BACKUP_TO": str(self.folder / "not-mounted")}, "not-mounted"),
            ({"BACKUP_KEEP": "0"}, "BACKUP_KEEP"),
            ({"BACKUP_KEEP": "many"}, "BACKUP_KEEP"),
        ):
            with self.subTest(environment):
                failed = subprocess.run(
                    [self.home / "deploy/backup", self.program, self.data],
                    env={**self.environment, "BACKUP_TO": str(self.backups), **environment},
                    capture_output=True,
                    text=True,
                )
                self.assertEqual(1, failed.returncode)
                self.assertIn(words, failed.stderr)

    def test_systemd_takes_the_units_and_calls_the_service_well_confined(self):
        units = self.folder / "units"
        shutil.copytree(self.home / "deploy/systemd", units)
        for unit in units.iterdir():
            unit.write_text(unit.read_text().replace("/opt/onceonly/", f"{self.home}/"))
        for unit in sorted(units.glob("*.service")) + sorted(units.glob("*.timer")):
            verified = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
            self.assertEqual((0, ""), (verified.returncode, verified.stderr))
        for service in sorted(units.glob("*.service")):
            # The scale goes from 0, confined, to 100, exposed.
            rated = subprocess.run(
                ["systemd-analyze", "security", "--offline=true", "--threshold=25", service], capture_output=True, text=True
            )
            self.assertEqual(0, rated.returncode, rated.stdout + rated.stderr)


if __name__ == "__main__":
    unittest.main()
