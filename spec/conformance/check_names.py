"""Placeholders of a scenario: each must be known where it stands."""

import placeholders

BUILT_IN = {"run", "tool_url"}


def check_names(check):
    """Says which placeholders have no value when they are needed, or can have none where they stand."""
    _check_names(check, with_requests=True)
    if check.scenario.fake:
        _check_names(check, with_requests=False)


def _check_names(check, with_requests):
    """Nobody sees the requests to a fake, so that only outcomes can give names a value there."""
    names = set(BUILT_IN)
    environment = check.scenario.spec.get("environment", {})
    _sent(check, "environment", environment, names | {"base_url", "api_key"})
    _sent(check, "client", check.scenario.spec.get("client", {}), names)
    _sent(check, "functions", check.scenario.spec.get("functions", {}), names)
    for index, step in enumerate(check.scenario.steps):
        where = "step %d" % index
        _sent(check, where + ".args", step.get("args", {}), names)
        for number, exchange in enumerate(step.get("exchanges", []) if with_requests else []):
            place = "%s.exchanges[%d]" % (where, number)
            _expected(check, place + ".request", exchange.get("request", {}), names)
            _sent(check, place + ".answer", exchange.get("answer", {}), names)
            for name in exchange.get("capture", {}):
                if not placeholders.NAME.fullmatch(name):
                    check.say("%s captures %r, which is no name" % (place, name))
                names.add(name)
        _expected(check, where + ".expect", step.get("expect", {}), names)


def _tokens(value):
    if isinstance(value, str):
        if value.count("${") != len(placeholders.TOKEN.findall(value)):
            yield value, ""
        for token in placeholders.TOKEN.finditer(value):
            yield value, token.group(1)
    elif isinstance(value, list):
        for item in value:
            yield from _tokens(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _tokens(name)
            yield from _tokens(item)


def _sent(check, where, value, names):
    for text, token in _tokens(value):
        known = token in names or placeholders.REPEAT.fullmatch(token) or placeholders.HTTP_DATE.fullmatch(token)
        if not known:
            check.say("%s has %r, which has no value there" % (where, text))


def _expected(check, where, value, names):
    for text, token in _tokens(value):
        capture = placeholders.CAPTURE.fullmatch(token)
        other = placeholders.OTHER_THAN.fullmatch(token)
        whole = text == "${%s}" % token
        if capture and whole:
            names.add(capture.group(1))
        elif other and whole:
            if other.group(1) not in names:
                check.say("%s has %r, which has no value there" % (where, text))
        elif (
            token == "more" and whole or token in placeholders.KINDS and (whole or token in placeholders.KIND_PATTERNS)
        ):
            continue
        else:
            _sent(check, where, text, names)
