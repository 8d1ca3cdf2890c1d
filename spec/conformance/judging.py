"""Whether the outcome of a step is what its scenario expects."""

import json

import placeholders


def judge(step, told, names, api_key):
    """What is wrong with what a suite tells of a step, as a list of texts. Captured values are put into `names`."""
    expect = step.get("expect", {})
    problems = []
    if ("value" in told) == ("error" in told):
        problems.append("an outcome has either a value or an error; this has %s" % sorted(told))
    elif "error" in expect:
        problems += _judge_error(expect["error"], told, names)
    elif "value" in expect:
        problems += _judge_value(expect["value"], told, names, "times_at_once" in step.get("args", {}))
    for count in ("fn_calls", "lost_calls"):
        if count in expect and told.get(count) != expect[count]:
            problems.append("%s is %r, not %r" % (count, told.get(count), expect[count]))
    problems += _judge_elapsed(expect.get("elapsed_ms", {}), told.get("elapsed_ms"))
    problems += _judge_logged(expect.get("logged"), told.get("logged"), names)
    problems += _judge_hooks(expect.get("hooks"), told.get("hooks"), names)
    if api_key and api_key in json.dumps(told, ensure_ascii=False):
        problems.append("the API key shows in the outcome, an error or a log line")
    return problems


def _judge_error(expected, told, names):
    if "error" not in told:
        return ["value %s, not the error %s" % (_short(told["value"]), _short(expected))]
    return placeholders.match(expected, told["error"], "error", names)


def _judge_value(expected, told, names, at_once):
    if "error" in told:
        return ["error %s, not a value" % _short(told["error"])]
    value = told["value"]
    if not at_once:
        return placeholders.match(expected, value, "value", names)
    if not isinstance(value, list) or len(value) != len(expected):
        return ["value is %s, not a list of %d outcomes" % (_short(value), len(expected))]
    return placeholders.match_anywhere(expected, value, "value", names)


def _judge_elapsed(expected, elapsed_ms):
    if not expected:
        return []
    if not isinstance(elapsed_ms, (int, float)) or isinstance(elapsed_ms, bool):
        return ["elapsed_ms is %r" % elapsed_ms]
    if not expected.get("min", 0) <= elapsed_ms <= expected.get("max", float("inf")):
        return ["elapsed_ms is %d, which is not within %s" % (elapsed_ms, expected)]
    return []


def _judge_logged(expected, logged, names):
    if expected is None:
        return []
    wanted = [expected] if isinstance(expected, str) else expected
    lines = logged if isinstance(logged, list) else []
    missing = [text for text in placeholders.fill(wanted, names) if not any(text in str(line) for line in lines)]
    if not wanted and lines:
        return ["something was logged: %s" % _short(lines)]
    return ["no warning has %r: %s" % (text, _short(lines)) for text in missing]


def _judge_hooks(expected, hooks, names):
    if expected is None:
        return []
    if not isinstance(hooks, list) or len(hooks) != len(expected):
        return ["hooks are %s, not %d" % (_short(hooks), len(expected))]
    problems = []
    for index, wanted in enumerate(expected):
        problems += placeholders.match(wanted, hooks[index], "hooks[%d]" % index, names)
    return problems


def _short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else text[:400] + "…"
