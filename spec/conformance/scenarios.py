"""The scenarios as they stand in the files beside this one."""

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
MODES = ("canned", "live")
SDKS = ("python", "typescript", "java")


class Scenario:
    """One scenario of one file; `id` is what suites name it by."""

    def __init__(self, file, spec):
        self.file = file
        self.spec = spec
        self.name = spec.get("name", "")
        self.id = "%s: %s" % (file, self.name)
        self.fake = spec.get("fake", False) is True
        self.modes = tuple(spec.get("modes", MODES)) + (("fake",) if self.fake else ())
        self.sdks = tuple(spec.get("sdks", SDKS))
        self.steps = spec.get("steps", [])


def _refuse_doubles(pairs):
    names = [name for name, _ in pairs]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise ValueError("a name given twice: " + ", ".join(doubles))
    return dict(pairs)


def read_file(path):
    """The scenarios of one file; raises ValueError with the file's name when it is no list of objects."""
    try:
        specs = json.loads(Path(path).read_text("utf-8"), object_pairs_hook=_refuse_doubles)
    except ValueError as error:
        raise ValueError("%s: %s" % (Path(path).name, error)) from error
    if not isinstance(specs, list) or not all(isinstance(spec, dict) for spec in specs):
        raise ValueError("%s: not a list of scenarios" % Path(path).name)
    return [Scenario(Path(path).stem, spec) for spec in specs]


def read_all(folder=FOLDER):
    """All scenarios, in the order of the files' names."""
    return [scenario for path in sorted(Path(folder).glob("*.json")) for scenario in read_file(path)]
