"""What a child of a fork must begin anew: connections are the parent's, and locks may be held by threads that the child does not have."""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Forgetful(Protocol):
    """What can begin anew."""

    def forget(self) -> None:
        """Leave to the parent what is the parent's, without touching it."""
        ...


_all: weakref.WeakSet[Forgetful] = weakref.WeakSet()


def forgets_after_fork(one: Forgetful) -> None:
    """Have ``one`` begin anew in each child; it is not kept alive for that."""
    _all.add(one)


def _forget() -> None:
    for one in list(_all):
        one.forget()


if hasattr(os, "register_at_fork"):  # Not on Windows, which has no fork.
    os.register_at_fork(after_in_child=_forget)
