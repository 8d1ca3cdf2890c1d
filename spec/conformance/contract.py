"""The names of spec/sdk.md: verbs with their arguments, client options, outcomes with their fields, errors."""

import re
from pathlib import Path

SPEC = Path(__file__).resolve().parents[1] / "sdk.md"


class Contract:
    """What the tables say; read once, never changed.

    `verbs` maps a verb to its arguments, each to whether it is required; `outcomes` maps a verb to the words of its outcome.
    """

    def __init__(self, text):
        self.options = {row[0] for row in _rows(text, "Client")}
        self.verbs = {row[0]: _arguments(row[1]) for row in _rows(text, "Verbs")}
        self.outcomes = {row[0]: row[2] for row in _rows(text, "Verbs")}
        self.fields = {
            row[0]: set(re.findall(r"[a-z_]+(?=[,; ]|$)", re.sub(r" [(].*?[)]", "", row[1].split(";")[0])))
            for row in _rows(text, "Outcomes")
        }
        for verb, arguments in list(self.verbs.items()):
            if isinstance(arguments, str):
                self.verbs[verb] = self.verbs[arguments]
        self.verbs["post_event"]["extra"] = False
        ours = set(self.verbs["ai.run_fn"]) - {"key", "fn", "metadata", "ttl"}
        self.verbs["idempotent_ai"].update({name: False for name in ours})
        self.errors = {
            _snake(name) for name in re.findall(r"\b([A-Z]\w+)Error\b", _section(text, "Errors").split("```")[1])
        }
        self.errors = {name for name in self.errors if name != "once_only"} | {
            "invalid_argument",
            "cancelled",
            "function",
        }

    def outcome_fields(self, verb):
        """The fields of the one type that a verb's outcome is, or None where it is something else."""
        found = [name for name in self.fields if name == self.outcomes.get(verb)]
        return self.fields[found[0]] if found else None


def read():
    """The contract as it stands in the repository."""
    return Contract(SPEC.read_text("utf-8"))


def _section(text, title):
    return text.split("\n## %s\n" % title)[1].split("\n## ")[0]


def _rows(text, title):
    lines = [line for line in _section(text, title).split("\n") if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def _arguments(cell):
    alias = re.fullmatch(r"as ([a-z_.]+)", cell)
    if alias:
        return alias.group(1)
    arguments = {}
    for part in filter(None, cell.split(", ")):
        for name in part.split(" or "):
            plain = re.fullmatch(r"([a-z_][a-z0-9_]*)(\?|=.*)?", name)
            if plain:
                arguments[plain.group(1)] = not plain.group(2) and " or " not in part
    return arguments


def _snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
