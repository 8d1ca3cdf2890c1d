"""Plays Python snippets, in the interpreter that has the SDK. Its job is a JSON file; it says how each block went in
one JSON line on standard output."""

import ast
import asyncio
import contextlib
import io
import json
import os
import sys
import traceback
import urllib.request

import onceonly

TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def point_clients_at(server):
    """The seam: whatever key and address a snippet gives its client, it gets this run's. An address of 127.0.0.1 is
    kept: where a snippet names one, nobody is meant to be there."""
    construct = onceonly.OnceOnly.__init__

    def constructed(self, api_key, base_url="", *positions, **names):
        kept = base_url.startswith("http://127.0.0.1:")
        construct(self, server["key"], base_url if kept else server["url"], *positions, **names)

    onceonly.OnceOnly.__init__ = constructed


class Assumed:
    """What a snippet takes for given."""

    def __init__(self):
        self.charged = 0
        self.client = onceonly.OnceOnly(api_key="assumed")

    def names(self):
        return {**vars(onceonly), "os": os, "client": self.client, "charge_customer": self.charge_customer}

    def charge_customer(self, *_args, **_names):
        self.charged += 1

    def check(self, text):
        if "charge_customer()" in text and "def charge_customer" not in text:
            assert self.charged == 1, f"charge_customer was called {self.charged} times"


# What a reader does next with a function that a snippet only defines.


async def main_is_run(main):
    await main()


def invoice_is_charged_once(charge_invoice):
    first, second = charge_invoice("INV-1"), charge_invoice("INV-1")
    assert first == {"status": "paid", "invoice_id": "INV-1"}, first
    assert second == {"status": "duplicate", "invoice_id": "INV-1"}, second


AFTERWARDS = {"main": main_is_run, "charge_invoice": invoice_is_charged_once}


def defines_only(text):
    """Functions that a block defines on its outermost level and does not use."""
    tree = ast.parse(text)
    defined = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    return defined - {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def play_block(block, scope, loop):
    """Snippets may await on their outermost level, as in a notebook. The others run without a loop, as in a script."""
    where = f"{block['document']}, from line {block['line']}"
    # Blank lines in front, so that a traceback's lines are the document's.
    text = "\n" * (block["line"] - 1) + block["text"]
    code = compile(text, where, "exec", flags=TOP_LEVEL_AWAIT, dont_inherit=True)
    pending = eval(code, scope)
    if pending is not None:
        loop.run_until_complete(pending)
    for name in defines_only(block["text"]) & AFTERWARDS.keys():
        pending = AFTERWARDS[name](scope[name])
        if pending is not None:
            loop.run_until_complete(pending)


def play_scene(scene, server, say):
    server["key"] = scene["key"]
    os.environ["ONCEONLY_API_KEY"] = scene["key"]
    assumed, loop = Assumed(), asyncio.new_event_loop()
    # Decorators and dataclasses look their module up by this name.
    scope = {**assumed.names(), "__name__": "__main__"}
    for number, block in enumerate(scene["blocks"]):
        printed, why = io.StringIO(), None
        say({"scene": scene["number"], "block": number, "begins": True})
        with contextlib.redirect_stdout(printed):
            try:
                DIRECT.open(server["settle"] + "?" + scene["key"], timeout=20).close()
                play_block(block, scope, loop)
                assumed.check(block["text"])
            except BaseException:  # a snippet may also exit
                why = traceback.format_exc()
        say({"scene": scene["number"], "block": number, "why": why, "printed": printed.getvalue()})
        if why:
            break
    # A client belongs to the snippet, and so does its end; the scene's own is closed here.
    assumed.client.close()
    loop.close()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")

    def say(what):
        out.write(json.dumps(what) + "\n")
        out.flush()

    server = {"url": job["url"], "key": "", "settle": job["settle"]}
    point_clients_at(server)
    for scene in job["scenes"]:
        play_scene(scene, server, say)


main()
