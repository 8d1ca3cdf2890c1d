"""What ties a call to the caller's OpenTelemetry trace. Nothing here needs OpenTelemetry, or imports it before the process has."""

from __future__ import annotations

import sys
from typing import Any, Dict, List

from ._call import Header


def trace_headers() -> List[Header]:
    """``traceparent`` and ``tracestate`` of the span in whose context this is called; none where there is no such span."""
    # Whoever has a span has imported this module.
    trace: Any = sys.modules.get("opentelemetry.trace")
    if trace is None or not trace.get_current_span().get_span_context().is_valid:
        return []
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: Dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in carrier.items()]
