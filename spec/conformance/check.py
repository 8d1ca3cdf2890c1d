"""Reads every scenario strictly: a field, verb, argument, option, error or placeholder that nobody knows is a mistake."""

import sys

import contract
import scenarios
from check_names import check_names
from check_values import ERROR_FIELDS, check_argument, check_function, check_hooks, check_options

SCENARIO = {
    "name",
    "modes",
    "fake",
    "sdks",
    "why",
    "as",
    "base_path",
    "environment",
    "client",
    "functions",
    "steps",
}
ENVIRONMENT = {"ONCEONLY_API_KEY", "ONCEONLY_BASE_URL", "ONCEONLY_FAIL_OPEN"}
STEP = {"call", "args", "cancel_after_ms", "close_after_ms", "exchanges", "expect", "unordered", "then_quiet_ms"}
EXCHANGE = {"request", "answer", "fate", "delay_ms", "capture", "times", "optional"}
REQUEST = {"method", "path", "query", "headers", "body"}
ANSWER = {"status", "headers", "body", "text", "content_type"}
EXPECT = {"value", "error", "fn_calls", "lost_calls", "elapsed_ms", "logged", "hooks"}
ERROR = {"type", "status_code", "code", "detail", "request_id", "retry_after_sec", "message"}
ROLES = {"admin", "reader", "agent", "over_limit", "stranger", "disabled"}
ANSWERED = {"answer", "inject", "slow", "trickle", "half_body", "hang_up", "lose_reply"}
UNANSWERED = {"refuse", "reset", "drop", "silence", "bad_certificate"}


