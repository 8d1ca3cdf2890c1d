"""The pytest plugin of OnceOnly: the fixture ``fake_onceonly``.

It stands beside the package, not in it, so that a test run that does not use the fixture imports neither the client nor httpx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

import pytest

if TYPE_CHECKING:
    from onceonly.testing import FakeOnceOnly


@pytest.fixture
def fake_onceonly() -> Iterator[FakeOnceOnly]:
    """A new OnceOnly in memory for each test; ``fake_onceonly.client()`` is a real client of it."""
    from onceonly.testing import FakeOnceOnly

    with FakeOnceOnly() as fake:
        yield fake
