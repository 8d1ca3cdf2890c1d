"""The judge must be able to say no: right and wrong requests and outcomes, written by hand, and what it says of them.

python3 -m unittest discover -s spec/conformance -p 'test_*.py'
"""

import json
import unittest

import harness
import scenarios
from hand_suite import CHECK_STEP, LOCKED, JudgeTest


class Requests(JudgeTest):
    def test_a_right_run_has_no_problems_and_is_counted_as_passed(self):
        driver = self.drive(CHECK_STEP)
        self.assertEqual(driver.step(), {"call": "check_lock", "args": {"key": "k-" + driver.run, "ttl": 60}})
        self.assertEqual(driver.check(), (200, json.dumps(LOCKED).encode()))
        self.assertEqual(driver.outcome(driver.right()), [])
        self.assertEqual(driver.end(), [])
        self.assertEqual(self.passed(), [True])
        self.assertEqual(driver.ask("/table"), {"table": {"file: one": {"python": {"canned": "passed"}}}})

    def test_a_wrong_body_field_is_found_and_the_run_has_failed(self):
        driver = self.drive(CHECK_STEP)
        driver.step()
        driver.check(ttl=61)
        self.assert_says("body.ttl is 61, not 60", driver.outcome(driver.right()))
        driver.end()
        self.assertEqual(self.passed(), [False])
        self.assertEqual(driver.ask("/table"), {"table": {"file: one": {"python": {"canned": "failed"}}}})

    def test_a_field_that_should_be_absent_is_found(self):
        driver = self.drive(CHECK_STEP)
        driver.step()
        driver.check(metadata=None)
        self.assert_says("metadata", driver.outcome(driver.right()))

    def test_a_missing_attempt_id_is_found(self):
        driver = self.drive(CHECK_STEP)
        driver.step()
        driver.check(x_onceonly_attempt_id=None)
        self.assert_says("no attempt id", driver.outcome(driver.right()))

    def test_a_wrong_key_agent_or_content_type_is_found(self):
        for name, value, text in (
            ("authorization", "Bearer other", "authorization"),
            ("user_agent", "curl/8", "user-agent"),
            ("content_type", "text/plain", "content-type"),
        ):
            with self.subTest(name):
                driver = self.drive(CHECK_STEP)
                driver.step()
                driver.check(**{name: value})
                self.assert_says(text, driver.outcome(driver.right()))

    def test_an_extra_request_is_found_and_answered_with_an_error(self):
        driver = self.drive(CHECK_STEP)
        driver.step()
        driver.check()
        self.assertEqual(driver.check()[0], 418)
        self.assert_says("request that nobody expects", driver.outcome(driver.right()))

    def test_a_request_after_the_last_outcome_is_found_at_the_end(self):
        driver = self.drive(CHECK_STEP)
        driver.step()
        driver.check()
        self.assertEqual(driver.outcome(driver.right()), [])
        driver.check()
        self.assert_says("request that nobody expects", driver.end())
        self.assertEqual(self.passed(), [False])

    def test_a_missing_request_is_found(self):
        driver = self.drive(CHECK_STEP)
        driver.step()
        self.assert_says("request is missing: POST /v1/check-lock", driver.outcome(driver.right()))


