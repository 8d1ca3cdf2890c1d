"""A payment that happens once: check-lock says who goes ahead, and an attempt id survives a lost reply."""

import uuid

from plain_client import Api
from story import claim, say, title, unique

api = Api()
charges = []  # what the payment provider has been told


def pay(order, attempt_id, reply_is_lost=False):
    """Charges the order if nobody has, and returns the server's answer."""
    answer = api.post("/check-lock", attempt_id, key=order, ttl=3600, metadata={"amount_usd": 49})
    if reply_is_lost:
        raise ConnectionError("the network broke before the reply arrived")
    if answer["status"] == "locked":
        charges.append(order)
    return answer


def new_attempt():
    """One id for each logical call: random, kept in memory only, and the same when that call is repeated."""
    return uuid.uuid4().hex


title("Two clicks on the pay button")
order = unique("order")
first = pay(order, new_attempt())
claim("the first click goes ahead", first["success"] and first["status"] == "locked")
second = pay(order, new_attempt())
claim("the second is a duplicate", not second["success"] and second["status"] == "duplicate")
claim(f"and learns when the first came: {second['first_seen_at']}", second["first_seen_at"].endswith("Z"))
claim("the card was charged once", charges.count(order) == 1)

title("A reply that got lost")
order = unique("order")
attempt = new_attempt()
try:
    pay(order, attempt, reply_is_lost=True)
except ConnectionError as error:
    say(f"{error}; was the order ours? The same attempt asks again.")
again = pay(order, attempt)
claim("the same attempt is told locked again", again["status"] == "locked")
claim("marked as a replay", again.get("replayed") is True)
stranger = pay(order, new_attempt())
claim("another attempt is a duplicate all the same", stranger["status"] == "duplicate")
claim("the card was charged once", charges.count(order) == 1)
