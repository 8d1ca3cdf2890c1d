"""What ties calls to the caller's OpenTelemetry trace. Nothing here needs OpenTelemetry, or imports it before the process has."""

from __future__ import annotations

import contextlib
import inspect
import sys
from types import FrameType
from typing import Any, ContextManager, Dict, Generator, List, Union

from ._call import Header
from ._options import Options
from ._version import __version__

_PARTS = {"onceonly.ai": "ai.", "onceonly.functions": "ai.", "onceonly.leases": "ai.", "onceonly.gov": "gov."}
_NOTHING: ContextManager[None] = contextlib.nullcontext()


def trace_headers() -> List[Header]:
    """``traceparent`` and ``tracestate`` of the span in whose context this is called; none where there is no such span."""
    trace = _trace()
    if trace is None or not trace.get_current_span().get_span_context().is_valid:
        return []
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: Dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in carrier.items()]


class Spans:
    """Makes a span of each call where the process has a tracer provider: ``onceonly.<verb>``, of the kind client.

    No span holds a key, not even as a hash: who knows what keys look like could try them all. Errors are told by their class
    and status, since their messages may name keys.
    """

    def __init__(self, options: Options) -> None:
        url = options.base_url
        port = url.port or (443 if url.scheme == "https" else 80)
        self._attributes: Dict[str, Union[str, int]] = {"server.address": url.host, "server.port": port}
        # Made with the client, if it can be: OpenTelemetry looks into the environment when it is asked for one. It serves a provider
        # that is set later, too.
        self._tracer: Any = _tracer()

    def of_caller(self) -> ContextManager[None]:
        """A span for the call that is two frames above: the public method, whose name is the verb."""
        if self._tracer is None:
            self._tracer = _tracer()
        if self._tracer is None:
            return _NOTHING
        here = inspect.currentframe()
        method = here and here.f_back and here.f_back.f_back
        return self._span(_name_of(method)) if method else _NOTHING

    @contextlib.contextmanager
    def _span(self, name: str) -> Generator[None, None, None]:
        trace = _trace()
        with self._tracer.start_as_current_span(
            name,
            kind=trace.SpanKind.CLIENT,
            attributes=self._attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(trace.StatusCode.ERROR)
                span.set_attribute("error.type", type(error).__name__)
                status = getattr(error, "status_code", None)
                if isinstance(status, int):
                    span.set_attribute("http.response.status_code", status)
                raise


def _name_of(method: FrameType) -> str:
    verb = method.f_code.co_name
    part = _PARTS.get(method.f_globals.get("__name__", ""), "")
    return f"onceonly.{part}{verb[: -len('_async')] if verb.endswith('_async') else verb}"


def _tracer() -> Any:
    trace = _trace()
    return None if trace is None else trace.get_tracer("onceonly", __version__)


def _trace() -> Any:
    # Whoever has a span or a provider has imported this module.
    return sys.modules.get("opentelemetry.trace")
