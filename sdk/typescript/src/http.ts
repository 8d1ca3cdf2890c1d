import { ApiError, apiError, ClientClosedError, OnceOnlyError, ProtocolError } from './errors.js';
import { NetworkError, RequestTimeoutError } from './errors.js';
import type { Settings } from './options.js';
import { redaction } from './redaction.js';
import { retryAfterSec } from './retryAfter.js';
import { pause } from './signals.js';
import { wordsOf } from './words.js';
import { type CallTrace, traced } from './tracing.js';
import { type Answer, attempt, diedIdle, type FetchInit, isRefused, seconds } from './transport.js';

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
  /** A part of the answer as an error may show it: a proxy may send back what it was sent. */
  withoutKey(part: unknown): unknown;
}

/** What the caller of one call, or a verb that is built of several, wants of it. */
export interface CallLimits {
  readonly signal?: AbortSignal | undefined;
  /** Instead of the client's, for one attempt. */
  readonly timeoutMs?: number;
  /** Instant of `performance.now()` at which the whole call must have ended; otherwise the client's deadline counts. */
  readonly deadlineAt?: number;
  /** Instead of the client's number of attempts: goes on for so long as this says. */
  readonly persistence?: Persistence;
  /** Told the instant of `performance.now()` at which each attempt is sent. */
  readonly onAttempt?: (sentAt: number) => void;
}

/** Attempts that go on until an instant. A longer `Retry-After` is taken as the longest pause. */
export interface Persistence {
  readonly attemptsMin: number;
  /** Asked after each attempt, because the instant may move. */
  readonly endsAt: () => number;
}

/** Sends requests; the only place where anything is attempted again. */
export class Http {
  readonly settings: Omit<Settings, 'apiKey'>;
  readonly #headers: Record<string, string>;
  readonly #bodyHeaders: Record<string, string>;
  readonly #withoutKey: (part: unknown) => unknown;
  readonly #closing = new AbortController();
  readonly #origin: string;
  /** Whether an answer has come whose connection may be used again. */
  #keepsAlive = false;

  constructor(settings: Settings) {
    const { apiKey, ...others } = settings;
    this.settings = others;
    this.#withoutKey = redaction(apiKey);
    this.#origin = originOf(settings.baseUrl);
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
    if (!this.closed.aborted)
      this.#closing.abort(new ClientClosedError('the client is closed', { code: 'client_closed' }));
  }

  async send<T>(request: Request<T>, limits: CallLimits = {}): Promise<T> {
    return traced(request, (trace) => this.#attempts(request, limits, trace));
  }

  async #attempts<T>(request: Request<T>, limits: CallLimits, trace: CallTrace): Promise<T> {
    const { baseUrl, deadlineMs, timeoutMs, fetchImpl } = this.settings;
    const startedAt = performance.now();
    const deadlineAt = limits.deadlineAt ?? (deadlineMs === undefined ? Infinity : startedAt + deadlineMs);
    const signals = limits.signal === undefined ? [this.closed] : [this.closed, limits.signal];
    const init = this.#initOf(request, trace.headers);
    // Nothing tells whether a part of an answer had come, so that only what may certainly come twice is sent twice.
    let revived = request.attemptId !== true && request.method !== 'GET';
    for (let attempts = 1; ;) {
      refuseStopped(signals);
      try {
        const sentAt = performance.now();
        const leftMs = deadlineAt - sentAt;
        if (leftMs <= 0) throw this.#outOfTime(sentAt - startedAt);
        limits.onAttempt?.(sentAt);
        const timeLimitMs = Math.min(limits.timeoutMs ?? timeoutMs, leftMs);
        const within = { timeoutMs: timeLimitMs, signals, origin: this.#origin, withoutKey: this.#withoutKey };
        const answer = await attempt(fetchImpl, baseUrl + request.path, init, within);
        trace.answered(answer.status);
        this.#keepsAlive ||= answer.headers.get('connection')?.toLowerCase() !== 'close';
        return this.#read(request, answer);
      } catch (error) {
        if (!revived && this.#keepsAlive && diedIdle(error)) {
          revived = true;
          this.#tellRetry(request, attempts, 0, error as OnceOnlyError);
          continue;
        }
        const pauseMs = this.#pauseBefore(error, attempts, request, limits, deadlineAt);
        if (pauseMs === undefined) throw error;
        this.#tellRetry(request, attempts, pauseMs, error as OnceOnlyError);
        attempts++;
        await pause(pauseMs, signals);
      }
    }
  }

  #outOfTime(waitedMs: number): RequestTimeoutError {
    const words = `no answer from ${this.#origin} within ${seconds(waitedMs)} s`;
    return new RequestTimeoutError(`${words}: the deadline of the call has passed`);
  }

