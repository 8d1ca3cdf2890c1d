"""The alert rules, held to promtool, to their own unit tests, to the operator's guide and to a live server."""

import os
import re
import signal
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RULES = HERE / "onceonly.rules.yml"
CASES = HERE / "onceonly.rules.test.yml"
PROMTOOL = os.environ.get("PROMTOOL", "promtool")
ONCEONLY = os.environ.get("ONCEONLY_COMMAND", str(ROOT / "onceonly"))
READY = "OnceOnly is ready on "


def promtool(*words, text=None):
    return subprocess.run(
        [PROMTOOL, *words], cwd=HERE, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120
    )


def alerts():
    """Each rule's text, by the alert's name."""
    parts = re.split(r"^ +- alert: (\w+)$", RULES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def anchors(path):
    """A document's sections, as links name them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}


class RulesTest(unittest.TestCase):
    def test_the_rules_are_well_formed(self):
        answer = promtool("check", "rules", RULES.name)
        self.assertEqual(answer.returncode, 0, answer.stdout)

    def test_each_alert_fires_where_it_should_and_is_silent_where_not(self):
        answer = promtool("test", "rules", CASES.name)
        self.assertEqual(answer.returncode, 0, answer.stdout)

    def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent(self):
        cases = set(re.findall(r"^ +- name: (\w+ (?:fires|is silent))$", CASES.read_text(encoding="utf-8"), re.MULTILINE))
        self.assertEqual(cases, {f"{name} {case}" for name in alerts() for case in ("fires", "is silent")})

    def test_a_rule_that_always_or_never_fires_fails_its_cases(self):
        for planted in ("vector(1) > 0", "vector(1) > 2"):
            for name, text in alerts().items():
                with self.subTest(alert=name, planted=planted), tempfile.TemporaryDirectory() as nest:
                    expression = re.search(r"expr: (?:\|\n(?: {10}.*\n)+|.*\n)", text).group()
                    broken = text.replace(expression, f"expr: {planted}\n")
                    (Path(nest) / RULES.name).write_text(RULES.read_text(encoding="utf-8").replace(text, broken), encoding="utf-8")
                    (Path(nest) / CASES.name).write_text(CASES.read_text(encoding="utf-8"), encoding="utf-8")
                    answer = subprocess.run([PROMTOOL, "test", "rules", CASES.name], cwd=nest, capture_output=True, timeout=120)
                    self.assertNotEqual(answer.returncode, 0)

    def test_each_alert_says_what_is_wrong_what_to_do_and_where_more_stands(self):
        for name, text in alerts().items():
            with self.subTest(alert=name):
                self.assertRegex(text, r"(?m)^ +summary: \S")
                self.assertRegex(text, r"(?m)^ +action: \S")
                self.assertRegex(text, r"severity: (critical|warning)\}")
                document, section = re.search(r"(?m)^ +runbook: (\S+)#(\S+)$", text).groups()
                self.assertIn(section, anchors(ROOT / document))

    def test_the_table_beside_the_rules_has_each_of_them(self):
        rows = re.findall(r"^\| `(OnceOnly\w+)` \| (\w+) \|", (HERE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
        severities = {name: re.search(r"severity: (\w+)", text).group(1) for name, text in alerts().items()}
        self.assertEqual(dict(rows), severities)


class LiveMetricsTest(unittest.TestCase):
    def test_a_servers_metrics_follow_the_conventions(self):
        with tempfile.TemporaryDirectory() as nest:
            url, server = self.serve(Path(nest))
            try:
                for _ in range(2):  # The second time the first request is among them.
                    with urllib.request.urlopen(url + "/metrics", timeout=30) as answer:
                        scraped = answer.read().decode()
            finally:
                server.send_signal(signal.SIGTERM)
                server.communicate(timeout=60)
        self.assertIn("onceonly_http_requests_total", scraped)
        answer = promtool("check", "metrics", text=scraped)
        self.assertEqual((answer.returncode, answer.stdout), (0, ""))

    def serve(self, nest):
        # A build has its own time and its own words.
        subprocess.run([ONCEONLY, "--version"], check=True, stdout=subprocess.DEVNULL)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ONCEONLY_")}
        environment["ONCEONLY_API_KEY"] = "once_live_metrics_conventions_0001"
        command = [ONCEONLY, "serve", "--port", "0", "--data", str(nest / "data")]
        with open(nest / "log", "w", encoding="utf-8") as log:
            server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        for line in server.stdout:
            if line.startswith(READY):
                return line[len(READY) :].strip(), server
        server.wait(timeout=60)
        self.fail("the server ended before it was ready: " + (nest / "log").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
