import assert from 'node:assert/strict';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { after, afterEach, before, describe, it } from 'node:test';
import { locked, serve, type TestServer } from './support/server.js';

let server: TestServer;
before(async () => {
  server = await serve(({ path, body }, response) => {
    if (!path.endsWith('/me')) return locked(body['key']);
    response.statusCode = 404;
    return { detail: 'Not Found' };
  });
});
after(() => server.stop());
afterEach(() => {
  context.disable();
  trace.disable();
  propagation.disable();
});

const sent = () => server.seen.at(-1)?.headers ?? {};
const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

describe('the trace of a call', () => {
  it('is none where the process has none', async () => {
    await server.client.checkLock({ key: 'k' });
    assert.equal(sent()['traceparent'], undefined);
  });

  it('is that of the caller’s context', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const active = trace.setSpanContext(context.active(), parent);
    await context.with(active, () => server.client.checkLock({ key: 'k' }));
    const carrier: Record<string, string> = {};
    propagation.inject(active, carrier);
    assert.equal(sent()['traceparent'], carrier['traceparent']);
    assert.equal(sent()['traceparent'], '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    await server.client.checkLock({ key: 'k' });
    assert.equal(sent()['traceparent'], undefined);
  });

  it('has a span of the call where there is a tracer', async () => {
    const exporter = new InMemorySpanExporter();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    await context.with(trace.setSpanContext(context.active(), parent), async () => {
      await server.client.checkLock({ key: 'k' });
      const traceparent = String(sent()['traceparent']);
      const [span] = exporter.getFinishedSpans();
      assert.ok(span);
      assert.equal(traceparent, `00-${parent.traceId}-${span.spanContext().spanId}-01`);
      assert.equal(span.parentSpanContext?.spanId, parent.spanId);
      assert.equal(span.name, 'onceonly check-lock');
      assert.deepEqual(span.attributes, {
        'http.request.method': 'POST',
        'url.path': '/check-lock',
        'http.response.status_code': 200,
      });
      await server.client.me().catch(() => undefined);
    });
    const failed = exporter.getFinishedSpans().at(-1);
    assert.equal(failed?.status.code, 2);
    assert.equal(failed.events[0]?.name, 'exception');
  });
});
