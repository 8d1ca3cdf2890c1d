"""Reads the code blocks of a Markdown document, and makes scenes of them.

A scene is what is played in one namespace of the server: blocks that share a scope, in their order. Statements that
are alternatives of each other (`# or` stands between them) are never played together: a scene is made for each.
"""

import re
from dataclasses import dataclass, field, replace
from typing import List

FENCE = re.compile(r"^```\s*([\w-]*)\s*$")
# Before a published block that our SDK refuses on purpose: what its error has to say.
REFUSED = re.compile(r"^<!-- refused: (.+) -->$")
HEADING = re.compile(r"^(#{2,4})\s+(.*?)\s*$")
OR = re.compile(r"^\s*(#|//)\s*(or|optional\b.*\bpath)\s*$")
SHELL = {"sh", "bash", "shell", "console"}
TEXT = {"", "text"}  # drawings and output, which nobody runs
PRINTS = {
    "python": re.compile(r"\bprint\("),
    "ts": re.compile(r"\bconsole\.log\("),
    "java": re.compile(r"\bSystem\.out\.print"),
}
# A dependency, as Maven wants it: `dependency.py` looks at it instead of a player.
XML = "xml"
LANGUAGES = {"python": "python", "py": "python", "ts": "ts", "typescript": "ts", "js": "ts", "java": "java"}


@dataclass(frozen=True)
class Block:
    """One fenced block. `line` is the document's line on which its text begins."""

    document: str
    heading: str
    number: int  # within its heading, from 1
    of: int  # how many there are
    language: str
    line: int
    text: str
    refused: str = ""  # what its error has to say, where it is refused on purpose

    @property
    def name(self):
        return self.heading if self.of == 1 else f"{self.heading} ({self.number})"

    @property
    def prints(self):
        return self.language in PRINTS and bool(PRINTS[self.language].search(self.text))


@dataclass(frozen=True)
class Scene:
    """Blocks that are played one after the other in one scope."""

    blocks: List[Block] = field(default_factory=list)


def read_blocks(text, document):
    """All blocks of a document; a heading's name starts with those of the headings above it."""
    blocks, above, opened, refused = [], [], None, ""
    for number, line in enumerate(text.splitlines(), start=1):
        fence, heading = FENCE.match(line), HEADING.match(line)
        if opened is not None:
            if fence and not fence.group(1):
                language, first, lines = opened
                known = language if language in SHELL else LANGUAGES.get(language, language)
                blocks.append((" / ".join(above), known, first, "\n".join(lines) + "\n", refused))
                opened, refused = None, ""
            else:
                opened[2].append(line)
        elif fence:
            opened = (fence.group(1), number + 1, [])
        elif REFUSED.match(line):
            refused = REFUSED.match(line).group(1)
        elif heading:
            above = above[: len(heading.group(1)) - 2] + [heading.group(2)]
    if opened is not None:
        raise ValueError(f"{document}: the block that begins on line {opened[1]} has no end")
    return number_blocks([block for block in blocks if block[1] not in TEXT], document)


def number_blocks(blocks, document):
    of, seen = {}, {}
    for heading, *_ in blocks:
        of[heading] = of.get(heading, 0) + 1
    numbered = []
    for heading, language, line, text, refused in blocks:
        seen[heading] = seen.get(heading, 0) + 1
        numbered.append(Block(document, heading, seen[heading], of[heading], language, line, text, refused))
    return numbered


def scenes_of(blocks, shared_by_heading):
    """Scenes of one language's blocks. Published snippets stand alone; in a README those under one heading go on."""
    groups = {}
    for block in blocks:
        groups.setdefault(block.heading if shared_by_heading else block.name, []).append(block)
    scenes = []
    for group in groups.values():
        played = [alternatives(block.text) for block in group]
        for choice in range(max(len(texts) for texts in played)):
            # What comes after the last block with a choice has been played in the first scene already.
            last = max(i for i, texts in enumerate(played) if choice < len(texts))
            pairs = list(zip(group, played))[: last + 1]
            scenes.append(Scene([replace(b, text=texts[min(choice, len(texts) - 1)]) for b, texts in pairs]))
    return scenes


def alternatives(text):
    """The texts that come of choosing one of several alternative statements; what is not chosen is left blank, so
    that every line keeps its number."""
    lines = text.splitlines()
    marks = [i for i, line in enumerate(lines) if OR.match(line)]
    if not marks:
        return [text]
    choices = [statement_before(lines, marks[0])] + [statement_after(lines, mark) for mark in marks]
    texts = []
    for chosen in choices:
        dropped = {i for choice in choices if choice != chosen for i in choice}
        texts.append("\n".join("" if i in dropped else line for i, line in enumerate(lines)) + "\n")
    return texts


def statement_before(lines, mark):
    taken = []
    for i in range(mark - 1, -1, -1):
        taken.insert(0, i)
        if is_statement(lines, taken, mark):
            return taken
    raise ValueError(f"no statement before {lines[mark]!r}")


def statement_after(lines, mark):
    taken = []
    for i in range(mark + 1, len(lines)):
        taken.append(i)
        if is_statement(lines, taken, mark):
            return taken
    raise ValueError(f"no statement after {lines[mark]!r}")


def is_statement(lines, taken, mark):
    """Brackets that are balanced, and as far to the right as the mark: enough for calls, and nothing else is chosen."""
    text = "\n".join(lines[i] for i in taken)
    indent = len(lines[mark]) - len(lines[mark].lstrip())
    first = lines[taken[0]]
    balanced = all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}"))
    return bool(text.strip()) and balanced and len(first) - len(first.lstrip()) == indent
