"""LangChain: tools that act once for equal arguments. Needs langchain-core 0.3 or newer."""

from __future__ import annotations

import functools
from contextvars import ContextVar
from typing import Any, Dict, Optional, Tuple, Type, cast

from langchain_core.tools import BaseTool

from .._keys import sha256_of_json
from .._values import canonical, metadata_object
from ..client import OnceOnly

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
        self._given = _given_names(tool)

    def lock(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Tuple[str, Optional[int], Dict[str, Any]]:
        """The key, ttl and metadata of a call."""
        named = {
            name: canonical(value)
            for name, value in kwargs.items()
            if (name in self._given if self._given is not None else name not in ("config", "run_manager", "callbacks"))
        }
        digest = sha256_of_json({"args": [canonical(value) for value in args], "kwargs": named})
        return f"{self._prefix}:{self._name}:{digest}", self._ttl, self._meta

    def skipped(self) -> Any:
        """What a duplicate answers with, in the form that the tool's answers have."""
        words = f"Action '{self._name}' skipped (idempotency key duplicate)."
        return (words, None) if self._pair else words


def _given_names(tool: BaseTool) -> Optional[frozenset[str]]:
    """The names of the arguments that a model gives; None when the tool's schema does not say. What is injected, such as
    the id of the call, differs from repeat to repeat."""
    schema = cast(Any, tool.tool_call_schema)
    if isinstance(schema, dict):
        properties = cast("Dict[str, Any]", schema).get("properties")
        return frozenset(cast("Dict[str, Any]", properties)) if isinstance(properties, dict) else None
    fields = getattr(schema, "model_fields", None)
    return frozenset(cast("Dict[str, Any]", fields)) if isinstance(fields, dict) else None