class Outcomes(JudgeTest):
    def judged(self, told, **expect):
        driver = self.drive({**CHECK_STEP, "expect": expect})
        driver.step()
        driver.check()
        return driver.outcome(told)

    def test_a_wrong_value_is_found(self):
        self.assert_says(
            "value.locked is False, not True", self.judged({"value": {"locked": False}}, value={"locked": True})
        )
        self.assert_says("value has no fence", self.judged({"value": {"locked": True}}, value={"fence": None}))
        self.assert_says("not of the kind int", self.judged({"value": {"fence": "7"}}, value={"fence": "${int}"}))
        self.assert_says("not of the kind int", self.judged({"value": {"fence": True}}, value={"fence": "${int}"}))
        self.assert_says("not False", self.judged({"value": {"locked": 0}}, value={"locked": False}))

    def test_a_list_of_another_length_is_found_unless_there_may_be_more(self):
        self.assert_says("has 2 items, not 1", self.judged({"value": [1, 2]}, value=[1]))
        self.assertEqual(self.judged({"value": [1, 2, 3]}, value=[3, 1, "${more}"]), [])
        self.assert_says("nothing (more) like 1", self.judged({"value": [1, 2]}, value=[1, 1, "${more}"]))

    def test_an_error_where_a_value_should_be_is_found_and_the_other_way_round(self):
        self.assert_says("not a value", self.judged({"error": {"type": "api"}}, value="${any}"))
        self.assert_says("not the error", self.judged({"value": 1}, error={"type": "api"}))
        self.assert_says("either a value or an error", self.judged({}, value="${any}"))
        self.assert_says("either a value or an error", self.judged({"value": 1, "error": {}}, value=1))

    def test_a_wrong_type_or_attribute_of_an_error_is_found(self):
        told = {"error": {"type": "api", "status_code": 402, "code": None}}
        self.assert_says("error.type is 'api', not 'over_limit'", self.judged(told, error={"type": "over_limit"}))
        self.assert_says("error.code is None", self.judged(told, error={"type": "api", "code": "payment_required"}))
        self.assertEqual(self.judged(told, error={"type": "api", "status_code": 402}), [])

    def test_wrong_counts_of_calls_are_found(self):
        told = {"value": 1, "fn_calls": 2, "lost_calls": 0}
        self.assert_says("fn_calls is 2, not 1", self.judged(told, value=1, fn_calls=1))
        self.assert_says("lost_calls is 0, not 1", self.judged(told, value=1, lost_calls=1))
        self.assert_says("lost_calls is None, not 1", self.judged({"value": 1}, value=1, lost_calls=1))

    def test_a_call_that_was_too_quick_or_too_slow_is_found(self):
        self.assert_says("elapsed_ms is 5", self.judged({"value": 1}, value=1, elapsed_ms={"min": 10}))
        self.assert_says(
            "elapsed_ms is 50", self.judged({"value": 1, "elapsed_ms": 50}, value=1, elapsed_ms={"max": 10})
        )
        self.assert_says(
            "elapsed_ms is None", self.judged({"value": 1, "elapsed_ms": None}, value=1, elapsed_ms={"max": 10})
        )

    def test_a_warning_that_is_missing_or_too_much_is_found(self):
        told = {"value": 1, "logged": ["went ahead with key-1: timeout"]}
        self.assertEqual(self.judged(told, value=1, logged=["key-1", "timeout"]), [])
        self.assert_says("no warning has 'api_5xx'", self.judged(told, value=1, logged=["key-1", "api_5xx"]))
        self.assert_says("something was logged", self.judged(told, value=1, logged=[]))

    def test_hooks_that_are_missing_or_too_many_or_otherwise_are_found(self):
        retry = {"hook": "on_retry", "attempt": 1, "pause": 0.5}
        wanted = {"value": 1, "hooks": [{"hook": "on_retry", "attempt": 1}]}
        self.assertEqual(self.judged({"value": 1, "hooks": [retry]}, **wanted), [])
        self.assert_says("not 1", self.judged({"value": 1, "hooks": [retry, retry]}, **wanted))
        self.assert_says("not 1", self.judged({"value": 1, "hooks": []}, **wanted))
        self.assert_says("not 1", self.judged({"value": 1}, **wanted))
        self.assert_says("attempt is 2", self.judged({"value": 1, "hooks": [{**retry, "attempt": 2}]}, **wanted))
        self.assert_says("not 0", self.judged({"value": 1, "hooks": [retry]}, value=1, hooks=[]))

    def test_what_only_some_errors_have_is_compared(self):
        told = {"error": {"type": "result_not_recorded", "result": {"n": 1}}}
        self.assertEqual(self.judged(told, error={"type": "result_not_recorded", "result": {"n": 1}}), [])
        self.assert_says("error.result.n", self.judged(told, error={"type": "result_not_recorded", "result": {"n": 2}}))
        self.assert_says("has no ran", self.judged(told, error={"type": "result_not_recorded", "ran": True}))

    def test_an_api_key_that_shows_is_found(self):
        driver = self.drive(CHECK_STEP)
        driver.step()
        driver.check()
        self.assert_says(
            "API key shows", driver.outcome({**driver.right(), "logged": ["Bearer " + driver.begun["api_key"]]})
        )

    def test_outcomes_of_calls_made_at_once_come_in_any_order_and_are_counted(self):
        step = {
            "call": "invoke",
            "args": {"function": "f", "times_at_once": 3},
            "exchanges": [],
            "expect": {"value": [{"value": 1}, {"value": None}, {"value": None}]},
        }
        for told, right in (([None, 1, None], True), ([None, 1, 1], False), ([None, 1], False)):
            with self.subTest(told):
                driver = self.drive(step, functions={"f": {}})
                driver.step()
                self.assertEqual(driver.outcome({"value": [{"value": value} for value in told]}) == [], right)


