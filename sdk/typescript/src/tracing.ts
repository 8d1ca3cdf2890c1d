import { OnceOnlyError } from './errors.js';
import { VERSION } from './version.js';

/*
 * The caller's OpenTelemetry context, where the process has one. `@opentelemetry/api` registers itself under a global
 * symbol, so it is neither imported nor needed. Of its interfaces only what is used here is described.
 */

interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState?: { serialize(): string } | undefined;
}

interface Span {
  spanContext(): SpanContext;
  setAttribute(name: string, value: string | number): unknown;
  recordException(error: Error): void;
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
}

interface Context {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): Context;
}

interface Api {
  readonly context?: {
    active(): Context;
    with<T>(context: Context, call: () => T): T;
  };
  readonly trace?: {
    getTracer(
      name: string,
      version: string,
    ): {
      startSpan(name: string, options: object, context: Context): Span;
    };
  };
}

const API = Symbol.for('opentelemetry.js.api.1');
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN');
const KIND_CLIENT = 2;
const STATUS_ERROR = 2;

/** What the attempts of one call need to know of its trace. */
export interface CallTrace {
  /** `traceparent`, and `tracestate` where there is one. */
  readonly headers: Record<string, string> | undefined;
  answered(status: number): void;
}

const UNTRACED: CallTrace = { headers: undefined, answered: () => undefined };

/** Makes a call in the caller's trace, within a span of its own where the process has a tracer. */
export function traced<T>(
  request: { readonly method: string; readonly path: string },
  call: (trace: CallTrace) => Promise<T>,
): Promise<T> {
  const api = (globalThis as { [API]?: Api })[API];
  if (api?.context === undefined) return call(UNTRACED);
  const active = api.context.active();
  if (api.trace === undefined) {
    return call({ ...UNTRACED, headers: headersOf(active.getValue(SPAN) as Span | undefined) });
  }
  const [path = ''] = request.path.split('?');
  const attributes = { 'http.request.method': request.method, 'url.path': path };
  const tracer = api.trace.getTracer('@onceonly/onceonly-sdk', VERSION);
  const span = tracer.startSpan(`onceonly ${verbOf(path)}`, { kind: KIND_CLIENT, attributes }, active);
  const trace: CallTrace = {
    headers: headersOf(span),
    answered: (status) => span.setAttribute('http.response.status_code', status),
  };
  return api.context.with(active.setValue(SPAN, span), () => untilEnd(span, call(trace)));
}

/** The part of a path that names no key, agent or tool, so that spans can be grouped by it. */
function verbOf(path: string): string {
  const [, first = '', second] = path.split('/');
  return first === 'ai' && second !== undefined ? `${first}/${second}` : first;
}

async function untilEnd<T>(span: Span, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof OnceOnlyError) {
      span.recordException(error);
      span.setStatus({ code: STATUS_ERROR, message: error.message });
    }
    throw error;
  } finally {
    span.end();
  }
}

/** The W3C headers of a span; undefined when there is none, or it is none that could be told. */
function headersOf(span: Span | undefined): Record<string, string> | undefined {
  const context = span?.spanContext();
  if (context === undefined || /^0*$/.test(context.traceId) || /^0*$/.test(context.spanId)) return undefined;
  const flags = (context.traceFlags & 0xff).toString(16).padStart(2, '0');
  const headers: Record<string, string> = { traceparent: `00-${context.traceId}-${context.spanId}-${flags}` };
  const state = context.traceState?.serialize();
  if (state !== undefined && state !== '') headers['tracestate'] = state;
  return headers;
}
