"""The check of the scenarios says no to what nobody knows; and the table says no to what did not pass."""

import copy
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import check
import contract
import results
import scenarios

FOLDER = Path(__file__).resolve().parent
GOOD = {
    "name": "n",
    "client": {"timeout": 1},
    "functions": {
        "f": {
            "decorator": "idempotent",
            "options": {"key_prefix": "p", "key_func": {"argument": 0}},
            "fn": {"returns": 1},
        }
    },
    "steps": [
        {
            "call": "check_lock",
            "args": {"key": "k-${run}"},
            "exchanges": [
                {
                    "request": {"method": "POST", "path": "/v1/check-lock", "body": {"key": "${key=}"}},
                    "answer": {"body": {"lock_id": "l"}},
                    "capture": {"lock": "/lock_id"},
                }
            ],
            "expect": {"value": {"locked": True, "lock_id": "${lock}"}},
        },
        {
            "call": "invoke",
            "args": {"function": "f", "args": ["${key}"]},
            "exchanges": [],
            "expect": {"value": 1, "fn_calls": 1},
        },
        {
            "call": "ai.run_fn",
            "args": {"key": "", "fn": {"raises": "x"}},
            "exchanges": [],
            "expect": {"error": {"type": "invalid_argument"}, "fn_calls": 0},
        },
    ],
}

#: Where something is put, what, and what the check then says.
WRONG = (
    (("colour",), 1, "unknown colour"),
    (("name",), "", "has no name"),
    (("modes",), ["canned"], "why"),
    (("modes",), ["other"], "modes are"),
    (("why",), "because", "why"),
    (("as",), "root", "as is"),
    (("client", "tiemout"), 1, "unknown tiemout"),
    (("client", "api_key"), "k", "unknown api_key"),
    (("functions", "f", "decorator"), "once", "decorator is"),
    (("functions", "f", "options", "keyprefix"), "p", "unknown keyprefix"),
    (("functions", "f", "options", "key_func"), {"adds": 1}, "no function"),
    (("functions", "f", "fn"), {"returns": 1, "raises": "x"}, "no function"),
    (("steps",), [], "no steps"),
    (("steps", 0, "call"), "check_locks", "no verb"),
    (("steps", 0, "call"), "idempotent", "no verb"),
    (("steps", 0, "args", "keys"), 1, "unknown keys"),
    (("steps", 0, "args"), {}, "has no key"),
    (("steps", 0, "waits"), 1, "unknown waits"),
    (("steps", 1, "args", "function"), "g", "no function of this scenario"),
    (("steps", 1, "expect"), {"value": 1}, "does not say fn_calls"),
    (("steps", 1, "exchanges"), None, "says nothing of its requests"),
    (("steps", 2, "exchanges"), [{"request": {"path": "/v1/me"}}], "exchanges is []"),
    (("steps", 2, "args", "fn"), {"returns_special": "void"}, "no function"),
    (("steps", 0, "exchanges", 0, "fate"), "explode", "fate is"),
    (("steps", 0, "exchanges", 0, "fate"), "reset", "answer that nobody gets"),
    (("steps", 0, "exchanges", 0, "fate"), "slow", "delay_ms"),
    (("steps", 0, "exchanges", 0, "delay_ms"), 5, "delay_ms"),
    (("steps", 0, "exchanges", 0, "answer"), None, "has no answer"),
    (("steps", 0, "exchanges", 0, "answer", "text"), "t", "body and text"),
    (("steps", 0, "exchanges", 0, "times"), 3, "times is any"),
    (("steps", 0, "exchanges", 0, "request", "uri"), "/", "unknown uri"),
    (("steps", 0, "exchanges", 0, "request", "path"), None, "has no path"),
    (("steps", 0, "exchanges", 0, "request", "headers"), {"X-A": "1"}, "lower case"),
    (("steps", 0, "exchanges", 0, "request", "body"), {"key": "${nobody}"}, "no value there"),
    (("steps", 0, "args", "key"), "${lock}", "no value there"),
    (("steps", 0, "args", "key"), "${any}", "no value there"),
    (("steps", 0, "args", "key"), "${run", "no value there"),
    (("steps", 0, "exchanges", 0, "request", "body"), {"key": "${not:late}"}, "no value there"),
    (("steps", 0, "exchanges", 0, "answer", "body"), {"a": "${string}"}, "no value there"),
    (("steps", 0, "expect"), {}, "a value or an error"),
    (("steps", 0, "expect", "locked"), True, "unknown locked"),
    (("steps", 0, "expect", "value", "lockd"), True, "unknown lockd"),
    (("steps", 2, "expect", "error", "type"), "bad_argument", "type is"),
    (("steps", 2, "expect", "error", "status"), 1, "unknown status"),
)


