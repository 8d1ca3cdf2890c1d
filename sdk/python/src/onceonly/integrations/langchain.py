"""LangChain: tools that act once for equal arguments. Needs langchain-core 0.3 or newer."""

from __future__ import annotations

import dis
import functools
import inspect
from contextvars import ContextVar
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, Type, Union, cast

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import ensure_config
from langchain_core.tools import BaseTool

from .. import _published
from .._canonical import canonical, sha256_of
from .._keys import canonical_of, fingerprint_of
from .._keys import key_part as checked_part
from .._once import Once, checked_client, key_format_of
from .._resources._shapes import Ttl
from .._values import metadata_object
from .._work import OnException
from ..client import OnceOnly

INJECTED = frozenset(("config", "run_manager", "callbacks"))
NO_INPUT = object()

KeyPart = Union[str, Callable[[RunnableConfig], Any]]

# The async call that has got its lock already: that of a tool without a coroutine goes on to its function, with the same arguments.
_passed: ContextVar[Optional[_Passed]] = ContextVar("onceonly_langchain_passed", default=None)
# The guard of the tool that is being invoked, and what it is invoked with, before LangChain makes arguments of that.
_input: ContextVar[Tuple[object, Any]] = ContextVar("onceonly_langchain_input", default=(None, NO_INPUT))


def make_idempotent_tool(
    tool: BaseTool,
    *,
    client: OnceOnly,
    key_prefix: str = "tool",
    ttl: Ttl = 86400,
    meta: Any = None,
    fail_open: Optional[bool] = None,
    key_func: Optional[Callable[..., Any]] = None,
    key_part: Optional[KeyPart] = None,
    key_format: Optional[str] = None,
    on_duplicate: Any = "tell",
    return_value_on_duplicate: Any = None,
    on_exception: OnException = "keep",
    fingerprint_func: Optional[Callable[..., Any]] = None,
) -> BaseTool:
    """A tool like ``tool``, of a subclass of its type, that acts once within ``ttl`` for equal arguments.

    Every way to call it is guarded: ``invoke``, ``ainvoke``, ``run``, an agent's tool call. ``tool`` itself is left as it is. A tool that
    can only be called asynchronously raises NotImplementedError when it is called synchronously, before anything is sent.

    The key is ``<key_prefix>:<name>:<hash>`` over what the model gives, without what LangChain injects, or what ``key_func`` makes of that.
    ``key_part`` is the name of a field of the run's ``configurable``, or a function of the run's config: with it, two conversations or customers
    share no keys; ValueError when the run has none. ``key_format="published"`` derives keys as onceonly-sdk 3.0.5 does, from all that the
    tool is invoked with.

    At a duplicate, ``on_duplicate`` is ``"tell"`` (``return_value_on_duplicate``, else a text that says that the action was not run again),
    ``"raise"`` (DuplicateError), ``"replay"`` (the first call's answer), or a function of the same arguments. ``on_exception`` and
    ``fingerprint_func`` are those of ``@idempotent``. ``meta`` is added to the lock's metadata; ``fail_open`` overrides the client's.
    """
    kind: Type[BaseTool] = type(tool)
    told = "tell" if on_duplicate is None else on_duplicate
    once = Once(checked_client(client, "make_idempotent_tool"), ttl, fail_open, told, on_exception)
    once.check()
    derived = key_format_of(client, key_format)
    guard = _Guard(tool, once, key_prefix, meta, key_func, key_part, derived, return_value_on_duplicate, fingerprint_func)

    class IdempotentTool(kind):
        @functools.wraps(kind.invoke)
        def invoke(  # pyright: ignore[reportIncompatibleMethodOverride]
            self, input: Any, config: Optional[RunnableConfig] = None, **kwargs: Any
        ) -> Any:
            token = _input.set((guard, input))
            try:
                return super().invoke(input, config, **kwargs)
            finally:
                _input.reset(token)

        @functools.wraps(kind.ainvoke)
        async def ainvoke(  # pyright: ignore[reportIncompatibleMethodOverride]
            self, input: Any, config: Optional[RunnableConfig] = None, **kwargs: Any
        ) -> Any:
            token = _input.set((guard, input))
            try:
                return await super().ainvoke(input, config, **kwargs)
            finally:
                _input.reset(token)

        @functools.wraps(kind._run)
        def _run(  # pyright: ignore[reportIncompatibleMethodOverride] - the tools' own signatures differ too.
            self, *args: Any, **kwargs: Any
        ) -> Any:
            passed = _passed.get()
            if passed is not None and passed.takes(guard, args, kwargs):
                return super()._run(*args, **kwargs)
            guard.check_synchronous()
            return guard.run(functools.partial(super()._run, *args, **kwargs), args, kwargs)

        @functools.wraps(kind._arun)
        async def _arun(  # pyright: ignore[reportIncompatibleMethodOverride]
            self, *args: Any, **kwargs: Any
        ) -> Any:
            inner = super()._arun

            async def first() -> Any:
                token = _passed.set(_Passed(guard, args, kwargs) if guard.may_pass_on else None)
                try:
                    return await inner(*args, **kwargs)
                finally:
                    _passed.reset(token)

            return await guard.run_async(first, args, kwargs)

    made: BaseTool = cast(Any, tool).model_copy()
    made.__class__ = IdempotentTool
    return made