class Check:
    """The mistakes of one scenario."""

    def __init__(self, scenario, known):
        self.scenario = scenario
        self.known = known
        self.mistakes = []

    def say(self, text):
        self.mistakes.append("%s: %s" % (self.scenario.id, text))

    def only(self, where, value, allowed):
        """True for an object with no other fields than the allowed ones."""
        if not isinstance(value, dict):
            self.say("%s is no object" % where)
            return False
        for name in set(value) - set(allowed):
            self.say("%s has an unknown %s" % (where, name))
        return True

    def run(self):
        spec = self.scenario.spec
        self.only("it", spec, SCENARIO)
        if not self.scenario.name:
            self.say("it has no name")
        self._place(spec)
        if spec.get("as", "admin") not in ROLES:
            self.say("as is %r" % spec["as"])
        self.only("environment", spec.get("environment", {}), ENVIRONMENT)
        self._client(spec.get("client", {}))
        if self.only("functions", spec.get("functions", {}), spec.get("functions", {})):
            for name, function in spec.get("functions", {}).items():
                self._decorated("functions.%s" % name, function)
        if not self.scenario.steps:
            self.say("it has no steps")
        for index, step in enumerate(self.scenario.steps):
            self._step("step %d" % index, step)
        check_names(self)
        return self.mistakes

    def _place(self, spec):
        """Where a scenario is run: modes, SDKs, fakes."""
        modes = tuple(spec.get("modes", scenarios.MODES))
        if not set(modes) <= set(scenarios.MODES) or not modes:
            self.say("modes are %s" % (modes,))
        if not set(self.scenario.sdks) <= set(scenarios.SDKS) or not self.scenario.sdks:
            self.say("sdks are %s" % (self.scenario.sdks,))
        left_out = len(modes) < len(scenarios.MODES) or len(self.scenario.sdks) < len(scenarios.SDKS)
        if left_out != bool(spec.get("why")):
            self.say("why stands exactly where a mode or an SDK is left out")
        if spec.get("fake", True) is not True:
            self.say("fake is true or absent")
        fates = {exchange.get("fate", "answer") for step in self.scenario.steps for exchange in step.get("exchanges", [])}
        if self.scenario.fake and (fates - {"answer"} or "as" in spec or "base_path" in spec):
            self.say("a fake can be asked neither for faults nor for other keys and paths")

    def _client(self, client):
        settable = self.known.options - {"base_url", "api_key", "transport", "logger", "on_duplicate", "on_retry"}
        if self.only("client", client, settable | {"hooks"}):
            if client.get("hooks", True) is not True:
                self.say("client.hooks is true or absent")
            if "on_fail_open" in client:
                check_function(self, "client.on_fail_open", client["on_fail_open"])
            self._key_format("client", client)

    def _key_format(self, where, options):
        if "key_format" in options and "java" in self.scenario.sdks:
            self.say("%s.key_format, which Java has not" % where)

    def _of_python(self, where, form):
        if self.scenario.sdks != ("python",):
            self.say("%s has %s, which is for Python only" % (where, form))

    def _decorated(self, where, function):
        if not self.only(where, function, {"decorator", "options", "fn", "anonymous", "signature"}):
            return
        if function.get("anonymous", True) is not True:
            self.say("%s: anonymous is true or absent" % where)
        if "signature" in function:
            self._of_python(where, "signature")
            check_argument(self, where + ".signature", function["signature"])
        decorator = function.get("decorator")
        if decorator not in ("idempotent", "idempotent_ai"):
            self.say("%s.decorator is %r" % (where, decorator))
            return
        self.only(
            where + ".options", function.get("options", {}), set(self.known.verbs[decorator]) - {"function", "fn"}
        )
        check_options(self, where + ".options", function.get("options", {}))
        self._key_format(where + ".options", function.get("options", {}))
        check_function(self, where + ".fn", function.get("fn"))

    def _step(self, where, step):
        if not self.only(where, step, STEP):
            return
        call = step.get("call")
        expect = step.get("expect", {})
        refused = _is_refused(expect)
        self._call(where, call, step.get("args", {}), refused)
        if "exchanges" not in step and call != "close":
            self.say("%s says nothing of its requests: exchanges" % where)
        if refused and step.get("exchanges"):
            self.say("%s is refused before anything is sent, so exchanges is []" % where)
        if step.get("unordered", True) is not True:
            self.say("%s: unordered is true or absent" % where)
        self._exchanges(where, step)
        self._expect(where, step, expect)

    def _call(self, where, call, args, refused):
        if call == "close":
            self.only(where + ".args", args, set())
            return
        if call == "invoke":
            self.only(where + ".args", args, {"function", "args", "kwargs", "times_at_once"})
            if "kwargs" in args:
                self._of_python(where, "kwargs")
            check_argument(self, where + ".args", args.get("args", []))
            check_argument(self, where + ".kwargs", args.get("kwargs", {}))
            if args.get("function") not in self.scenario.spec.get("functions", {}):
                self.say("%s invokes %r, which is no function of this scenario" % (where, args.get("function")))
            return
        if call not in self.known.verbs or call in ("idempotent", "idempotent_ai"):
            self.say("%s calls %r, which is no verb" % (where, call))
            return
        if self.only(where + ".args", args, self.known.verbs[call]):
            check_options(self, where + ".args", args)
            missing = {name for name, required in self.known.verbs[call].items() if required} - set(args)
            if missing and not refused:
                self.say("%s.args has no %s" % (where, ", ".join(sorted(missing))))

    def _exchanges(self, where, step):
        exchanges = step.get("exchanges", [])
        for number, exchange in enumerate(exchanges):
            place = "%s.exchanges[%d]" % (where, number)
            if not self.only(place, exchange, EXCHANGE):
                continue
            fate = exchange.get("fate", "answer")
            if fate not in ANSWERED | UNANSWERED:
                self.say("%s.fate is %r" % (place, fate))
            if fate == "refuse" and (
                step.get("unordered") or any(e.get("fate") != "refuse" for e in exchanges[:number])
            ):
                self.say("%s: refuse stands first in an ordered step" % place)
            if (fate in ("slow", "trickle") and "delay_ms" not in exchange) or (
                "delay_ms" in exchange and fate not in ("slow", "trickle", "refuse")
            ):
                self.say("%s: delay_ms goes with slow, trickle and refuse" % place)
            self._answer(place, exchange, fate)
            self._request(place, exchange)
            if exchange.get("times", "any") != "any" or exchange.get("optional", True) is not True:
                self.say("%s: times is any, optional is true, or they are absent" % place)

    def _answer(self, place, exchange, fate):
        answer = exchange.get("answer")
        if answer is None:
            needed = fate in ANSWERED and ("canned" in self.scenario.modes or fate not in ("answer", "lose_reply"))
            if needed:
                self.say("%s has no answer" % place)
        elif fate in UNANSWERED:
            self.say("%s has an answer that nobody gets" % place)
        elif self.only(place + ".answer", answer, ANSWER) and "body" in answer and "text" in answer:
            self.say("%s.answer has body and text" % place)

    def _request(self, place, exchange):
        request = exchange.get("request", {})
        if not self.only(place + ".request", request, REQUEST):
            return
        if "path" not in request and exchange.get("fate") not in ("refuse", "bad_certificate"):
            self.say("%s.request has no path" % place)
        if any(name != name.lower() for name in request.get("headers", {})):
            self.say("%s.request: names of headers in lower case" % place)

    def _expect(self, where, step, expect):
        if not self.only(where + ".expect", expect, EXPECT):
            return
        if ("value" in expect) == ("error" in expect) and step.get("call") != "close":
            self.say("%s expects a value or an error" % where)
        self._error(where + ".expect.error", expect.get("error", {"type": "api"}))
        check_hooks(self, where + ".expect", expect.get("hooks"), self.scenario.spec.get("client", {}))
        fields = self.known.outcome_fields(step.get("call"))
        if fields and isinstance(expect.get("value"), dict):
            self.only(where + ".expect.value", expect["value"], fields)
        if ("fn" in step.get("args", {}) or step.get("call") == "invoke") and "fn_calls" not in expect:
            self.say("%s has a function and does not say fn_calls" % where)
        self.only(where + ".expect.elapsed_ms", expect.get("elapsed_ms", {}), {"min", "max"})

    def _error(self, where, error):
        own = {name for name, types in ERROR_FIELDS.items() if isinstance(error, dict) and error.get("type") in types}
        if self.only(where, error, ERROR | own) and error.get("type") not in self.known.errors:
            self.say("%s.type is %r" % (where, error.get("type")))


