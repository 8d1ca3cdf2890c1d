"""Plays a document's blocks and judges what came of them."""

import re
import sys
import tempfile
from pathlib import Path

from dependency import wrong_dependency
from documents import SHELL, XML, scenes_of
from players import play

BLOCK_SECONDS_MAX = 30
# `print(value)` of a field that is not there: shown by blank lines, and by nothing but these words and punctuation.
EMPTY = re.compile(r"^\W*((None|undefined|null)\W*)*$")
HAS_NOTHING = re.compile(r"None|undefined|null|^\s*$")


class Report:
    """What came of all blocks. A block with alternatives is played several times, and is one line here."""

    def __init__(self, out=sys.stdout):
        self._out = out
        self.outcomes = {}  # whether a block passed, by its title
        self.skipped = 0
        self.refused = 0  # documents that had to be played, and couldn't
        self.shell = []

    def line(self, text):
        print(text, file=self._out, flush=True)

    def block(self, title, whys, alternatives):
        self.outcomes[title] = not whys
        extra = f" ({alternatives} alternatives)" if alternatives > 1 else ""
        self.line(f"{title} … FAILED" if whys else f"{title} … ok{extra}")
        for line in (line for why in whys for line in why.rstrip().splitlines()):
            self.line("    | " + line)

    def not_played(self, title, reason, blocks, is_failure):
        self.line(f"{title} … {'FAILED' if is_failure else 'skipped'}: {reason}")
        self.skipped += blocks
        self.refused += is_failure

    def close(self):
        """Writes the closing line, and gives the exit status."""
        failed = list(self.outcomes.values()).count(False) + self.refused
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        names = f" ({'; '.join(self.shell)})" if self.shell else ""
        self.line(
            f"{len(self.outcomes)} snippets run, {failed} failed{skipped}, {len(self.shell)} shell blocks skipped{names}"
        )
        return 1 if failed else 0 if self.outcomes else 2


def play_document(player, blocks, title, shared_by_heading, stage, report, seconds_max=BLOCK_SECONDS_MAX):
    """Plays blocks of one language; `stage` is the server, the tools' backend and a folder."""
    report.shell += [f"{title}: {block.name}" for block in blocks if block.language in SHELL]
    code = [block for block in blocks if block.language == player.language]
    for block in blocks:
        if block.language not in (player.language, *SHELL):
            why = wrong_dependency(block.text) if block.language == XML else f"nothing here plays {block.language}"
            report.block(f"{title}: {block.name}", [why] if why else [], 1)
    scenes = scenes_of(code, shared_by_heading)
    answers, end = perform(player, scenes, stage, seconds_max)
    for block in code:
        plays = [(n, i, b) for n, scene in enumerate(scenes) for i, b in enumerate(scene.blocks) if b.line == block.line]
        whys = [judge(played, answers.get((n, i)), end) for n, i, played in plays]
        report.block(
            f"{title}: {block.name}",
            list(dict.fromkeys(why for why in whys if why)),
            len({played.text for _, _, played in plays}),
        )


def perform(player, scenes, stage, seconds_max):
    """Gives the player's words on each (scene, block), and why it ended too early, or None."""
    server, toolbox, folder = stage
    job = {"url": server.url, "tools": toolbox.url, "settle": toolbox.url + "/settle", "scenes": []}
    for number, scene in enumerate(scenes):
        key = server.new_namespace()
        toolbox.stock(key)
        listed = [{"document": b.document, "line": b.line, "text": b.text} for b in scene.blocks]
        job["scenes"].append({"number": number, "key": key, "blocks": listed})
    answers, end, begun = {}, None, None
    # A folder of its own for each document: players write there what they compile.
    job_file = Path(tempfile.mkdtemp(prefix=f"{player.name}-", dir=folder)) / "job.json"
    for said in play(player, job_file, job, seconds_max):
        if said is None or isinstance(said, str):
            end = said
        elif said.get("begins"):
            begun = (said["scene"], said["block"])
        else:
            answers[said["scene"], said["block"]] = said
    # The whole reason is told once, at the block that was being played, or at the first.
    at = begun or (0, 0)
    if end and scenes and at not in answers:
        answers[at] = {"why": end, "printed": ""}
    return answers, end.splitlines()[0] if end else None


def judge(block, said, end):
    """Why a block is not as it should be, or None."""
    if said is None:
        return f"was not reached: {end or 'a block before it, under the same heading, failed'}"
    if block.refused:
        first = (said.get("why") or "").split("\n")[0]
        return None if block.refused in first else f"should be refused ({block.refused}): {said.get('why') or 'it ran'}"
    if said.get("why"):
        return said["why"]
    printed = said["printed"].splitlines()
    if block.prints and not printed:
        return "it printed nothing"
    empty = [line for line in printed if EMPTY.match(line) and HAS_NOTHING.search(line)]
    return f"it printed an empty value: {empty[0]!r}" if empty else None
