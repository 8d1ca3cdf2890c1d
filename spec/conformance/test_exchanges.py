"""Exchanges: order, repetition, captures, queries and paths, faults, and the real server's part."""

import http.client
import json
import socket
import ssl
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import live
from hand_suite import CHECK, CHECK_STEP, LOCKED, JudgeTest


def get(path, answer=None, query=None, **fields):
    request = {"method": "GET", "path": path}
    if query is not None:
        request["query"] = query
    return {"request": request, "answer": {"body": {} if answer is None else answer}, **fields}


def step(*exchanges, **fields):
    return {"call": "me", "args": {}, "exchanges": list(exchanges), "expect": {"value": "${any}"}, **fields}


class Matching(JudgeTest):
    def test_requests_in_another_order_are_found(self):
        driver = self.drive(step(get("/v1/a"), get("/v1/b")))
        driver.step()
        self.assertEqual(driver.send("GET", "/v1/b")[0], 418)
        self.assertEqual(driver.send("GET", "/v1/a")[0], 200)
        problems = driver.outcome({"value": 1})
        self.assert_says("nobody expects: GET /v1/b", problems)
        self.assert_says("is missing: GET /v1/b", problems)

    def test_requests_may_come_in_another_order_where_the_step_says_so_but_not_twice(self):
        driver = self.drive(step(get("/v1/a"), get("/v1/b"), unordered=True))
        driver.step()
        self.assertEqual([driver.send("GET", "/v1/" + name)[0] for name in "bab"], [200, 200, 418])
        self.assertEqual(len(driver.outcome({"value": 1})), 1)

    def test_optional_and_repeated_requests(self):
        for sent, right in (("b", True), ("aaab", True), ("acb", True), ("ccb", False), ("cab", False), ("a", False)):
            with self.subTest(sent):
                driver = self.drive(step(get("/v1/a", times="any"), get("/v1/c", optional=True), get("/v1/b")))
                driver.step()
                for name in sent:
                    driver.send("GET", "/v1/" + name)
                self.assertEqual(driver.outcome({"value": 1}) == [], right)

    def test_paths_are_compared_part_by_part(self):
        for sent, right in (
            ("/v1/runs/a%2Fb%20c", True),
            ("/v1/runs/a%2fb%20c", True),
            ("/v1/runs/a/b%20c", False),
            ("/v1/runs/a%2Fb+c", False),
        ):
            with self.subTest(sent):
                driver = self.drive(step(get("/v1/runs/a%2Fb%20c")))
                driver.step()
                driver.send("GET", sent)
                self.assertEqual(driver.outcome({"value": 1}) == [], right)

    def test_queries_are_compared_exactly(self):
        for sent, right in (
            ("?key=a%20b&wait=2.0", True),
            ("?wait=2&key=a+b", True),
            ("?key=a%20b", False),
            ("?key=a%20b&wait=2&x=1", False),
            ("?key=a%20b&wait=3", False),
            ("?key=a%20b&key=a%20b&wait=2", False),
            ("", False),
        ):
            with self.subTest(sent):
                driver = self.drive(step(get("/v1/s", query={"key": "a b", "wait": 2})))
                driver.step()
                driver.send("GET", "/v1/s" + sent)
                self.assertEqual(driver.outcome({"value": 1}) == [], right)
        driver = self.drive(step(get("/v1/s")))
        driver.step()
        driver.send("GET", "/v1/s?limit=1")
        self.assert_says("query has limit", driver.outcome({"value": 1}))

    def test_values_are_captured_from_requests_and_answers_and_compared_later(self):
        first = {
            "request": {
                "method": "POST",
                "path": "/v1/check-lock",
                "headers": {"x-onceonly-attempt-id": "${attempt=}"},
            },
            "answer": {"body": {"lock_id": "lock_7"}},
            "capture": {"lock": "/lock_id"},
        }
        second = {
            "request": {
                "method": "POST",
                "path": "/v1/check-lock",
                "headers": {"x-onceonly-attempt-id": "${not:attempt}"},
            },
            "answer": {},
        }
        driver = self.drive(step(first), {**step(second), "args": {"lock_id": "${lock}"}})
        driver.step()
        driver.check()
        self.assertEqual(driver.outcome({"value": 1}), [])
        self.assertEqual(driver.step(1)["args"], {"lock_id": "lock_7"})
        driver.check()
        self.assert_says("is 'attempt-12345678' again", driver.outcome({"value": 1}, 1))

    def test_a_capture_that_finds_nothing_is_found(self):
        driver = self.drive(step(get("/v1/a", {"b": 1}, capture={"name": "/c"})))
        driver.step()
        driver.send("GET", "/v1/a")
        self.assert_says("has nothing at /c", driver.outcome({"value": 1}))

    def test_a_body_on_a_get_is_found(self):
        driver = self.drive(step(get("/v1/a")))
        driver.step()
        driver.send("GET", "/v1/a", {})
        self.assert_says("GET has a body", driver.outcome({"value": 1}))

    def test_requests_after_the_outcome_are_found_while_it_should_be_quiet(self):
        driver = self.drive({**CHECK_STEP, "then_quiet_ms": 600})
        driver.step()
        driver.check()
        late = threading.Timer(0.2, driver.check)
        late.start()
        self.assert_says("request that nobody expects", driver.outcome(driver.right()))
        late.join()


