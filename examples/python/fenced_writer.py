"""An owner that slept too long: what it writes late is refused by a receiver that remembers the largest fence.

Takes a little over 10 seconds, since a lease must really run out and 10 seconds is the shortest there is.
"""

import threading

from plain_client import Api
from story import claim, say, title, unique

SHORTEST_TTL = 10


class Ledger:
    """What the work is about. It knows nothing of leases; one number and one comparison protect it.

    The comparison and the write are one step, as they would be in
    UPDATE ledger SET balance = ?, fence = ? WHERE fence <= ?
    """

    def __init__(self):
        self._one_at_a_time = threading.Lock()
        self._fence = 0
        self.balance = 0

    def write(self, balance, fence):
        with self._one_at_a_time:
            if fence < self._fence:
                return False
            self._fence = fence
            self.balance = balance
            return True


api = Api()
ledger = Ledger()
key = unique("close_the_books")

title("The first worker takes the job and falls asleep")
first = api.post("/ai/lease", key=key, ttl=SHORTEST_TTL)
claim(f"it has the lease, with fence {first['fence']}", first["status"] == "acquired")
claim("and writes", ledger.write(100, first["fence"]))
early = api.post("/ai/lease", key=key, ttl=60)
claim("a second worker has to wait", early["status"] == "polling")
say(f"... {early['ttl_left']} s, in one call that returns when the lease ends")
ended = api.get("/ai/status", key=key, wait=early["ttl_left"] + 5)
claim("the lease has run out", ended["status"] == "not_found")

title("The second worker takes over")
second = api.post("/ai/lease", key=key, ttl=60)
claim(f"it has the lease, with fence {second['fence']}", second["status"] == "acquired")
claim("which is larger", second["fence"] > first["fence"])
claim("and writes", ledger.write(250, second["fence"]))

title("The first worker wakes up and goes on as if nothing had happened")
claim("its write is refused", not ledger.write(101, first["fence"]))
claim("the second worker's balance stands", ledger.balance == 250)
late = api.post("/ai/complete", key=key, lease_id=first["lease_id"], result={"balance": 101})
claim("OnceOnly refuses its end of the work too", late["status"] == "conflict")
claim("and says that another has taken over", late["detail"]["error"] == "lease_mismatch")
claim("the second worker can still write", ledger.write(300, second["fence"]))
done = api.post("/ai/complete", key=key, lease_id=second["lease_id"], result={"balance": 300})
claim("and completes", done["status"] == "completed")