class Surroundings(JudgeTest):
    def test_an_option_that_stands_in_the_environment_is_not_given(self):
        variables = {"ONCEONLY_API_KEY": "${api_key}", "ONCEONLY_BASE_URL": "${base_url}", "ONCEONLY_FAIL_OPEN": "false"}
        begun = self.drive(CHECK_STEP).begun
        self.assertEqual(begun["environment"], {})
        for name, option in (("ONCEONLY_API_KEY", "api_key"), ("ONCEONLY_BASE_URL", "base_url")):
            with self.subTest(name):
                asked = self.begin({name: variables[name], "ONCEONLY_FAIL_OPEN": "false"})
                self.assertIsNone(asked[option])
                self.assertTrue(asked["environment"][name])
                self.assertEqual(asked["environment"]["ONCEONLY_FAIL_OPEN"], "false")

    def begin(self, environment):
        spec = {"name": "one", "steps": [CHECK_STEP], "environment": environment}
        subject = harness.Harness([scenarios.Scenario("file", spec)])
        self.addCleanup(subject.close)
        return subject.begin({"id": "file: one", "mode": "canned", "sdk": "python"})

    def test_an_sdk_runs_only_what_is_for_it(self):
        spec = {"name": "one", "steps": [CHECK_STEP], "sdks": ["java"]}
        subject = harness.Harness([scenarios.Scenario("file", spec)])
        self.addCleanup(subject.close)
        self.assertEqual(subject.list_scenarios({})["scenarios"][0]["sdks"], ["java"])
        with self.assertRaisesRegex(harness.Misuse, "not for the SDK 'python'"):
            subject.begin({"id": "file: one", "mode": "canned", "sdk": "python"})

    def test_a_fake_is_judged_by_its_outcomes_and_nobody_answers_at_its_address(self):
        driver = self.drive({**CHECK_STEP, "then_quiet_ms": 60000}, mode="fake", fake=True)
        driver.step()
        with self.assertRaises(ConnectionRefusedError):
            driver.check()
        self.assertEqual(driver.outcome(driver.right()), [])
        self.assertEqual(driver.end(), [])
        self.assertEqual(self.passed(), [True])
        driver = self.drive(CHECK_STEP, mode="fake", fake=True)
        driver.step()
        self.assert_says("value.locked is False", driver.outcome({"value": {"locked": False, "key": "k"}}))

    def test_a_fake_gets_what_its_outcomes_have_captured(self):
        first = {**CHECK_STEP, "expect": {"value": {"lock_id": "${lock=}"}}}
        second = {**CHECK_STEP, "call": "release_lock", "args": {"key": "k-${run}", "lock_id": "${lock}"}}
        driver = self.drive(first, second, mode="fake", fake=True)
        driver.step()
        self.assertEqual(driver.outcome({"value": {"lock_id": "lock_7"}}), [])
        self.assertEqual(driver.step(1)["args"]["lock_id"], "lock_7")

    def test_only_a_scenario_that_says_so_is_run_with_a_fake(self):
        driver = self.drive(CHECK_STEP)
        self.assertIn("error", driver.ask("/begin", {"id": "file: one", "mode": "fake", "sdk": "python"}))


class Protocol(JudgeTest):
    def test_a_run_that_stopped_early_has_failed(self):
        driver = self.drive(CHECK_STEP)
        self.assert_says("only 0 of 1 steps", driver.end())
        self.assertEqual(self.passed(), [False])

    def test_misuse_is_answered_with_an_error(self):
        driver = self.drive(CHECK_STEP)
        for path, body in (
            ("/begin", {"id": "none", "mode": "canned", "sdk": "python"}),
            ("/begin", {"id": "file: one", "mode": "other", "sdk": "python"}),
            ("/begin", {"id": "file: one", "mode": "canned"}),
            ("/step", {"run": "none", "index": 0}),
            ("/step", {"run": driver.run, "index": 1}),
            ("/outcome", {"run": driver.run, "index": 0}),
            ("/outcome", {"run": driver.run, "index": 7}),
            ("/end", {"run": "none"}),
            ("/other", {}),
        ):
            with self.subTest(path=path, body=body):
                self.assertIn("error", driver.ask(path, body))

    def test_an_outcome_is_told_once(self):
        driver = self.drive(CHECK_STEP)
        driver.step()
        driver.check()
        driver.outcome(driver.right())
        self.assertIn("error", driver.ask("/outcome", {"run": driver.run, "index": 0, "value": 1}))

    def test_two_runs_of_one_scenario_have_different_names_and_addresses(self):
        driver = self.drive(CHECK_STEP)
        other = driver.ask("/begin", {"id": "file: one", "mode": "canned", "sdk": "python"})
        self.assertNotEqual(driver.run, other["run"])
        self.assertNotEqual(driver.begun["base_url"], other["base_url"])


if __name__ == "__main__":
    unittest.main()