class Check(unittest.TestCase):
    def mistakes(self, spec):
        return check.mistakes_of([scenarios.Scenario("file", spec)], contract.read())

    def test_a_good_scenario_has_no_mistakes(self):
        self.assertEqual(self.mistakes(GOOD), [])

    def test_each_mistake_is_found(self):
        for place, value, text in WRONG:
            with self.subTest(place=place, value=value):
                spec = copy.deepcopy(GOOD)
                inner = spec
                for name in place[:-1]:
                    inner = inner[name]
                if value is None:
                    del inner[place[-1]]
                else:
                    inner[place[-1]] = value
                mistakes = self.mistakes(spec)
                self.assertTrue(any(text in mistake for mistake in mistakes), mistakes)

    def test_two_of_one_name_are_found(self):
        twice = [scenarios.Scenario("file", GOOD), scenarios.Scenario("file", GOOD)]
        self.assertTrue(any("two of this name" in mistake for mistake in check.mistakes_of(twice, contract.read())))

    def test_a_field_given_twice_and_a_file_that_is_no_list_are_found(self):
        for text in ('[{"name": "a", "name": "b"}]', '{"name": "a"}', '[{"name": '):
            with self.subTest(text), tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "file.json"
                path.write_text(text, "utf-8")
                with self.assertRaisesRegex(ValueError, "file.json"):
                    scenarios.read_file(path)

    def test_the_scenarios_of_the_repository_have_no_mistakes_and_leave_no_verb_out(self):
        done = subprocess.run(
            [sys.executable, str(FOLDER / "harness.py"), "--check"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout.decode())


class Table(unittest.TestCase):
    SDKS = ("python", "java")

    def setUp(self):
        self.scenarios = [
            scenarios.Scenario("f", {"name": "a"}),
            scenarios.Scenario("f", {"name": "b", "modes": ["canned"]}),
        ]
        self.results = [
            {"id": scenario.id, "sdk": sdk, "variant": "", "mode": mode, "passed": True, "problems": []}
            for scenario in self.scenarios
            for sdk in self.SDKS
            for mode in scenario.modes
        ]

    def wrong(self):
        return results.render(self.scenarios, results.table_of(self.results), self.SDKS)[1]

    def test_all_passed(self):
        self.assertEqual(self.wrong(), 0)

    def test_one_that_failed_counts(self):
        self.results[0]["passed"] = False
        self.assertEqual(self.wrong(), 1)

    def test_one_that_is_missing_counts(self):
        del self.results[0]
        self.assertEqual(self.wrong(), 1)

    def test_one_variant_that_failed_counts_whatever_the_other_did(self):
        self.results.append({**self.results[0], "variant": "async", "passed": False})
        self.assertEqual(self.wrong(), 1)
        self.results.reverse()
        self.assertEqual(self.wrong(), 1)

    def test_the_last_run_of_a_variant_counts(self):
        self.results.append({**self.results[0], "passed": False})
        self.results.append({**self.results[0], "passed": True})
        self.assertEqual(self.wrong(), 0)

    def test_the_program_says_no_to_a_file_in_which_scenarios_are_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "results.jsonl")
            for lines, code in ((self.everything(), 0), (self.everything()[1:], 1)):
                Path(path).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
                done = subprocess.run(
                    [sys.executable, str(FOLDER / "table.py"), path], stdout=subprocess.PIPE, check=False
                )
                self.assertEqual(done.returncode, code)
                self.assertIn("runs passed", done.stdout.decode().splitlines()[-1])
        self.assertEqual(
            subprocess.run(
                [sys.executable, str(FOLDER / "table.py"), path], stderr=subprocess.PIPE, check=False
            ).returncode,
            2,
        )

    @staticmethod
    def everything():
        return [
            {"id": scenario.id, "sdk": sdk, "variant": "", "mode": mode, "passed": True, "problems": []}
            for scenario in scenarios.read_all()
            for sdk in results.SDKS
            for mode in scenario.modes
        ]


if __name__ == "__main__":
    unittest.main()
