"""A worker that is killed in the middle of its work; the next one goes on where it stopped, and is alone.

Takes a little over 10 seconds: a dead worker's lease must run out, and 10 seconds is the shortest there is.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from onceonly import ApiError, OnceOnly, current_lease
from story import SERVER, claim, say, title, unique

PAGES = 6


class Book:
    """What the work is about: a file of pages, which outlives its writers. It refuses a smaller fence than its last."""

    def __init__(self, path):
        self._path = Path(path)

    def pages(self):
        return [json.loads(line) for line in self._path.read_text("utf-8").splitlines()]

    def write(self, page, lease_id, fence):
        written = self.pages()
        if written and fence < written[-1]["fence"]:
            return False
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"page": page, "lease_id": lease_id, "fence": fence}) + "\n")
        return True


def write_book(client, key, book, pause=lambda page: None):
    """Writes what is missing. With wait_on_conflict=False it answers at once when another is at it."""

    def work():
        lease = current_lease()
        for page in range(len(book.pages()) + 1, PAGES + 1):
            lease.raise_if_lost()
            book.write(page, lease.lease_id, lease.fence)
            pause(page)
        return {"pages": PAGES}

    return client.ai.run_fn(key, work, ttl=10, extend_every=1, wait_on_conflict=False)


def worker(key, path):
    """The process that is going to be killed, while it looks for a word for page 4."""
    with OnceOnly(**SERVER) as client:
        write_book(client, key, Book(path), pause=lambda page: time.sleep(60 if page == 3 else 0))


def main(path):
    key, book = unique("write_book"), Book(path)
    with OnceOnly(**SERVER) as client:
        title("A worker writes a book, and is killed")
        process = subprocess.Popen([sys.executable, __file__, key, path])
        while len(book.pages()) < 3 and process.poll() is None:
            time.sleep(0.05)
        process.kill()
        claim("it has ended by signal 9", process.wait() == -signal.SIGKILL)
        dead = book.pages()[-1]
        claim("in the middle of its work", dead["page"] == 3)

        title("The next worker")
        result = write_book(client, key, book)
        claim("is told that the key is taken", result.error_code == "not_acquired")
        say("... waits for 10 s at most, until the dead one's lease ends")
        while result.error_code == "not_acquired":
            client.ai.status(key, wait=15)
            result = write_book(client, key, book)
        claim("takes over and completes", result.status == "completed" and result.result == {"pages": PAGES})
        pages = book.pages()
        claim("it has gone on where the dead one stopped", [p["page"] for p in pages] == list(range(1, PAGES + 1)))
        claim("with a larger fence", pages[-1]["fence"] > dead["fence"])

        title("What the dead one would still do, had it only slept")
        claim("its page is refused", not book.write(4, dead["lease_id"], dead["fence"]))
        try:
            client.ai.complete(key, dead["lease_id"], {"pages": 4})
            claim("so is its end of the work", False)
        except ApiError as error:
            claim("so is its end of the work", error.status_code == 409 and error.code == "lease_mismatch")
        claim("the result stands", client.ai.result(key).result == {"pages": PAGES})


if len(sys.argv) == 3:
    worker(*sys.argv[1:])
else:
    descriptor, name = tempfile.mkstemp(prefix="onceonly-book-")
    os.close(descriptor)
    try:
        main(name)
    finally:
        os.remove(name)
