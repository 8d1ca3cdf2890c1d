"""A newsletter to many recipients: sent by one processor, extended while it takes long, finished with its counts."""

from plain_client import Api
from story import claim, say, title, unique

HOUR = 60 * 60
EXTEND_AFTER = 50 * 60  # before the hour is over, with room for one slow batch


class MailServerDown(Exception):
    pass


class SteppedClock:
    """Stands in for time.monotonic: two hours of sending pass in no time."""

    def __init__(self):
        self.seconds = 0

    def __call__(self):
        return self.seconds


class NewsletterProcessor:
    """Sends each newsletter once, however many processors are given it.

    clock: seconds that only grow, such as time.monotonic.
    send_batch: takes a list of addresses and returns those that could not be reached.
    """

    def __init__(self, api, clock, send_batch, batch_size=100):
        self._api = api
        self._clock = clock
        self._send_batch = send_batch
        self._batch_size = batch_size
        self.extensions = 0

    def process(self, newsletter_id, recipients):
        key = f"newsletter_{newsletter_id}"
        lease = self._api.post("/ai/lease", key=key, ttl=HOUR)
        if lease["status"] == "polling":
            return {"status": "already_processing"}
        if lease["status"] in ("completed", "failed"):
            return {"status": lease["status"]}
        lease_id = lease["lease_id"]
        try:
            result = self._send_all(key, lease_id, recipients)
        except Exception:
            # What went wrong goes to our own log; a short code is enough for those who ask OnceOnly.
            self._api.post("/ai/fail", key=key, lease_id=lease_id, error_code="processing_error")
            raise
        self._api.post("/ai/complete", key=key, lease_id=lease_id, result=result)
        return {"status": "completed", "result": result}

    def _send_all(self, key, lease_id, recipients):
        unreached = 0
        extended_at = self._clock()
        for start in range(0, len(recipients), self._batch_size):
            if self._clock() - extended_at > EXTEND_AFTER:
                self._extend(key, lease_id)
                extended_at = self._clock()
            unreached += len(self._send_batch(recipients[start : start + self._batch_size]))
        return {"recipients_processed": len(recipients) - unreached, "recipients_failed": unreached}

    def _extend(self, key, lease_id):
        extended = self._api.post("/ai/extend", key=key, lease_id=lease_id, ttl=HOUR)
        if extended["status"] != "extended":
            raise RuntimeError(f"somebody else owns {key} now: {extended}")
        self.extensions += 1


api = Api()
clock = SteppedClock()
newsletter = unique("june")
recipients = [f"reader{number}@example.org" for number in range(548)] + ["no address", "nor this"]
mailbox = []
seen_by_other = []


def slow_batch(batch):
    """Every batch takes half an hour, and in the second one another processor is given the same newsletter."""
    clock.seconds += HOUR // 2
    mailbox.extend(address for address in batch if "@" in address)
    if len(mailbox) == 200:
        seen_by_other.append(other.process(newsletter, recipients))
    return [address for address in batch if "@" not in address]


def broken_batch(batch):
    raise MailServerDown("connection refused")


processor = NewsletterProcessor(api, clock, slow_batch)
other = NewsletterProcessor(api, clock, slow_batch)

title("550 recipients in six batches of half an hour each")
outcome = processor.process(newsletter, recipients)
claim("the newsletter is sent", outcome["status"] == "completed")
say(f"result: {outcome['result']}")
claim("the counts are right", outcome["result"] == {"recipients_processed": 548, "recipients_failed": 2})
claim("the hour was extended every second batch", processor.extensions == 2)
claim("a second processor saw already_processing", seen_by_other == [{"status": "already_processing"}])

title("Later: the same newsletter again")
claim("it is told completed", other.process(newsletter, recipients) == {"status": "completed"})
claim("nobody got the mail twice", len(mailbox) == len(set(mailbox)) == 548)
stored = api.get("/ai/result", key=f"newsletter_{newsletter}")
claim("and anybody can read the counts", stored["result"] == outcome["result"])

title("Another newsletter, and the mail server is down")
unlucky = unique("july")
try:
    NewsletterProcessor(api, clock, broken_batch).process(unlucky, recipients)
    claim("the processor hears of it", False)
except MailServerDown as error:
    claim(f"the processor hears of it: {error}", True)
status = api.get("/ai/status", key=f"newsletter_{unlucky}")
claim("so does everybody else", (status["status"], status["error_code"]) == ("failed", "processing_error"))
