"""A webhook that the sender delivers five times at once, and the receiver processes once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from plain_client import Api
from story import claim, say, title, unique

DELIVERIES = 5

api = Api()
processed = []
failing_once = set()


def process(event):
    if event["id"] in failing_once:
        failing_once.remove(event["id"])
        raise RuntimeError("the warehouse did not answer")
    processed.append(event["id"])


class Receiver(BaseHTTPRequestHandler):
    """Answers 200 to what has been dealt with, now or before, and 500 to ask for another delivery."""

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = f"webhook:{event['id']}"  # the sender's own id: the same in all deliveries of one event
        # As long as the sender may deliver again. Who dies while processing keeps the lock until then; where
        # that is too long, take a short lease instead and complete it.
        lock = api.post("/check-lock", key=key, ttl=24 * 3600)
        if lock["status"] == "duplicate":
            return self.reply(200, "seen before")
        try:
            process(event)
        except RuntimeError as error:
            # Nothing has happened yet, so the next delivery may try.
            api.post("/check-lock/release", key=key, lock_id=lock["lock_id"])
            return self.reply(500, str(error))
        return self.reply(200, "processed")

    def reply(self, status, text):
        body = text.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        pass


receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{receiver.server_port}/"


def deliver(event_id, all_at_once=None):
    request = Request(url, json.dumps({"id": event_id, "type": "order.paid"}).encode("utf-8"))
    if all_at_once is not None:
        all_at_once.wait()
    try:
        with urlopen(request, timeout=30) as reply:
            return reply.status, reply.read().decode("utf-8")
    except HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8")


title(f"One event, {DELIVERIES} deliveries at the same moment")
event_id = unique("evt")
start = threading.Barrier(DELIVERIES)
with ThreadPoolExecutor(DELIVERIES) as sender:
    answers = list(sender.map(lambda _: deliver(event_id, start), range(DELIVERIES)))
say(f"answers: {[text for _, text in answers]}")
claim("the sender is content with every answer", all(status == 200 for status, _ in answers))
claim("one delivery was processed", processed.count(event_id) == 1)
claim("the others had been seen before", [text for _, text in answers].count("seen before") == DELIVERIES - 1)

title("An event whose processing fails at first")
event_id = unique("evt")
failing_once.add(event_id)
claim("the receiver asks for another delivery", deliver(event_id) == (500, "the warehouse did not answer"))
claim("which is processed", deliver(event_id) == (200, "processed"))
claim("a third is not", deliver(event_id) == (200, "seen before"))
claim("so it was processed once", processed.count(event_id) == 1)

receiver.shutdown()
receiver.server_close()