class Faults(JudgeTest):
    def fault(self, exchange):
        driver = self.drive(step(exchange))
        driver.step()
        return driver

    def test_reset_and_lost_reply_break_the_connection(self):
        for fate in ("reset", "lose_reply"):
            with self.subTest(fate):
                driver = self.fault(get("/v1/a", fate=fate))
                with self.assertRaises(ConnectionResetError):
                    driver.send("GET", "/v1/a")
                self.assertEqual(driver.outcome({"value": 1}), [])

    def test_half_a_body_ends_before_its_length(self):
        driver = self.fault(get("/v1/a", {"plan": "agency"}, fate="half_body"))
        with self.assertRaises(http.client.IncompleteRead):
            driver.send("GET", "/v1/a")

    def test_nothing_is_answered_until_the_run_ends(self):
        driver = self.fault(get("/v1/a", fate="silence"))
        with self.assertRaises((http.client.RemoteDisconnected, ConnectionResetError)):
            threading.Timer(0.3, driver.end).start()
            driver.send("GET", "/v1/a")

    def test_slow_and_trickling_answers_take_their_time(self):
        for fate in ("slow", "trickle"):
            with self.subTest(fate):
                driver = self.fault(get("/v1/a", {"a": 1}, fate=fate, delay_ms=300))
                started = time.monotonic()
                self.assertEqual(driver.send("GET", "/v1/a"), (200, b'{"a": 1}'))
                self.assertGreaterEqual(time.monotonic() - started, 0.29)

    def test_a_connection_that_should_live_on_is_closed(self):
        driver = self.fault(get("/v1/a", {"a": 1}, fate="hang_up"))
        host, port = driver.address.split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/a")
        answer = connection.getresponse()
        self.assertEqual((answer.getheader("connection"), answer.read()), ("keep-alive", b'{"a": 1}'))
        self.assertEqual(connection.sock.recv(1), b"")

    def test_a_reused_connection_is_dropped_when_its_request_has_come(self):
        driver = self.drive(step(get("/v1/a", {"a": 1})), step(get("/v1/a", fate="drop"), get("/v1/a", {"a": 2})))
        driver.step()
        host, port = driver.address.split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/a")
        self.assertEqual(connection.getresponse().read(), b'{"a": 1}')
        driver.outcome({"value": 1})
        driver.step(1)
        connection.request("GET", "/v1/a")
        with self.assertRaises((http.client.RemoteDisconnected, ConnectionResetError)):
            connection.getresponse()
        self.assertEqual(driver.send("GET", "/v1/a"), (200, b'{"a": 2}'))

    def test_a_connection_that_is_hung_up_is_closed_before_the_next_step(self):
        driver = self.drive(step(get("/v1/a", {"a": 1}, fate="hang_up")), step(get("/v1/a")))
        driver.step()
        host, port = driver.address.split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/a")
        connection.getresponse().read()
        driver.outcome({"value": 1})
        driver.step(1)
        self.assertEqual(connection.sock.recv(1, socket.MSG_DONTWAIT), b"")

    def test_connections_are_refused_in_the_step_and_taken_again_after_it(self):
        driver = self.drive(step({"fate": "refuse"}), step(get("/v1/a")))
        driver.step()
        with self.assertRaises(ConnectionRefusedError):
            driver.send("GET", "/v1/a")
        self.assertEqual(driver.outcome({"value": 1}), [])
        driver.step(1)
        self.assertEqual(driver.send("GET", "/v1/a")[0], 200)

    def test_connections_are_refused_for_a_while(self):
        driver = self.fault({"fate": "refuse", "delay_ms": 200})
        with self.assertRaises(ConnectionRefusedError):
            driver.send("GET", "/v1/a")
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                driver.send("GET", "/v1/a")
                return
            except ConnectionRefusedError:
                time.sleep(0.05)
        self.fail("the address never came back")

    def test_a_bad_certificate_is_not_believed_and_a_connection_is_owed(self):
        driver = self.fault({"fate": "bad_certificate"})
        self.assertTrue(driver.begun["base_url"].startswith("https://"))
        host, port = driver.address.split(":")
        with socket.create_connection((host, int(port))) as plain, self.assertRaises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        self.assertEqual(driver.outcome({"value": 1}), [])
        self.assert_says("request is missing", self.fault({"fate": "bad_certificate"}).outcome({"value": 1}))


