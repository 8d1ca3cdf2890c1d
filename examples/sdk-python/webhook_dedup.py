"""A webhook that the sender delivers five times at once, and the receiver processes once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from onceonly import OnceOnly
from story import SERVER, claim, title, unique

DELIVERIES = 5
A_DAY = 24 * 3600

# While OnceOnly is away, a delivery is refused and comes again later. The default, fail_open=True, would process it
# unprotected.
client = OnceOnly(**SERVER, fail_open=False, max_retries_429=3)

processed = []


def receive(event_id, process):
    """Answers what a receiver of webhooks would: "failed" asks the sender for another delivery."""
    # The sender's own id is the same in all deliveries of one event.
    lock = client.check_lock(key=f"webhook:{event_id}", ttl=A_DAY, meta={"type": "order.paid"})
    if lock.duplicate:
        return "duplicate"
    try:
        process(event_id)
    except RuntimeError:
        # Nothing has happened yet, so the next delivery may try.
        client.release_lock(lock.key, lock.lock_id)
        return "failed"
    return "processed"


def out_of_order(event_id):
    raise RuntimeError("the warehouse did not answer")


title("Five deliveries of one webhook at once")
event = unique("evt")
start = threading.Barrier(DELIVERIES)


def deliver(_):
    start.wait()
    return receive(event, processed.append)


with ThreadPoolExecutor(DELIVERIES) as sender:
    answers = list(sender.map(deliver, range(DELIVERIES)))
claim("one of them is processed", answers.count("processed") == 1)
claim("four are duplicates", answers.count("duplicate") == DELIVERIES - 1)
claim("the order was taken once", processed.count(event) == 1)

title("A webhook whose processing fails at first")
event = unique("evt")
claim("the receiver asks for another delivery", receive(event, out_of_order) == "failed")
claim("which is processed", receive(event, processed.append) == "processed")
claim("a third is a duplicate", receive(event, processed.append) == "duplicate")
claim("the order was taken once", processed.count(event) == 1)

client.close()
