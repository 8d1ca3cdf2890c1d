"""The real server as the harness starts it: what each role's key may do, the tool, and a server that does not start."""

import http.client
import json
import os
import unittest
from unittest import mock
from urllib.parse import urlsplit

import live
from hand_suite import CHECK, CHECK_STEP, JudgeTest

#: Role, and status and detail of check-lock's answer to its key.
ANSWERS = (
    ("admin", 200, None),
    ("agent", 200, None),
    ("reader", 403, {"error": "forbidden", "role": "reader"}),
    ("stranger", 403, "Invalid API key"),
    ("disabled", 403, "API key disabled"),
)


class RealServer(JudgeTest):
    @classmethod
    def setUpClass(cls):
        cls.server = live.LiveServer()
        cls.addClassCleanup(cls.server.close)
        cls.server.start()

    def answer_to(self, role):
        with mock.patch.object(self.server, "close"):  # one server for all tests
            driver = self.drive({**CHECK_STEP, "exchanges": [{**CHECK}]}, mode="live", server=self.server, **{"as": role})
            driver.step()
            status, body = driver.check()
            driver.outcome(driver.right())
            driver.end()
            self.doCleanups()
        return status, json.loads(body)

    def test_each_role_gets_its_answer(self):
        for role, status, detail in ANSWERS:
            with self.subTest(role):
                found, body = self.answer_to(role)
                self.assertEqual((found, body.get("detail")), (status, detail))
                self.setUp()

    def test_a_key_over_its_limit_is_refused_from_the_start(self):
        status, body = self.answer_to("over_limit")
        self.assertEqual((status, body["detail"]["error"], body["detail"]["plan"]), (402, "payment_required", "free"))

    def test_a_key_is_made_once(self):
        self.assertEqual(self.server.api_key("reader"), self.server.api_key("reader"))

    def test_the_tool_answers_as_its_path_says(self):
        for path, status in (("", 200), ("/500", 500), ("/after-10", 200)):
            with self.subTest(path):
                address = urlsplit(self.server.tool_url + path)
                connection = http.client.HTTPConnection(address.netloc, timeout=10)
                connection.request("POST", address.path, json.dumps({"args": {"a": 1}}))
                answer = connection.getresponse()
                self.assertEqual((answer.status, json.loads(answer.read())["args"]), (status, {"a": 1}))
                connection.close()


class NoServer(unittest.TestCase):
    def test_a_server_that_does_not_start_is_an_error_each_time(self):
        with mock.patch.dict(os.environ, {"ONCEONLY_COMMAND": "false"}):
            server = live.LiveServer()
        self.addCleanup(server.close)
        for _ in range(2):
            with self.assertRaisesRegex(RuntimeError, "did not start"):
                server.start()

    def test_a_program_that_is_not_there_is_an_error(self):
        with mock.patch.dict(os.environ, {"ONCEONLY_COMMAND": "/no/such/program"}):
            server = live.LiveServer()
        self.addCleanup(server.close)
        with self.assertRaises(RuntimeError):
            server.start()


if __name__ == "__main__":
    unittest.main()
