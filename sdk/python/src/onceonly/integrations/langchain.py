"""LangChain: tools that act once for equal arguments. Needs langchain-core 0.3 or newer."""

from __future__ import annotations

import functools
from contextvars import ContextVar
from typing import Any, Dict, Optional, Tuple, Type, cast

from langchain_core.tools import BaseTool

from .._keys import sha256_of_json
from .._values import canonical, metadata_object
from ..client import OnceOnly

INJECTED = frozenset(("config", "run_manager", "callbacks"))

# The guard whose lock the present call has got already: an async call of a tool that has no coroutine goes on to its function.
_passed: ContextVar[Optional[object]] = ContextVar("onceonly_langchain_passed", default=None)


def make_idempotent_tool(
    tool: BaseTool,
    *,
    client: OnceOnly,
    key_prefix: str = "tool",
    ttl: Optional[int] = 86400,
    meta: Any = None,
    fail_open: Optional[bool] = None,
) -> BaseTool:
    """A tool like ``tool``, of a subclass of its type, that acts once within ``ttl`` seconds for equal arguments.

    Every way to call it is guarded: ``invoke``, ``ainvoke``, ``run``, an agent's tool call. A duplicate answers with the text ``Action '<name>'
    skipped (idempotency key duplicate).``. The key is ``<key_prefix>:<name>:<hash>`` over what the model gives, without what LangChain
    injects. The lock stays when the tool raises. ``meta`` is added to the lock's metadata; ``fail_open`` overrides the client's. ``tool`` itself
    is left as it is.
    """
    kind: Type[BaseTool] = type(tool)
    guard = _Guard(tool, client, key_prefix, ttl, meta, fail_open)

    class IdempotentTool(kind):
        @functools.wraps(kind._run)
        def _run(  # pyright: ignore[reportIncompatibleMethodOverride] - the tools' own signatures differ too.
            self, *args: Any, **kwargs: Any
        ) -> Any:
            if _passed.get() is guard:
                _passed.set(None)
            elif not client.check_lock(*guard.lock(args, kwargs), fail_open=fail_open).should_proceed():
                return guard.skipped()
            return super()._run(*args, **kwargs)

        @functools.wraps(kind._arun)
        async def _arun(  # pyright: ignore[reportIncompatibleMethodOverride]
            self, *args: Any, **kwargs: Any
        ) -> Any:
            if not (await client.check_lock_async(*guard.lock(args, kwargs), fail_open=fail_open)).should_proceed():
                return guard.skipped()
            token = _passed.set(guard)
            try:
                return await super()._arun(*args, **kwargs)
            finally:
                _passed.reset(token)

    made: BaseTool = cast(Any, tool).model_copy()
    made.__class__ = IdempotentTool
    return made


class _Guard:
    """What the guarded tool asks the server, and what it says at a duplicate."""

    def __init__(
        self, tool: BaseTool, client: OnceOnly, key_prefix: str, ttl: Optional[int], meta: Any, fail_open: Optional[bool]
    ) -> None:
        self._name = tool.name
        self._prefix = key_prefix
        self._ttl = ttl
        self._meta: Dict[str, Any] = {"tool": tool.name, **(metadata_object(meta) or {})}
        self._pair = tool.response_format == "content_and_artifact"
        self._given = _defaults_of(tool)

    def lock(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Tuple[str, Optional[int], Dict[str, Any]]:
        """The key, ttl and metadata of a call."""
        named = {name: value for name, value in kwargs.items() if name not in INJECTED}
        if self._given is not None:
            named = {name: value for name, value in named.items() if name in self._given}
            # Some versions fill in what the model leaves out, and some do not.
            named = {**(self._given if not args else {}), **named}
        digest = sha256_of_json(
            {"args": [canonical(value) for value in args], "kwargs": {name: canonical(value) for name, value in named.items()}}
        )
        return f"{self._prefix}:{self._name}:{digest}", self._ttl, self._meta

    def skipped(self) -> Any:
        """What a duplicate answers with, in the form that the tool's answers have."""
        words = f"Action '{self._name}' skipped (idempotency key duplicate)."
        return (words, None) if self._pair else words


def _defaults_of(tool: BaseTool) -> Optional[Dict[str, Any]]:
    """The arguments that a model may give, with their defaults, None where there is none; None when the tool's schema does not say.
    What is injected, such as the id of the call, is not among them: it differs from repeat to repeat."""
    schema = cast(Any, tool.tool_call_schema)
    if isinstance(schema, dict):
        properties: Any = cast("Dict[str, Any]", schema).get("properties")
        if not isinstance(properties, dict):
            return None
        return {name: one.get("default") for name, one in cast("Dict[str, Any]", properties).items()}
    fields: Any = getattr(schema, "model_fields", None)
    if not isinstance(fields, dict):
        return None
    named = cast("Dict[str, Any]", fields).items()
    return {name: None if one.is_required() else one.get_default(call_default_factory=True) for name, one in named}