class _Server(BaseHTTPRequestHandler):
    """Answers with what it was asked, as a server that is real."""

    def do_POST(self):  # the name is http.server's
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.seen.append(self.path)
        text = json.dumps({"lock_id": "real", "asked": body, "agent": self.headers["user-agent"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Request-Id", "req_real")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        """Says nothing."""


class Forwarding(JudgeTest):
    def setUp(self):
        super().setUp()
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
        server.seen = []
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.seen = server.seen
        self.server = live.LiveServer()
        self.server.start = lambda: self.server
        self.server.api_key = lambda role: "once_live_of_" + role
        self.server._port = server.server_address[1]
        self.server._tool = live.ToolBackend()
        self.addCleanup(self.server._tool.close)

    def drive_live(self, *exchanges):
        driver = self.drive({**CHECK_STEP, "exchanges": list(exchanges)}, mode="live", server=self.server)
        driver.step()
        return driver

    def test_a_request_goes_to_the_server_whose_answer_comes_back_and_is_captured(self):
        driver = self.drive_live({**CHECK, "capture": {"lock": "/lock_id"}})
        status, body = driver.check()
        answer = json.loads(body)
        self.assertEqual(
            (status, answer["lock_id"], answer["asked"]["ttl"], answer["agent"]),
            (200, "real", 60, "onceonly-python-sdk/1.0"),
        )
        self.assertEqual(driver.outcome(driver.right()), [])
        self.assertEqual(self.seen, ["/v1/check-lock"])

    def test_a_wrong_request_is_found_live_too(self):
        driver = self.drive_live(CHECK)
        driver.check(ttl=61)
        self.assert_says("body.ttl is 61", driver.outcome(driver.right()))

    def test_an_injected_answer_never_reaches_the_server(self):
        driver = self.drive_live({**CHECK, "fate": "inject"})
        self.assertEqual(driver.check(), (200, json.dumps(LOCKED).encode()))
        self.assertEqual(self.seen, [])

    def test_a_lost_reply_has_reached_the_server(self):
        driver = self.drive_live({**CHECK, "fate": "lose_reply"})
        with self.assertRaises(ConnectionResetError):
            driver.check()
        self.assertEqual(self.seen, ["/v1/check-lock"])


if __name__ == "__main__":
    unittest.main()
