"""OpenTelemetry: the caller's context goes along, and each call is a span, with the real API and SDK."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Callable, Dict, Iterator, List

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags, TraceState
from tasks import run

import onceonly
from onceonly import OnceOnly
from onceonly.testing import FakeOnceOnly

TRACE_ID, SPAN_ID = 0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331
PARENT = NonRecordingSpan(
    SpanContext(TRACE_ID, SPAN_ID, is_remote=False, trace_flags=TraceFlags(1), trace_state=TraceState([("vendor", "x")]))
)
Exporter = InMemorySpanExporter
Calling = Callable[[OnceOnly], Any]


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[Exporter]:
    """What a tracer provider exports that the process has set."""
    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    yield exporter
    provider.shutdown()


def synchronously(client: OnceOnly) -> Any:
    return client.check_lock("secret-key")


def asynchronously(client: OnceOnly) -> Any:
    return run(client.check_lock_async("secret-key"))


both = pytest.mark.parametrize("calling", [synchronously, asynchronously])


def headers_of(fake: FakeOnceOnly) -> List[Dict[str, str]]:
    return [{name: value for name, value in one.headers.items() if name.startswith("trace")} for one in fake.requests]


@both
def test_context_of_the_caller_goes_along_in_every_attempt(fake_onceonly: FakeOnceOnly, calling: Calling) -> None:
    client = fake_onceonly.client(max_retries_429=1, retry_backoff=0)
    fake_onceonly.answer_next(503)
    with trace.use_span(PARENT):
        calling(client)
    expected = {"traceparent": f"00-{TRACE_ID:032x}-{SPAN_ID:016x}-01", "tracestate": "vendor=x"}
    assert headers_of(fake_onceonly) == [expected, expected]


@both
def test_nothing_goes_along_without_a_context(fake_onceonly: FakeOnceOnly, calling: Calling) -> None:
    calling(fake_onceonly.client())
    assert headers_of(fake_onceonly) == [{}]


@both
def test_call_is_a_span_below_the_callers(fake_onceonly: FakeOnceOnly, spans: Exporter, calling: Calling) -> None:
    with trace.get_tracer("test").start_as_current_span("around") as around:
        calling(fake_onceonly.client())
    made, _ = spans.get_finished_spans()
    assert (made.name, made.kind) == ("onceonly.check_lock", SpanKind.CLIENT)
    assert made.parent is not None and made.parent.span_id == around.get_span_context().span_id
    assert dict(made.attributes or {}) == {"server.address": "onceonly.fake", "server.port": 80}
    assert f"{_id_of(made):016x}" in headers_of(fake_onceonly)[0]["traceparent"]


def test_provider_may_be_set_after_the_client_is_made(fake_onceonly: FakeOnceOnly, monkeypatch: pytest.MonkeyPatch) -> None:
    client = fake_onceonly.client()
    client.me()
    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    client.me()
    assert [one.name for one in exporter.get_finished_spans()] == ["onceonly.me"]
    provider.shutdown()


def test_verbs_of_the_parts_are_named_by_their_parts(fake_onceonly: FakeOnceOnly, spans: Exporter) -> None:
    client = fake_onceonly.client()
    fake_onceonly.answers("GET", "/v1/policies", [])
    client.me()
    client.ai.status("k")
    client.ai_run("k")
    client.gov.list_policies()
    run(client.gov.list_policies_async())
    assert [one.name for one in spans.get_finished_spans()] == [
        "onceonly.me",
        "onceonly.ai.status",
        "onceonly.ai.run",
        "onceonly.gov.list_policies",
        "onceonly.gov.list_policies",
    ]


def test_function_runs_within_the_span_of_its_call(fake_onceonly: FakeOnceOnly, spans: Exporter) -> None:
    def work() -> None:
        with trace.get_tracer("test").start_as_current_span("work"):
            pass

    fake_onceonly.client().ai.run_fn("k", work)
    inner, outer = spans.get_finished_spans()
    assert (inner.name, outer.name) == ("work", "onceonly.ai.run_fn")
    assert inner.parent is not None and inner.parent.span_id == _id_of(outer)


@both
def test_failure_is_told_by_its_class_and_status_alone(fake_onceonly: FakeOnceOnly, spans: Exporter, calling: Calling) -> None:
    fake_onceonly.answer_next(422, {"detail": "secret-key is too long"})
    with pytest.raises(onceonly.ValidationError):
        calling(fake_onceonly.client(api_key="once_live_secret"))
    (made,) = spans.get_finished_spans()
    assert not made.status.is_ok
    attributes = dict(made.attributes or {})
    assert (attributes["error.type"], attributes["http.response.status_code"]) == ("ValidationError", 422)
    assert "secret" not in _everything(made)


def _id_of(span: ReadableSpan) -> int:
    context = span.get_span_context()
    assert context is not None
    return context.span_id


def _everything(span: ReadableSpan) -> str:
    return str(span.to_json())


def test_process_without_opentelemetry_gets_none() -> None:
    code = (
        "import sys, onceonly; from onceonly.testing import FakeOnceOnly; FakeOnceOnly().client().me();"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