  /** Milliseconds of the pause before another attempt; undefined when none is to be made. */
  #pauseBefore(
    error: unknown,
    attempts: number,
    request: Request<unknown>,
    { persistence }: CallLimits,
    deadlineAt: number,
  ): number | undefined {
    const repeatable = persistence === undefined ? mayBeRepeated(error, request) : mayPassInTime(error);
    if (!repeatable || !(error instanceof OnceOnlyError)) return undefined;
    const { maxRetries, retryMaxBackoffMs } = this.settings;
    const pauseMs = this.#pauseMs(error, attempts);
    const endsAt = performance.now() + pauseMs;
    if (endsAt >= deadlineAt) return undefined;
    if (persistence !== undefined) {
      const goesOn = attempts < persistence.attemptsMin || endsAt < persistence.endsAt();
      return goesOn ? Math.max(UNCOUNTED_PAUSE_MS_MIN, pauseMs) : undefined;
    }
    const askedMs = 1000 * (error.retryAfterSec ?? 0);
    return attempts > maxRetries || askedMs > retryMaxBackoffMs ? undefined : pauseMs;
  }

  #tellRetry(request: Request<unknown>, attempt: number, pauseMs: number, error: OnceOnlyError): void {
    const { hooks, logger } = this.settings;
    const path = pathOf(this.settings.baseUrl + request.path);
    logger.debug?.(
      `OnceOnly: ${request.method} ${path} is tried again in ${seconds(pauseMs)} s (${attempt}): ${error.message}`,
    );
    this.callHook('onRetry', () =>
      hooks.onRetry?.({ method: request.method, path, attempt, pause: pauseMs / 1000, failure: error }),
    );
  }

  /** Calls a hook. What it throws, or rejects with, is logged. */
  callHook(name: string, call: () => unknown): void {
    const log = (error: unknown) => {
      this.settings.logger.warn(`OnceOnly: ${name} has thrown: ${wordsOf(error)}`);
    };
    try {
      const said = call();
      if (said instanceof Promise) said.catch(log);
    } catch (error) {
      log(error);
    }
  }

  #initOf(request: Request<unknown>, traceHeaders: Record<string, string> | undefined): Omit<FetchInit, 'signal'> {
    let headers = request.body === undefined ? this.#headers : this.#bodyHeaders;
    if (request.attemptId === true) headers = { ...headers, 'X-OnceOnly-Attempt-Id': crypto.randomUUID() };
    if (request.headers !== undefined) headers = { ...headers, ...request.headers };
    if (traceHeaders !== undefined) headers = { ...headers, ...traceHeaders };
    const init: Omit<FetchInit, 'signal'> = { method: request.method, headers, redirect: 'manual' };
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
          detail: this.#textOf(answer),
          requestId,
        });
      }
      return request.parse({
        statusCode: answer.status,
        body,
        requestId,
        header: (name) => answer.headers.get(name),
        withoutKey: this.#withoutKey,
      });
    }
    throw this.#errorOf(answer, requestId);
  }

  #errorOf(answer: Answer, requestId: string | null): ApiError {
    const body = jsonOf(answer.text);
    const detail = body === undefined ? this.#textOf(answer) : detailOf(this.#withoutKey(body));
    return apiError(answer.status, detail, { requestId, retryAfterSec: retryAfterSec(answer.headers, Date.now()) });
  }

  #textOf({ text }: Answer): string {
    return String(this.#withoutKey(text)).slice(0, TEXT_MAX);
  }

  #pauseMs(error: OnceOnlyError, attempts: number): number {
    const { retryBackoffMs, retryMaxBackoffMs } = this.settings;
    const { retryAfterSec: askedSec } = error;
    // The jitter keeps many callers that were turned away together from coming back together.
    if (askedSec !== null) return Math.min(retryMaxBackoffMs, askedSec * 1000 * (1 + Math.random() / 10));
    return Math.min(retryMaxBackoffMs, retryBackoffMs * 2 ** (attempts - 1)) * (0.5 + Math.random() / 2);
  }
}

/** Attempts that nobody counts must not become a busy loop, whatever the options say. */
export const UNCOUNTED_PAUSE_MS_MIN = 50;

function pathOf(url: string): string {
  return new URL(url).pathname;
}

/** `<scheme>://<host>:<port>`, with the port that goes without saying. */
function originOf(baseUrl: string): string {
  const { protocol, hostname, port } = new URL(baseUrl);
  return `${protocol}//${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/** As much of an answer that is no JSON is kept in an error. */
const TEXT_MAX = 1000;

const PASSING = new Set([429, 500, 502, 503, 504]);

/** Whether what went wrong may be over in a moment: an overloaded or restarting server, a broken connection. */
export function mayPass(error: unknown): error is OnceOnlyError {
  if (error instanceof NetworkError) return true;
  return error instanceof OnceOnlyError && error.statusCode !== null && PASSING.has(error.statusCode);
}

/** The same of what must be told to the server, however long it takes: a proxy's words, or half an answer, are no refusal. */
function mayPassInTime(error: unknown): boolean {
  if (error instanceof NetworkError || error instanceof ProtocolError) return true;
  if (!(error instanceof ApiError) || error.statusCode === null) return false;
  return error.statusCode >= 500 || error.statusCode === 408 || error.statusCode === 425 || error.statusCode === 429;
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