class _Passed:
    """One async call of a guarded tool; its way to the tool's function is free once. A call that the function makes in turn is another call."""

    def __init__(self, guard: _Guard, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> None:
        self._guard = guard
        self._args = args
        self._kwargs = kwargs
        self._taken = False

    def takes(self, guard: _Guard, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> bool:
        """Whether this is that call on its way; answers so once."""
        if self._taken or guard is not self._guard or not self._is_same(args, kwargs):
            return False
        self._taken = True
        return True

    def _is_same(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> bool:
        # What LangChain injects is not the same on both sides.
        names = (self._kwargs.keys() | kwargs.keys()) - INJECTED
        return (
            len(args) == len(self._args)
            and all(one is other for one, other in zip(args, self._args))
            and all(name in kwargs and name in self._kwargs and kwargs[name] is self._kwargs[name] for name in names)
        )


class _Guard:
    """What the guarded tool asks the server, and what it says at a duplicate."""

    def __init__(
        self,
        tool: BaseTool,
        once: Once,
        key_prefix: str,
        meta: Any,
        key_func: Optional[Callable[..., Any]],
        key_part: Optional[KeyPart],
        key_format: str,
        return_value: Any,
        fingerprint_func: Optional[Callable[..., Any]],
    ) -> None:
        self._name = tool.name
        self._once = once
        self._prefix = key_prefix
        self._meta: Dict[str, Any] = {"tool": tool.name, **(metadata_object(meta) or {})}
        self._key_func = key_func
        self._key_part = key_part
        self._published = key_format == "published"
        self._return_value = return_value
        self._fingerprint_func = fingerprint_func
        self._pair = tool.response_format == "content_and_artifact"
        self._given = _defaults_of(tool)
        coroutine = getattr(tool, "coroutine", None)
        self._only_async = _only_raises(cast("Any", type(tool))) if coroutine is None else getattr(tool, "func", None) is None
        #: Whether an async call may go on to the tool's function.
        self.may_pass_on = coroutine is None

    def check_synchronous(self) -> None:
        """NotImplementedError for a tool that has no function to call on a thread."""
        if self._only_async:
            raise NotImplementedError(f"the tool {self._name!r} can only be called asynchronously: use ainvoke")

    def run(self, function: Callable[[], Any], args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        """Run the tool's function if this call is the first."""
        key, named, asked = self._asked(args, kwargs)
        return self._answer(self._once.run(key, function, lambda seen: self._duplicate(seen, args, named), **asked))

    async def run_async(self, function: Callable[[], Any], args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        """As ``run``."""
        key, named, asked = self._asked(args, kwargs)
        answer = await self._once.run_async(key, function, lambda seen: self._duplicate(seen, args, named), **asked)
        return self._answer(answer)

    def _asked(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Tuple[str, Dict[str, Any], Dict[str, Any]]:
        """A call's key, the arguments that the model has given, and what else is asked with."""
        # An argument of the tool's own may be called like one of those.
        named = {name: value for name, value in kwargs.items() if name not in INJECTED or name in (self._given or ())}
        if self._given is not None:
            named = {name: value for name, value in named.items() if name in self._given}
            # Some versions fill in what the model leaves out, and some do not.
            named = {**(self._given if not args else {}), **named}
        asked: Dict[str, Any] = {"meta": self._meta}
        if self._fingerprint_func is not None:
            asked["fingerprint"] = fingerprint_of(self._fingerprint_func(*args, **named))
        return f"{self._prefix}:{self._name}:{self._key(args, named)}", named, asked

    def _key(self, args: Tuple[Any, ...], named: Dict[str, Any]) -> str:
        if self._key_func is not None:
            k = checked_part("key_func", self._key_func(*args, **named))
        elif self._published:
            k = _published.key_of_tool_input(self._invoked_with(args, named))
        else:
            texts = [canonical_of(f"args[{place}]", value) for place, value in enumerate(args)]
            k = sha256_of(canonical({"args": texts, "kwargs": {name: canonical_of(name, one) for name, one in named.items()}}))
        # A hash of both: no text of a part can be taken for another one with another key.
        return k if self._key_part is None else sha256_of(canonical([self._part(), k]))

    def _invoked_with(self, args: Tuple[Any, ...], named: Dict[str, Any]) -> Any:
        guard, given = _input.get()
        if guard is self:
            return given
        return args[0] if args else named

    def _part(self) -> str:
        config = ensure_config()
        if callable(self._key_part):
            return checked_part("key_part", self._key_part(config))
        fields: Mapping[str, Any] = config.get("configurable") or {}
        name = str(self._key_part)
        if name not in fields:
            raise ValueError(f"key_part must be in the run's configurable, which has no {name!r}")
        return checked_part("key_part", fields[name])

    def _duplicate(self, first_seen_at: Optional[str], args: Tuple[Any, ...], named: Dict[str, Any]) -> Any:
        if callable(self._once.on_duplicate):
            return self._once.on_duplicate(*args, **named)
        if self._return_value is not None:
            return self._return_value
        when = "" if first_seen_at is None else f", first at {first_seen_at}"
        return (
            f"Action '{self._name}' was not run again: the same call was made before{when}. "
            "This does not say whether that one succeeded."
        )

    def _answer(self, value: Any) -> Any:
        """An answer in the form that the tool's answers have; a replayed pair is a list."""
        if not self._pair or isinstance(value, tuple):
            return cast(Any, value)
        if isinstance(value, list):
            return tuple(cast("List[Any]", value))
        return value, None


def _only_raises(kind: Any) -> bool:
    """Whether a tool's function does nothing but raise NotImplementedError, while it has a coroutine of its own."""
    code = getattr(inspect.unwrap(kind._run), "__code__", None)
    if kind._arun is cast("Any", BaseTool)._arun or code is None:
        return False
    for step in dis.get_instructions(code):
        if step.opname == "RAISE_VARARGS":
            return "NotImplementedError" in code.co_names
        if step.opcode in (*dis.hasjrel, *dis.hasjabs) or step.opname.startswith(("STORE_", "RETURN_", "YIELD_")):
            return False
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF") and step.argval != "NotImplementedError":
            return False
    return False


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
