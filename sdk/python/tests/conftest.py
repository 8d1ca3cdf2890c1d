"""What all tests share: the harness, and a live server for the tests that need one of their own."""

from __future__ import annotations

from typing import Iterator, Tuple

import pytest
from conformance.harness import harness
from server import running_server


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the harness, if any test has started it."""
    if harness.cache_info().currsize:
        harness().close()
        harness.cache_clear()


@pytest.fixture(scope="session")
def live() -> Iterator[Tuple[str, str]]:
    """The URL of a real server, and an API key."""
    with running_server() as server:
        yield server
