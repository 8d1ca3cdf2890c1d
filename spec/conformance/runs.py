"""One run: an SDK goes through one scenario in one mode, and is judged."""

import random
import string
import threading
import time

import answers
import exchanges
import invariants
import judging
import placeholders
from listener import Act, Listener

FAULTS = ("refuse", "reset", "half_body", "silence", "slow", "trickle", "hang_up", "bad_certificate", "lose_reply")
CANNED_KEYS = {
    role: "once_live_canned_%s_0123456789" % role
    for role in ("admin", "reader", "agent", "over_limit", "stranger", "disabled")
}


def new_run_name():
    """12 letters and digits that are new in each run; the first is a letter, so that it may begin a name."""
    letters = random.SystemRandom()
    return letters.choice(string.ascii_lowercase) + "".join(
        letters.choice(string.ascii_lowercase + string.digits) for _ in range(11)
    )


class Run:
    """Thread-safe: requests come on the listener's threads while the suite speaks to the harness.

    `backend` forwards requests to the real server when the run is live, else it is None. A run in the mode fake takes no
    requests at all: an SDK's own OnceOnly in memory answers them, and only outcomes are judged.
    """

    def __init__(self, scenario, mode, sdk, variant, backend, tls):
        self.scenario = scenario
        self.mode = mode
        self.sdk = sdk
        self.variant = variant
        self._requests = []
        self._found = []
        self._backend = backend
        self._lock = threading.RLock()
        self._ended = False
        self._index = None
        self._told = set()
        self._plan = exchanges.Plan([], False)
        role = scenario.spec.get("as", "admin")
        self.api_key = backend.api_key(role) if backend else CANNED_KEYS[role]
        self._names = {"run": new_run_name(), "tool_url": backend.tool_url if backend else "http://127.0.0.1:9/tool"}
        self.name = self._names["run"]
        fates = {exchange.get("fate") for step in scenario.steps for exchange in step.get("exchanges", [])}
        secure = "bad_certificate" in fates
        self._listener = Listener(self._decide, not fates & set(FAULTS), tls if secure else None, self._greeted)
        self.base_url = "%s://127.0.0.1:%d%s" % (
            "https" if secure else "http",
            self._listener.port,
            scenario.spec.get("base_path", ""),
        )
        self._open()

    def _open(self):
        if self.mode != "fake":
            self._listener.open()

    # What the suite asks

    def begin(self):
        """The answer to POST /begin."""
        spec = self.scenario.spec
        environment = spec.get("environment", {})
        own = {**self._names, "base_url": self.base_url, "api_key": self.api_key}
        return {
            "run": self.name,
            "base_url": None if "ONCEONLY_BASE_URL" in environment else self.base_url,
            "api_key": None if "ONCEONLY_API_KEY" in environment else self.api_key,
            "environment": placeholders.fill(environment, own),
            "client": placeholders.fill(spec.get("client", {}), self._names),
            "functions": placeholders.fill(spec.get("functions", {}), self._names),
            "steps": len(self.scenario.steps),
        }

    def step(self, index):
        """The answer to POST /step: what to call."""
        self._listener.settle()
        with self._lock:
            if index != len(self._told) or not 0 <= index < len(self.scenario.steps):
                raise ValueError("step %r is not the next one" % index)
            spec = self.scenario.steps[index]
            self._index = index
            planned = [] if self.mode == "fake" else spec.get("exchanges", [])
            self._plan = exchanges.Plan(planned, spec.get("unordered", False))
            refuses = self._plan.next_refuses()
            delay_ms = self._plan.skip_refused()
            answer = {"call": spec["call"], "args": placeholders.fill(spec.get("args", {}), self._names)}
            for name in ("cancel_after_ms", "close_after_ms"):
                if name in spec:
                    answer[name] = spec[name]
        if refuses:
            self._listener.refuse()
            if delay_ms:
                reopen = threading.Timer(delay_ms / 1000, self._listener.open)
                reopen.daemon = True
                reopen.start()
        return answer

    def outcome(self, index, told):
        """Judges a step; the problems of its outcome and of its requests."""
        spec = self.scenario.steps[index]
        with self._lock:
            if index != self._index or index in self._told:
                raise ValueError("an outcome of step %r, which is not the one that goes on" % index)
            self._told.add(index)
            owed = self._plan.owed()
            self._plan = exchanges.Plan([], False)
        self._open()
        if self.mode != "fake":
            time.sleep(spec.get("then_quiet_ms", 0) / 1000)
        with self._lock:
            problems = self._drained() + ["request is missing: %s" % exchange for exchange in owed]
            problems += judging.judge(spec, told, self._names, self.api_key)
            self._found += ["step %d: %s" % (index, text) for text in problems]
            return problems

    def end(self):
        """The answer to POST /end: what nobody expected. The run takes no more requests."""
        with self._lock:
            self._ended = True
            problems = self._drained()
            if len(self._told) < len(self.scenario.steps):
                problems.append("only %d of %d steps were made" % (len(self._told), len(self.scenario.steps)))
            self._found += problems
        self._listener.close()
        return problems

    def all_problems(self):
        """Everything that was found in the whole run."""
        return list(self._found)

    # What the listener asks

    def _decide(self, request):
        with self._lock:
            if self._ended:
                return Act("reset")
            self._requests += invariants.of_request(request, self)
            exchange, differences = self._plan.take(request, self._names)
            self._requests += differences
            if exchange is None:
                self._requests.append("request that nobody expects: %s" % request)
                return Act("answer", answers.unexpected(request))
            forwarded = self._backend and exchange.fate in ("answer", "lose_reply")
            if not forwarded:
                answer = answers.canned(exchange.answer, request, self._names)
                self._capture(exchange, answer)
        if forwarded:
            answer = self._backend.forward(request)
            with self._lock:
                self._capture(exchange, answer)
        return Act(exchange.fate, answer, exchange.delay_ms)

    def _greeted(self):
        with self._lock:
            if not self._ended and self._plan.take_greeting() is None:
                self._requests.append("a connection that nobody expects")

    def _capture(self, exchange, answer):
        for name, pointer in exchange.capture.items():
            try:
                self._names[name] = answers.at_pointer(answer.json(), pointer)
            except LookupError:
                self._requests.append("the answer to %s has nothing at %s: %r" % (exchange, pointer, answer.body[:300]))

    def _drained(self):
        problems, self._requests = self._requests, []
        return problems
