"""The published client's own tests, run with this package. Those that can't pass are listed with the reason for each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Dict

import pytest
from published.fetched import own_tests

PROJECT = Path(__file__).resolve().parent.parent

# Some tests reach for what is private there. Its place is taken by these.
CONFTEST = """
import httpx
import onceonly
from onceonly import _published
from onceonly.integrations import langchain

langchain._stable_hash_args = _published._hash_of_input

def read(self, response, fallback_key, fallback_ttl):
    asked = onceonly.OnceOnly("k", transport=lambda request: response)
    return asked.check_lock(fallback_key, fallback_ttl, fail_open=False)

onceonly.OnceOnly._parse_check_lock_response = read
"""

FLOW = "It replaces ai.status and ai.run, which a waiting call does not go through: the server holds its question."
FORBIDDEN = "A 403 that is not about the API key is an ApiError: the key is right, and what was asked for is refused."
CAUSE = "Errors of the network are NetworkErrors, as every error is a OnceOnlyError; httpx's own is the cause."
WORDS = "A duplicate is not told as skipped: nobody knows whether the first call has succeeded."

#: Tests that can't pass, and why.
CANNOT_PASS: Dict[str, str] = {
    "test_ai_lease::test_ai_lease_errors_raise_typed[403-UnauthorizedError]": FORBIDDEN,
    "test_governance::test_gov_upsert_policy_errors_raise[403-UnauthorizedError]": FORBIDDEN,
    "test_tools_registry::test_tools_create_errors_raise[403-UnauthorizedError]": FORBIDDEN,
    "test_client_behavior::test_fail_open_does_not_mask_4xx_errors": FORBIDDEN,
    "test_ai_run_and_wait::test_ai_wait_polls_until_terminal": FLOW,
    "test_ai_run_and_wait::test_ai_wait_times_out": FLOW,
    "test_ai_run_and_wait::test_ai_run_and_wait_calls_run_then_wait": FLOW,
    "test_client_behavior::test_fail_strict_on_network_error": CAUSE,
    "test_integrations::test_langchain_duplicate_behavior_structured": WORDS,
    "test_integrations::test_langchain_duplicate_does_not_call_original_tool": WORDS,
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, str]:
    """What came of each test: nothing when it has passed, else the failure's words."""
    folder = tmp_path_factory.mktemp("published-tests")
    shutil.copytree(own_tests(), folder / "tests")
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n", "utf-8")
    (folder / "tests" / "conftest.py").write_text(CONFTEST, "utf-8")
    report = folder / "report.xml"
    # The addresses of these tests are never asked, but for that of the smoke test, which needs a key of the service.
    (folder / "tests" / "test_integration_smoke.py").unlink()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ONCEONLY_")}
    environment["PYTHONPATH"] = str(PROJECT / "src")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", "tests"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
    assert report.exists(), done.stdout + done.stderr
    return {_name(case): _failure(case) for case in ElementTree.parse(report).iter("testcase") if case.find("skipped") is None}


def _name(case: ElementTree.Element) -> str:
    return f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"


def _failure(case: ElementTree.Element) -> str:
    for kind in ("failure", "error"):
        found = case.find(kind)
        if found is not None:
            return f"{found.get('message')}"
    return ""


def test_published_tests_pass(outcomes: Dict[str, str]) -> None:
    assert len(outcomes) > 60
    assert {name: words for name, words in outcomes.items() if words and name not in CANNOT_PASS} == {}


def test_tests_that_cannot_pass_do_not_pass_and_have_a_reason(outcomes: Dict[str, str]) -> None:
    assert [name for name in CANNOT_PASS if not outcomes.get(name)] == []
    assert all(reason.endswith(".") for reason in CANNOT_PASS.values())
