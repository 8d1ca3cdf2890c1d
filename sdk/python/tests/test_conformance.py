"""Every scenario of spec/conformance, canned, live and, where it is marked so, against the fake, with the client for threads and with the one for tasks."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Dict, Iterator, List, Tuple

import pytest
from conformance.driver import run
from conformance.harness import cancels, harness

Case = Tuple[str, str, str]
AT_ONCE = 8  # Scenarios wait more than they work.


def cases() -> List[Case]:
    """Scenario, mode, variant."""
    return [
        (scenario["id"], mode, variant)
        for scenario in harness().scenarios()
        if "python" in scenario["sdks"]
        for mode in scenario["modes"]
        for variant in ("sync", "async")
        if variant == "async" or not cancels(scenario["id"])
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", cases(), ids=" ".join)


@pytest.fixture(scope="module")
def problems(request: pytest.FixtureRequest) -> Iterator[Dict[Case, Future[List[str]]]]:
    """Runs all chosen scenarios, several at once."""
    items: Any = request.session.items
    chosen = [item.callspec.params["case"] for item in items if "case" in getattr(item, "fixturenames", ())]
    pool = ThreadPoolExecutor(AT_ONCE)
    yield {case: pool.submit(run, *case) for case in chosen}
    pool.shutdown()


def test_scenario(case: Case, problems: Dict[Case, Future[List[str]]]) -> None:
    assert problems[case].result() == []
