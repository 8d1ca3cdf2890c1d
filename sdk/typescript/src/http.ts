import {
  type ApiError,
  apiError,
  ClientClosedError,
  OnceOnlyError,
  ProtocolError,
  RequestTimeoutError,
} from './errors.js';
import { NetworkError } from './errors.js';
import type { Settings } from './options.js';
import { retryAfterSec } from './retryAfter.js';
import { pause } from './signals.js';
import { type Answer, attempt, isRefused } from './transport.js';

/** A request that a resource file has made, and how its answer is read. Both are pure. */
export interface Request<T> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Begins with `/`; its parts and its query are percent-encoded. */
  readonly path: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
  /**
   * `refused`: a second attempt could do the thing twice, so it is made only when the server has certainly not taken
   * the first. Default: after every failure that may pass.
   */
  readonly repeat?: 'refused';
  /** Whether all attempts carry the same random `X-OnceOnly-Attempt-Id`. */
  readonly attemptId?: boolean;
  readonly parse: (reply: Reply) => T;
}

/** A 2xx answer whose JSON has been read. */
export interface Reply {
  readonly statusCode: number;
  readonly body: unknown;
  readonly requestId: string | null;
  header(name: string): string | null;
}

/** What the caller of one call, or a verb that is built of several, wants of it. */
export interface CallLimits {
  readonly signal?: AbortSignal | undefined;
  /** Instead of the client's, for one attempt. */
  readonly timeoutMs?: number;
  /** Instant of `performance.now()` at which the whole call must have ended; otherwise the client's deadline counts. */
  readonly deadlineAt?: number;
  /** At least so many attempts, whatever the client's options say. */
  readonly attemptsMin?: number;
}

/** Sends requests; the only place where anything is attempted again. */
export class Http {
  readonly settings: Omit<Settings, 'apiKey'>;
  readonly #headers: Record<string, string>;
  readonly #bodyHeaders: Record<string, string>;
  readonly #apiKey: string;
  readonly #closing = new AbortController();

  constructor(settings: Settings) {
    const { apiKey, ...others } = settings;
    this.settings = others;
    this.#apiKey = apiKey;
    this.#headers = {
      Authorization: `Bearer ${apiKey}`,
      Accept: 'application/json',
      'User-Agent': settings.userAgent,
    };
    this.#bodyHeaders = { ...this.#headers, 'Content-Type': 'application/json' };
  }

  /** Aborts with a ClientClosedError when the client is closed. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /** Ends all calls with a ClientClosedError, and refuses further ones. */
  close(): void {
    if (!this.closed.aborted) this.#closing.abort(new ClientClosedError('the client is closed'));
  }

  async send<T>(request: Request<T>, limits: CallLimits = {}): Promise<T> {
    const { deadlineMs, maxRetries, timeoutMs } = this.settings;
    const deadlineAt = limits.deadlineAt ?? (deadlineMs === undefined ? Infinity : performance.now() + deadlineMs);
    const signals = limits.signal === undefined ? [this.closed] : [this.closed, limits.signal];
    const init = this.#initOf(request);
    const url = this.settings.baseUrl + request.path;
    const attemptsMax = Math.max(maxRetries + 1, limits.attemptsMin ?? 1);
    for (let attempts = 1; ; attempts++) {
      refuseStopped(signals);
      try {
        const leftMs = deadlineAt - performance.now();
        if (leftMs <= 0) throw new RequestTimeoutError('the deadline of the call has passed');
        const timeLimitMs = Math.min(limits.timeoutMs ?? timeoutMs, leftMs);
        const answer = await attempt(this.settings.fetchImpl, url, init, { timeoutMs: timeLimitMs, signals });
        return this.#read(request, answer);
      } catch (error) {
        if (attempts >= attemptsMax || !mayBeRepeated(error, request)) throw error;
        const pauseMs = this.#pauseMs(error, attempts);
        if (performance.now() + pauseMs >= deadlineAt) throw error;
        await pause(pauseMs, signals);
      }
    }
  }

  #initOf(request: Request<unknown>): RequestInit {
    let headers = request.body === undefined ? this.#headers : this.#bodyHeaders;
    if (request.attemptId === true) headers = { ...headers, 'X-OnceOnly-Attempt-Id': crypto.randomUUID() };
    if (request.headers !== undefined) headers = { ...headers, ...request.headers };
    const init: RequestInit = { method: request.method, headers, redirect: 'manual' };
    if (request.body !== undefined) init.body = JSON.stringify(request.body);
    return init;
  }

  #read<T>(request: Request<T>, answer: Answer): T {
    const requestId = answer.headers.get('x-request-id');
    const body = jsonOf(answer.text);
    if (answer.status >= 200 && answer.status < 300) {
      if (body === undefined) {
        throw new ProtocolError('the answer is no JSON: something else than OnceOnly answers here', {
          statusCode: answer.status,
          detail: this.#withoutKey(answer.text).slice(0, TEXT_MAX),
          requestId,
        });
      }
      return request.parse({
        statusCode: answer.status,
        body,
        requestId,
        header: (name) => answer.headers.get(name),
      });
    }
    throw this.#errorOf(answer, requestId);
  }

  #errorOf(answer: Answer, requestId: string | null): ApiError {
    // A proxy may send back what it was sent.
    const text = this.#withoutKey(answer.text);
    const body = jsonOf(text);
    const detail = body === undefined ? text.slice(0, TEXT_MAX) : detailOf(body);
    return apiError(answer.status, detail, { requestId, retryAfterSec: retryAfterSec(answer.headers, Date.now()) });
  }

  #withoutKey(text: string): string {
    return text.replaceAll(this.#apiKey, '***');
  }

  #pauseMs(error: unknown, attempts: number): number {
    const askedSec = error instanceof OnceOnlyError ? error.retryAfterSec : null;
    // The jitter keeps many callers that were turned away together from coming back together.
    if (askedSec !== null) return askedSec * 1000 * (1 + Math.random() / 10);
    const { retryBackoffMs, retryMaxBackoffMs } = this.settings;
    return Math.min(retryMaxBackoffMs, retryBackoffMs * 2 ** (attempts - 1)) * (0.5 + Math.random() / 2);
  }
}

/** As much of an answer that is no JSON is kept in an error. */
const TEXT_MAX = 1000;

const PASSING = new Set([429, 500, 502, 503, 504]);

/** Whether what went wrong may be over in a moment: an overloaded or restarting server, a broken connection. */
export function mayPass(error: unknown): error is OnceOnlyError {
  if (error instanceof NetworkError) return true;
  return error instanceof OnceOnlyError && error.statusCode !== null && PASSING.has(error.statusCode);
}

/** A governed call's 502 is an outcome: the tool was called, and calling it again is the caller's decision. */
function isToolError(error: OnceOnlyError): boolean {
  return error.statusCode === 502 && error.code === 'tool_error';
}

function mayBeRepeated(error: unknown, request: Request<unknown>): boolean {
  if (!mayPass(error) || isToolError(error)) return false;
  return request.repeat !== 'refused' || error.statusCode === 429 || isRefused(error);
}

function refuseStopped(signals: readonly AbortSignal[]): void {
  for (const signal of signals) signal.throwIfAborted();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function detailOf(body: unknown): unknown {
  const isObject = typeof body === 'object' && body !== null;
  return isObject && 'detail' in body ? body.detail : body;
}
