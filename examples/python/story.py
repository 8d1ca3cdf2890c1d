"""How the examples tell what they do, and hold themselves to it."""

import secrets
import sys
import time


def title(text):
    print(text)


def say(line):
    print("     " + line)


def claim(what, kept):
    """Prints a promise that was kept; ends the example with exit status 1 if it was not."""
    print(("  ok " if kept else "  BROKEN ") + what)
    if not kept:
        sys.exit(1)


def unique(name):
    """A key that no earlier run has used, so that an example can run again on the same server."""
    return f"{name}_{secrets.token_hex(6)}"


def until(what, ask, seconds_max=5.0):
    """Asks again and again until the answer is a true value, and returns it: for what is counted a moment later."""
    deadline = time.monotonic() + seconds_max
    while True:
        answer = ask()
        if answer or time.monotonic() >= deadline:
            claim(what, bool(answer))
            return answer
        time.sleep(0.05)
