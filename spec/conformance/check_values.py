"""Values of a scenario that JSON has not, and the functions and options that describe what a suite makes of them."""

SPECIALS = {"nan", "infinity", "nothing", "date", "big_integer", "opaque"}
LAZY = {"generator", "function"}
FUNCTION_ARGUMENTS = {"fn", "on_duplicate", "key_func", "key_fn", "metadata_fn", "fingerprint_func", "on_lease_lost"}
DUPLICATE_WORDS = ("tell", "raise", "replay")
KINDS = (
    {"returns"},
    {"returns_special"},
    {"returns_future"},
    {"returns_lazy"},
    {"starts_lazily"},
    {"raises"},
    {"echoes"},
    {"argument"},
)
#: What a suite makes of an argument, and what stands in it.
ARGUMENTS = {
    "$decimal": lambda value: isinstance(value, str) and _is_number(value),
    "$float": lambda value: isinstance(value, str) and _is_number(value),
    "$instant": lambda value: isinstance(value, str) and "T" in value,
    "$set": lambda value: isinstance(value, list),
    "$record": lambda value: value in ("Paid", "Shipped"),
    "$hides": lambda value: isinstance(value, str),
    "$undefined": lambda value: value is True,
}
#: The hooks of a client, each with the fields that it is told.
HOOKS = {
    "on_duplicate": {"key", "first_seen_at", "request_id"},
    "on_retry": {"method", "path", "attempt", "pause", "failure"},
    "on_fail_open": {"key", "reason", "cause"},
}
#: Fields of errors that only some have.
ERROR_FIELDS = {
    "key": {"duplicate"},
    "first_seen_at": {"duplicate"},
    "error_code": {"duplicate"},
    "ran": {"lease_lost"},
    "result": {"lease_lost", "result_not_recorded"},
}


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def check_function(check, where, spec):
    """Says when a function is none that the README knows."""
    if not isinstance(spec, dict):
        check.say("%s is no function" % where)
        return
    kinds = set(spec) - {"after_ms", "ignores_loss"}
    known = (
        kinds in KINDS
        and spec.get("returns_special", "nan") in SPECIALS
        and spec.get("returns_lazy", "generator") in LAZY
        and spec.get("starts_lazily", True) is True
    )
    if not known:
        check.say("%s is no function that the README knows: %s" % (where, spec))
    check_argument(check, where, spec.get("returns"))


def check_options(check, where, options):
    """Says what is wrong with the options of a verb or a decorator that have forms of their own."""
    for name in FUNCTION_ARGUMENTS & set(options):
        if name == "on_duplicate" and options[name] in DUPLICATE_WORDS:
            continue
        check_function(check, "%s.%s" % (where, name), options[name])
    chosen = options.get("on_exception", "keep")
    if chosen not in ("keep", "release", {"release": "function"}, {"release": "other"}):
        check.say("%s.on_exception is %r" % (where, chosen))
    if options.get("model", "invoice") != "invoice":
        check.say("%s.model is %r" % (where, options["model"]))


def check_argument(check, where, value):
    """Says when an argument of a function is a value that no suite can make."""
    if isinstance(value, list):
        for item in value:
            check_argument(check, where, item)
    if not isinstance(value, dict):
        return
    for name in value:
        if name.startswith("$") and not name.startswith("${"):
            beside = {"fields"} if name == "$record" else set()
            if name not in ARGUMENTS or set(value) != {name} | beside or not ARGUMENTS[name](value[name]):
                check.say("%s has a value that the README does not know: %s" % (where, value))
            if name == "$record" and set(value.get("fields", {})) != {"id"}:
                check.say("%s: a record has one field, id: %s" % (where, value))
    for item in value.values():
        check_argument(check, where, item)


def check_hooks(check, where, expected, client):
    """Says what is wrong with the hooks that a step expects."""
    if expected is None:
        return
    if not client.get("hooks"):
        check.say("%s expects hooks that the client has not: hooks" % where)
    for number, hook in enumerate(expected):
        place = "%s.hooks[%d]" % (where, number)
        if hook.get("hook") not in HOOKS:
            check.say("%s is no hook: %r" % (place, hook.get("hook")))
        else:
            check.only(place, hook, HOOKS[hook["hook"]] | {"hook"})
