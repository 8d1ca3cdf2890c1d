"""The requests that a step should make, and which of them one that came is."""

import placeholders
import wire


class Exchange:
    """One expected request with its answer, as the scenario writes it."""

    def __init__(self, spec):
        self.request = spec.get("request", {})
        self.answer = spec.get("answer", {})
        self.fate = spec.get("fate", "answer")
        self.delay_ms = spec.get("delay_ms", 0)
        self.capture = spec.get("capture", {})
        self.repeats = spec.get("times") == "any"
        self.skippable = self.repeats or spec.get("optional", False) or self.fate == "refuse"
        self.seen = 0

    @property
    def spent(self):
        return self.seen > 0 and not self.repeats

    @property
    def owed(self):
        return self.seen == 0 and not self.skippable

    def same_target(self, request):
        """Whether method and path are the expected ones, whatever else differs."""
        wanted = self.request
        if "method" in wanted and wanted["method"] != request.method:
            return False
        return "path" not in wanted or "${" in wanted["path"] or wanted["path"] == request.path

    def differences(self, request, names):
        """What is not as expected, captures put into `names`."""
        wanted = self.request
        problems = []
        if "method" in wanted and wanted["method"] != request.method:
            problems.append("method is %s, not %s" % (request.method, wanted["method"]))
        if "path" in wanted:
            problems += _match_path(wanted["path"], request.path, names)
            problems += _match_query(wanted.get("query", {}), request.query, names)
        problems += _match_headers(wanted.get("headers", {}), request.headers, names)
        if "body" in wanted:
            problems += _match_body(wanted["body"], request, names)
        return problems

    def __str__(self):
        return "%s %s" % (self.request.get("method", "any method"), self.request.get("path", "any path"))


class Plan:
    """The exchanges of one step. In order, unless the step says that there is none; not thread-safe."""

    def __init__(self, specs, unordered):
        self.exchanges = [Exchange(spec) for spec in specs]
        self.unordered = unordered
        self._at = 0

    def take(self, request, names):
        """The exchange that the request is, or None, and what is wrong with it."""
        candidates = self._candidates()
        for exchange in candidates:
            attempt = dict(names)
            if not exchange.differences(request, attempt):
                names.update(attempt)
                return self._taken(exchange), []
        for exchange in candidates:
            if exchange.same_target(request):
                problems = exchange.differences(request, names)
                return self._taken(exchange), ["%s: %s" % (request, problem) for problem in problems]
        return None, []

    def take_greeting(self):
        """The next exchange that ends before a request is sent, or None."""
        for exchange in self._candidates():
            if exchange.fate == "bad_certificate":
                return self._taken(exchange)
        return None

    def next_refuses(self):
        """Whether the next request should find nobody listening."""
        return not self.unordered and self._at < len(self.exchanges) and self.exchanges[self._at].fate == "refuse"

    def skip_refused(self):
        """Goes past the exchanges that nobody can see."""
        delay_ms = 0
        while self.next_refuses():
            delay_ms += self.exchanges[self._at].delay_ms
            self._at += 1
        return delay_ms

    def owed(self):
        """Those that never came."""
        return [exchange for exchange in self.exchanges if exchange.owed]

    def _candidates(self):
        if self.unordered:
            return [exchange for exchange in self.exchanges if not exchange.spent]
        candidates = []
        for exchange in self.exchanges[self._at :]:
            candidates.append(exchange)
            if exchange.owed:
                break
        return candidates

    def _taken(self, exchange):
        exchange.seen += 1
        if not self.unordered:
            self._at = self.exchanges.index(exchange) + (0 if exchange.repeats else 1)
        return exchange


def _match_path(wanted, path, names):
    filled = (
        placeholders.fill(wanted, {**names, "any": "\0"}) if "${any}" in wanted else placeholders.fill(wanted, names)
    )
    wanted_parts, parts = wire.path_parts(filled), wire.path_parts(path)
    same = len(wanted_parts) == len(parts) and all(a in (b, "\0") for a, b in zip(wanted_parts, parts))
    return [] if same else ["path is %s, not %s" % (path, filled.replace("\0", "${any}"))]


def _match_query(wanted, query, names):
    problems = []
    given = {}
    for name, value in query:
        if name in given:
            problems.append("query has %s twice" % name)
        given[name] = value
    for name in given:
        if name not in wanted:
            problems.append("query has %s=%s, which nobody expects" % (name, given[name]))
    for name, value in wanted.items():
        if name not in given:
            problems.append("query has no %s" % name)
        else:
            problems += placeholders.match_wire_text(value, given[name], "query.%s" % name, names)
    return problems


def _match_headers(wanted, headers, names):
    problems = []
    for name, value in wanted.items():
        if value is None:
            if name in headers:
                problems.append("header %s is there: %s" % (name, headers[name]))
        elif name not in headers:
            problems.append("header %s is missing" % name)
        else:
            problems += placeholders.match_wire_text(value, headers[name], "header %s" % name, names)
    return problems


def _match_body(wanted, request, names):
    try:
        body = request.json()
    except ValueError:
        return ["body is no JSON: %r" % request.body[:200]]
    return placeholders.match(wanted, body, "body", names)
