import type { CallOptions } from './args.js';
import { finite, positive } from './args.js';
import { keepExtending } from './heartbeat.js';
import { type Http, mayPass, UNCOUNTED_PAUSE_MS_MIN } from './http.js';
import { localResult, resultRequest, statusRequest } from './requests/leases.js';
import type { AiResult, AiStatus } from './results.js';
import { pause } from './signals.js';

/** How long is waited for a key, and how often a server is asked that can't be waited at. All in seconds. */
export interface WaitTimes {
  /** Default 60. When it has passed, the result is local: `failed` with error code `timeout`; the run goes on. */
  timeout?: number | undefined;
  /** Default 0.5. */
  pollMin?: number | undefined;
  /** Default 5. */
  pollMax?: number | undefined;
}

export interface WaitOptions extends WaitTimes, CallOptions {
  /** The lease to keep alive meanwhile; only its owner gives it. */
  leaseId?: string | undefined;
  /** Whether the lease is extended; default true. */
  autoExtend?: boolean | undefined;
  /** Seconds between extends; default 30. */
  extendEvery?: number | undefined;
}

/** The defaults of all waiting, in seconds. */
export const WAIT_DEFAULTS = { timeout: 60, pollMin: 0.5, pollMax: 5, autoExtend: true, extendEvery: 30 } as const;

/** The server is never asked to hold one request for longer. */
const WAIT_MAX_MS = 30_000;

/** An answer that comes so much earlier than it was asked for comes from a server that does not know how to wait. */
const EARLY_MS = 50;

interface Waiter {
  readonly http: Http;
  readonly key: string;
  readonly endsAt: number;
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  readonly signal: AbortSignal | undefined;
  /** Whether a key that nobody holds ends the wait. */
  readonly endsWithoutOwner: boolean;
}

/** What only the callers within this package say of a wait. */
export interface WaitWithin {
  /** Instant of `performance.now()` at which the wait ends, instead of its timeout. */
  readonly endsAt?: number;
  /** Whether `not_found` ends the wait, with a local result that says so; default false. */
  readonly endsWithoutOwner?: boolean;
}

/** Checks the numbers. Throws a TypeError. */
export function checkWaitTimes({ timeout, pollMin, pollMax }: WaitTimes): void {
  finite('timeout', timeout);
  finite('pollMin', pollMin);
  finite('pollMax', pollMax);
}

/** Waits until the key is completed or failed, or the timeout has passed. */
export async function waitFor(
  http: Http,
  key: string,
  options: WaitOptions = {},
  within: WaitWithin = {},
): Promise<AiResult> {
  const waiter: Waiter = {
    http,
    key,
    endsAt: within.endsAt ?? endOfWaiting(http, options),
    pollMinMs: 1000 * (finite('pollMin', options.pollMin) ?? WAIT_DEFAULTS.pollMin),
    pollMaxMs: 1000 * (finite('pollMax', options.pollMax) ?? WAIT_DEFAULTS.pollMax),
    signal: options.signal,
    endsWithoutOwner: within.endsWithoutOwner ?? false,
  };
  const stopExtending = extendMeanwhile(http, key, options);
  try {
    return await untilFinished(waiter);
  } finally {
    stopExtending();
  }
}

/** The instant at which waiting ends, counted from now: by its own timeout, or the client's deadline if that is less. */
export function endOfWaiting(http: Http, options: WaitTimes): number {
  const timeoutMs = 1000 * (finite('timeout', options.timeout) ?? WAIT_DEFAULTS.timeout);
  return performance.now() + Math.min(timeoutMs, http.settings.deadlineMs ?? Infinity);
}

function extendMeanwhile(http: Http, key: string, options: WaitOptions): () => void {
  const { leaseId, autoExtend = WAIT_DEFAULTS.autoExtend } = options;
  if (leaseId === undefined || !autoExtend) return () => undefined;
  const everyMs = 1000 * (positive('extendEvery', options.extendEvery) ?? WAIT_DEFAULTS.extendEvery);
  // A waiter that has lost the lease still wants to know what becomes of the key.
  return keepExtending(http, { key, leaseId, ttl: undefined, everyMs, endsAt: Infinity, onLost: () => undefined }).stop;
}

async function untilFinished(waiter: Waiter): Promise<AiResult> {
  for (let finished = false; ;) {
    const leftMs = Math.max(0, waiter.endsAt - performance.now());
    const askedMs = Math.floor(Math.min(leftMs, WAIT_MAX_MS));
    const startedAt = performance.now();
    let pauseMs: number;
    try {
      if (finished) return await readResult(waiter);
      const status = await ask(waiter, askedMs);
      finished = status.status === 'completed' || status.status === 'failed';
      if (finished) continue;
      if (waiter.endsWithoutOwner && status.status === 'not_found') {
        return localResult(waiter.key, 'not_found', 'not_found');
      }
      const early = performance.now() - startedAt < Math.max(askedMs - EARLY_MS, askedMs / 2);
      pauseMs = early || status.status === 'not_found' ? betweenPolls(waiter, status.retryAfterSec) : 0;
    } catch (error) {
      if (!mayPass(error)) throw error;
      pauseMs = betweenPolls(waiter, error.retryAfterSec);
    }
    const nowLeftMs = waiter.endsAt - performance.now();
    if (nowLeftMs <= 0) return localResult(waiter.key, 'failed', 'timeout');
    const { closed } = waiter.http;
    await pause(Math.min(pauseMs, nowLeftMs), waiter.signal === undefined ? [closed] : [closed, waiter.signal]);
  }
}

function ask(waiter: Waiter, askedMs: number): Promise<AiStatus> {
  return waiter.http.send(statusRequest(waiter.key, askedMs / 1000), {
    signal: waiter.signal,
    timeoutMs: askedMs + waiter.http.settings.timeoutMs,
    // The end of the wait is its deadline.
    deadlineAt: Infinity,
  });
}

function readResult(waiter: Waiter): Promise<AiResult> {
  return waiter.http.send(resultRequest(waiter.key, undefined), { signal: waiter.signal });
}

function betweenPolls(waiter: Waiter, retryAfterSec: number | null): number {
  const askedMs = (retryAfterSec ?? 0) * 1000;
  return Math.max(UNCOUNTED_PAUSE_MS_MIN, waiter.pollMinMs, Math.min(waiter.pollMaxMs, askedMs));
}