def _is_refused(expect):
    """Whether a step ends before anything is sent; what a function has returned may be invalid, too."""
    error = expect.get("error", {}) if isinstance(expect, dict) else {}
    return error.get("type") == "invalid_argument" and not expect.get("fn_calls")


def mistakes_of(known_scenarios, known):
    """All mistakes, as texts."""
    mistakes, seen = [], set()
    for scenario in known_scenarios:
        if scenario.id in seen:
            mistakes.append("%s: there are two of this name" % scenario.id)
        seen.add(scenario.id)
        mistakes += Check(scenario, known).run()
    return mistakes


def main():
    """Prints the mistakes; 1 if there are any."""
    try:
        known_scenarios = scenarios.read_all()
    except ValueError as error:
        print("conformance: %s" % error, file=sys.stderr)
        return 1
    mistakes = mistakes_of(known_scenarios, contract.read())
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    unused = [verb for verb in contract.read().verbs if not _used(verb, known_scenarios)]
    if unused:
        print("no scenario calls %s" % ", ".join(unused), file=sys.stderr)
    print(
        "conformance: %d scenarios, %d mistakes, %d verbs without a scenario"
        % (len(known_scenarios), len(mistakes), len(unused))
    )
    return 1 if mistakes or unused else 0


def _used(verb, known_scenarios):
    for scenario in known_scenarios:
        decorators = {function.get("decorator") for function in scenario.spec.get("functions", {}).values()}
        if verb in decorators or any(step.get("call") == verb for step in scenario.steps):
            return True
    return False
