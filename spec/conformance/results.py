"""What came of the runs, and the table of it: scenario × language × mode."""

import json
import threading

from scenarios import SDKS

VARIABLE = "ONCEONLY_CONFORMANCE_RESULTS"


class Results:
    """Thread-safe. Each result is also appended to the file that `path` names, a line of JSON each."""

    def __init__(self, path=None):
        self._path = path
        self._lock = threading.Lock()
        self._results = []

    def add(self, scenario_id, sdk, variant, mode, problems):
        """Remembers one run. `variant` tells apart what one SDK runs twice, such as its asynchronous calls."""
        result = {
            "id": scenario_id,
            "sdk": sdk,
            "variant": variant,
            "mode": mode,
            "passed": not problems,
            "problems": problems,
        }
        with self._lock:
            self._results.append(result)
            if self._path:
                with open(self._path, "ab") as file:
                    file.write(json.dumps(result).encode("utf-8") + b"\n")

    def table(self):
        with self._lock:
            return table_of(self._results)


def read(path):
    """The results in a file of lines."""
    with open(path, "rb") as file:
        return [json.loads(line) for line in file if line.strip()]


def table_of(results):
    """`{scenario: {sdk: {mode: "passed" or "failed"}}}`; the last run of each variant counts, and all must have passed."""
    last = {}
    for result in results:
        last[result["id"], result["sdk"], result["mode"], result["variant"]] = result["passed"]
    table = {}
    for (scenario_id, sdk, mode, _), passed in last.items():
        modes = table.setdefault(scenario_id, {}).setdefault(sdk, {})
        modes[mode] = "passed" if passed and modes.get(mode) != "failed" else "failed"
    return table


def due(scenarios, sdks=SDKS):
    """How many runs there should be: scenario × language × mode, where each has its place."""
    return sum(len(scenario.modes) * len(set(scenario.sdks) & set(sdks)) for scenario in scenarios)


def render(scenarios, table, sdks=SDKS):
    """The table as text, and how many of its places are not `passed`."""
    width = max([len(scenario.id) for scenario in scenarios] + [8])
    columns = [(sdk, mode) for sdk in sdks for mode in ("canned", "live", "fake")]
    lines = ["%-*s  %s" % (width, "scenario", "  ".join("%s %s" % column for column in columns))]
    wrong = 0
    for scenario in scenarios:
        cells = []
        for sdk, mode in columns:
            state = "-"
            if mode in scenario.modes and sdk in scenario.sdks:
                state = table.get(scenario.id, {}).get(sdk, {}).get(mode, "MISSING")
                state = "FAILED" if state == "failed" else state
                wrong += state != "passed"
            cells.append("%-*s" % (len(sdk) + len(mode) + 1, state))
        lines.append(("%-*s  %s" % (width, scenario.id, "  ".join(cells))).rstrip())
    return "\n".join(lines), wrong
