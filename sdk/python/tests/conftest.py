"""What all tests share: the harness, and a live server for the tests that need one of their own."""

from __future__ import annotations

import pytest
from conformance.harness import harness


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the harness, if any test has started it."""
    if harness.cache_info().currsize:
        harness().close()
        harness.cache_clear()
