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
    "client": {"timeout": 1, "hooks": True},
    "environment": {"ONCEONLY_BASE_URL": "${base_url}"},
    "functions": {
        "f": {
            "decorator": "idempotent",
            "options": {"key_prefix": "p", "key_func": {"argument": 0}, "on_duplicate": "raise"},
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
            "args": {"function": "f", "args": ["${key}", {"$decimal": "9.50"}]},
            "exchanges": [],
            "expect": {"value": 1, "fn_calls": 1, "hooks": [{"hook": "on_duplicate", "key": "k"}]},
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
    (("sdks",), ["python"], "why"),
    (("sdks",), ["ruby"], "sdks are"),
    (("fake",), False, "fake is true"),
    (("fake",), True, "no value there"),
    (("environment",), {"HOME": "/"}, "unknown HOME"),
    (("environment", "ONCEONLY_BASE_URL"), "${key}", "no value there"),
    (("as",), "root", "as is"),
    (("client", "tiemout"), 1, "unknown tiemout"),
    (("client", "api_key"), "k", "unknown api_key"),
    (("client", "on_retry"), {"returns": 1}, "unknown on_retry"),
    (("client", "on_fail_open"), "no", "no function"),
    (("client", "hooks"), False, "hooks is true"),
    (("client", "hooks"), None, "hooks that the client has not"),
    (("client", "key_format"), "published", "Java has not"),
    (("functions", "f", "anonymous"), False, "anonymous is true"),
    (("functions", "f", "signature"), ["a"], "for Python only"),
    (("functions", "f", "options", "key_format"), "published", "Java has not"),
    (("functions", "f", "options", "on_duplicate"), "ignore", "no function"),
    (("functions", "f", "options", "on_exception"), "forget", "on_exception is"),
    (("functions", "f", "fn"), {"returns_lazy": "list"}, "no function"),
    (("functions", "f", "fn"), {"starts_lazily": False}, "no function"),
    (("functions", "f", "fn"), {"returns": {"$bytes": "00"}}, "does not know"),
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
    (("steps", 1, "args", "kwargs"), {"a": 1}, "for Python only"),
    (("steps", 1, "args", "args"), [{"$decimal": "nine"}], "does not know"),
    (("steps", 1, "args", "args"), [[{"$date": "2026-05-01"}]], "does not know"),
    (("steps", 1, "args", "args"), [{"$set": [1], "more": 2}], "does not know"),
    (("steps", 1, "args", "args"), [{"$record": "Refunded", "fields": {"id": "1"}}], "does not know"),
    (("steps", 1, "args", "args"), [{"$record": "Paid", "fields": {"number": 1}}], "one field, id"),
    (("steps", 1, "expect", "hooks", 0, "hook"), "on_close", "no hook"),
    (("steps", 1, "expect", "hooks", 0, "attempt"), 1, "unknown attempt"),
    (("steps", 1, "exchanges"), None, "says nothing of its requests"),
    (("steps", 2, "exchanges"), [{"request": {"path": "/v1/me"}}], "exchanges is []"),
    (("steps", 2, "args", "fn"), {"returns_special": "void"}, "no function"),
    (("steps", 2, "args", "model"), "receipt", "model is"),
    (("steps", 2, "expect", "error", "ran"), True, "unknown ran"),
    (("steps", 0, "exchanges", 0, "fate"), "explode", "fate is"),
    (("steps", 0, "exchanges", 0, "fate"), "reset", "answer that nobody gets"),
    (("steps", 0, "exchanges", 0, "fate"), "drop", "answer that nobody gets"),
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

    def test_a_function_may_return_what_is_invalid_after_requests(self):
        spec = copy.deepcopy(GOOD)
        spec["steps"][2]["exchanges"] = [{"request": {"path": "/v1/ai/lease"}, "answer": {}}]
        self.assertTrue(any("exchanges is []" in mistake for mistake in self.mistakes(spec)))
        spec["steps"][2]["expect"]["fn_calls"] = 1
        self.assertEqual(self.mistakes(spec), [])

    def test_a_fake_knows_only_what_outcomes_have_captured(self):
        check_step = {**GOOD["steps"][0], "expect": {"value": {"lock_id": "${lock_id=}"}}}
        exchange = {"request": {"path": "/v1/check-lock/release"}, "answer": {}}
        release = {"call": "release_lock", "exchanges": [exchange], "expect": {"value": {}}}
        for captured, right in (("lock_id", True), ("lock", False), ("key", False)):
            with self.subTest(captured):
                args = {"key": "k-${run}", "lock_id": "${%s}" % captured}
                spec = {"name": "n", "fake": True, "steps": [check_step, {**release, "args": args}]}
                self.assertEqual(self.mistakes(spec) == [], right)
                self.assertEqual(self.mistakes({**spec, "fake": None}) == [], False)
                del spec["fake"]
                self.assertEqual(self.mistakes(spec), [])

    def test_a_fake_is_asked_for_no_faults_and_no_other_keys(self):
        exchange = {**GOOD["steps"][0]["exchanges"][0], "fate": "inject"}
        step = {"call": "check_lock", "args": {"key": "k"}, "exchanges": [exchange], "expect": {"value": "${any}"}}
        plain = {**step, "exchanges": [{**exchange, "fate": "answer"}]}
        for spec, right in (
            ({"steps": [plain]}, True),
            ({"steps": [step]}, False),
            ({"steps": [plain], "as": "reader"}, False),
            ({"steps": [plain], "base_path": "/x"}, False),
        ):
            with self.subTest(spec):
                found = self.mistakes({"name": "n", "fake": True, **spec})
                self.assertEqual(any("a fake can be asked" in mistake for mistake in found), not right)

    def test_fields_that_only_some_errors_have_are_known_there(self):
        spec = copy.deepcopy(GOOD)
        error = {"type": "lease_lost", "ran": True, "result": {"n": 1}}
        spec["steps"][2]["expect"]["error"] = error
        self.assertEqual(self.mistakes(spec), [])
        error["type"] = "result_not_recorded"
        self.assertTrue(any("unknown ran" in mistake for mistake in self.mistakes(spec)))

    def test_a_scenario_of_python_may_have_what_is_pythons(self):
        spec = copy.deepcopy(GOOD)
        spec.update({"sdks": ["python"], "why": "keywords"})
        spec["functions"]["f"]["signature"] = ["a", ["b", 3]]
        spec["functions"]["f"]["options"]["key_format"] = "published"
        spec["steps"][1]["args"]["kwargs"] = {"b": {"$record": "Paid", "fields": {"id": "A-1"}}}
        self.assertEqual(self.mistakes(spec), [])

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
            scenarios.Scenario("f", {"name": "b", "modes": ["canned"], "fake": True}),
            scenarios.Scenario("f", {"name": "c", "modes": ["canned"], "sdks": ["python"]}),
        ]
        self.results = [
            {"id": scenario.id, "sdk": sdk, "variant": "", "mode": mode, "passed": True, "problems": []}
            for scenario in self.scenarios
            for sdk in self.SDKS
            if sdk in scenario.sdks
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

    def test_a_fake_that_is_missing_counts(self):
        fake = next(result for result in self.results if result["mode"] == "fake")
        self.results.remove(fake)
        self.assertEqual(self.wrong(), 1)
        self.results.append({**fake, "passed": False})
        self.assertEqual(self.wrong(), 1)

    def test_what_is_due_is_each_scenario_in_its_modes_and_languages(self):
        self.assertEqual(results.due(self.scenarios, self.SDKS), len(self.results))
        self.assertEqual(results.due(self.scenarios, ("java",)), 4)

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
            for sdk in scenario.sdks
            for mode in scenario.modes
        ]


if __name__ == "__main__":
    unittest.main()
