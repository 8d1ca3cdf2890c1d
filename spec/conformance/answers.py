"""Answers that stand in a scenario, and what is read from answers."""

import json
import secrets

import placeholders
import wire


def canned(spec, request, names):
    """The answer as the scenario writes it. X-Request-Id is the request's or a new one, unless the scenario names it."""
    if "text" in spec:
        body = placeholders.fill(spec["text"], names).encode("utf-8")
        content_type = spec.get("content_type", "text/html; charset=utf-8")
    else:
        body = json.dumps(placeholders.fill(spec.get("body", {}), names)).encode("utf-8")
        content_type = spec.get("content_type", "application/json")
    headers = {
        "content-type": content_type,
        "x-request-id": request.headers.get("x-request-id", "req_" + secrets.token_hex(8)),
    }
    for name, value in spec.get("headers", {}).items():
        headers[name.lower()] = placeholders.fill(value, names)
    pairs = [(name, str(value)) for name, value in headers.items() if value is not None]
    return wire.Answer(spec.get("status", 200), pairs, body)


def unexpected(request):
    """What a request gets that has no place in the scenario: an error that no SDK repeats."""
    body = {"detail": {"error": "unexpected_request", "message": "the scenario has no place for %s" % request}}
    return wire.Answer(418, [("content-type", "application/json")], json.dumps(body).encode("utf-8"))


def at_pointer(document, pointer):
    """The value at a JSON pointer; raises LookupError where there is none."""
    value = document
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            raise LookupError(pointer)
    return value
