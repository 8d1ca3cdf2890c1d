"""Names in a scenario's texts: `${run}`, captured values, and what stands for any value of a kind.

`fill` replaces names before a text is sent; `match` compares what came with what a scenario expects and
captures on the way. Both are pure but for the dictionary of names that they are given.
"""

import re
import time
from email.utils import formatdate

TOKEN = re.compile(r"\$\{([^{}]*)\}")
NAME = re.compile(r"[a-z][a-z0-9_]*")
CAPTURE = re.compile(r"([a-z][a-z0-9_]*)=")
REPEAT = re.compile(r"repeat:([0-9]{1,6})")
HTTP_DATE = re.compile(r"http_date:([0-9]{1,5})")
OTHER_THAN = re.compile(r"not:([a-z][a-z0-9_]*)")

#: Stands as the last item of an expected list that may have further items, in any order.
MORE = "${more}"

KINDS = {
    "any": lambda value: True,
    "string": lambda value: isinstance(value, str) and value != "",
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
KIND_PATTERNS = {"any": ".*", "string": ".+", "int": "-?[0-9]+", "number": "-?[0-9.]+"}


class UnknownName(ValueError):
    """A placeholder that nothing has given a value."""


def fill(value, names):
    """A copy of a JSON value with every name replaced; a text that is one name keeps the value's type.

    Raises UnknownName for names without a value, so also for kinds and captures, which have no place in what is sent.
    """
    if isinstance(value, str):
        whole = TOKEN.fullmatch(value)
        if whole:
            return _value_of(whole.group(1), names)
        return TOKEN.sub(lambda token: str(_value_of(token.group(1), names)), value)
    if isinstance(value, list):
        return [fill(item, names) for item in value]
    if isinstance(value, dict):
        return {fill(name, names): fill(item, names) for name, item in value.items()}
    return value


def _value_of(token, names):
    repeat = REPEAT.fullmatch(token)
    if repeat:
        return "x" * int(repeat.group(1))
    date = HTTP_DATE.fullmatch(token)
    if date:
        return formatdate(time.time() + int(date.group(1)), usegmt=True)
    if token in names:
        return names[token]
    raise UnknownName("${" + token + "} has no value")


def match(expected, actual, where, names):
    """What is wrong with `actual`, as a list of texts; empty when it is as expected.

    Objects may have more fields than expected ones, lists have the same length unless they end in MORE. Captured
    values are put into `names`.
    """
    if isinstance(expected, str):
        return _match_text(expected, actual, where, names)
    if isinstance(expected, dict):
        return _match_object(expected, actual, where, names)
    if isinstance(expected, list):
        return _match_list(expected, actual, where, names)
    if not _same(expected, actual):
        return ["%s is %s, not %s" % (where, _short(actual), _short(expected))]
    return []


def _match_object(expected, actual, where, names):
    if not isinstance(actual, dict):
        return ["%s is %s, not an object" % (where, _short(actual))]
    problems = []
    for name, item in expected.items():
        if name.startswith("-"):
            absent = fill(name[1:], names)
            if absent in actual:
                problems.append("%s has %s = %s, which should be absent" % (where, absent, _short(actual[absent])))
            continue
        name = fill(name, names)
        if name not in actual:
            problems.append("%s has no %s" % (where, name))
        else:
            problems += match(item, actual[name], "%s.%s" % (where, name), names)
    return problems


def _match_list(expected, actual, where, names):
    if not isinstance(actual, list):
        return ["%s is %s, not a list" % (where, _short(actual))]
    if MORE in expected:
        return match_anywhere([item for item in expected if item != MORE], actual, where, names)
    if len(actual) != len(expected):
        return ["%s has %d items, not %d: %s" % (where, len(actual), len(expected), _short(actual))]
    problems = []
    for index, item in enumerate(expected):
        problems += match(item, actual[index], "%s[%d]" % (where, index), names)
    return problems


def match_anywhere(expected, actual, where, names):
    """Each expected item must be among the actual ones, each in a place of its own, in any order."""
    places = {}

    def place(index, tried):
        for candidate in range(len(actual)):
            if candidate in tried or match(expected[index], actual[candidate], where, dict(names)):
                continue
            tried.add(candidate)
            if candidate not in places or place(places[candidate], tried):
                places[candidate] = index
                return True
        return False

    problems = []
    for index, item in enumerate(expected):
        if not place(index, set()):
            problems.append(
                "%s has nothing (more) like %s: %s" % (where, _short(fill_known(item, names)), _short(actual))
            )
    return problems


def fill_known(value, names):
    """As fill, but what has no value stays as it is: for messages."""
    try:
        return fill(value, names)
    except UnknownName:
        return value


def _match_text(expected, actual, where, names):
    whole = TOKEN.fullmatch(expected)
    if whole:
        token = whole.group(1)
        if token in KINDS:
            return [] if KINDS[token](actual) else ["%s is %s, not of the kind %s" % (where, _short(actual), token)]
        captured = CAPTURE.fullmatch(token)
        if captured:
            names[captured.group(1)] = actual
            return []
        other = OTHER_THAN.fullmatch(token)
        if other:
            same = _same(_value_of(other.group(1), names), actual)
            return ["%s is %s again, which should be another" % (where, _short(actual))] if same else []
        wanted = _value_of(token, names)
        return [] if _same(wanted, actual) else ["%s is %s, not %s" % (where, _short(actual), _short(wanted))]
    if not isinstance(actual, str) or not re.fullmatch(_pattern(expected, names), actual, re.DOTALL):
        return ["%s is %s, not %s" % (where, _short(actual), _short(fill_known(expected, names)))]
    return []


def match_wire_text(expected, actual, where, names):
    """As match, for texts of a header or a query, where a number is a text too."""
    if isinstance(expected, (int, float)) and not isinstance(expected, bool):
        same = re.fullmatch(KIND_PATTERNS["number"], actual) and float(actual) == expected
        return [] if same else ["%s is %r, not %s" % (where, actual, expected)]
    if expected in ("${int}", "${number}"):
        return [] if re.fullmatch(KIND_PATTERNS[expected[2:-1]], actual) else ["%s is %r, no number" % (where, actual)]
    return match(expected, actual, where, names)


def _pattern(expected, names):
    pattern, end = "", 0
    for token in TOKEN.finditer(expected):
        pattern += re.escape(expected[end : token.start()])
        name = token.group(1)
        pattern += KIND_PATTERNS[name] if name in KIND_PATTERNS else re.escape(str(_value_of(name, names)))
        end = token.end()
    return pattern + re.escape(expected[end:])


def _same(expected, actual):
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, (dict, list)) and isinstance(actual, type(expected)):
        return expected == actual
    return expected == actual


def _short(value):
    text = repr(value)
    return text if len(text) <= 400 else text[:400] + "…"
