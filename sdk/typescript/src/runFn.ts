import type { LeaseBody } from './bodies.js';
import { type Http, UNCOUNTED_PAUSE_MS_MIN } from './http.js';
import { withValue } from './model.js';
import { leaseRequest, localResult, resultRequest } from './requests/leases.js';
import type { AiResult } from './results.js';
import { type Acquired, checkRunFn, type LeasedFunction, RELEASED } from './runFnOptions.js';
import { RUN_FN_DEFAULTS, type RunFnOptions } from './runFnOptions.js';
import { pause } from './signals.js';
import { underLease } from './underLease.js';
import { endOfWaiting, waitFor } from './waiting.js';

/** What a call of `runFn` came to, and what the server has said when it was first asked for the lease. */
export interface Ran {
  readonly result: AiResult;
  readonly lease: LeaseBody;
}

/** Runs `fn` once for the key, whoever else tries; see `Ai.runFn`. */
export async function runFn<Value>(
  http: Http,
  key: string,
  fn: LeasedFunction,
  options: RunFnOptions<Value>,
): Promise<AiResult<Value>> {
  // What can't be right is refused before the lease is acquired, not while it is held.
  checkRunFn(fn, options);
  return withValue((await acquireAndRun(http, key, fn, options)).result, options.model);
}

/** Asks for the lease until it is acquired, or the key's outcome is known, or the time for waiting is over. */
export async function acquireAndRun(http: Http, key: string, fn: LeasedFunction, options: RunFnOptions): Promise<Ran> {
  let endsAt: number | undefined;
  // That a key was given back is true of this one failure only: the next owner's may be another.
  let released = false;
  for (let takeovers = 0; ; takeovers++) {
    const retryFailed = released || options.retryFailed === true;
    released = false;
    const acquired = await acquire(http, key, { ...options, retryFailed });
    const { lease } = acquired;
    const { status } = lease;
    if (status === 'acquired') {
      if (!lease.lease_id) return { lease, result: localResult(key, 'failed', 'missing_lease_id') };
      return { lease, result: await underLease(http, { key, fn, acquired, options }) };
    }
    if (status === 'failed' && lease.error_code === RELEASED && !retryFailed) {
      released = true;
      continue;
    }
    if (status === 'completed' || status === 'failed') {
      return { lease, result: await http.send(resultRequest(key, undefined), { signal: options.signal }) };
    }
    if (!(options.waitOnConflict ?? RUN_FN_DEFAULTS.waitOnConflict)) {
      return { lease, result: localResult(key, status, 'not_acquired') };
    }
    endsAt ??= endOfWaiting(http, options);
    const result = await outcomeOfOwner(http, key, options, endsAt);
    if (!isFree(result) || (takeovers > 0 && performance.now() >= endsAt)) return { lease, result };
    released = result.errorCode === RELEASED;
    // Two answers that contradict each other for ever must not make a busy loop.
    if (takeovers > 0) await pause(takeoverPauseMs(options, endsAt), signalsOf(http, options));
  }
}

async function acquire(http: Http, key: string, options: RunFnOptions): Promise<Acquired> {
  const ttl = options.ttl ?? RUN_FN_DEFAULTS.ttl;
  const sent: number[] = [];
  const lease = await http.send(leaseRequest(key, ttl, options.metadata, options), {
    signal: options.signal,
    onAttempt: (at) => sent.push(at),
  });
  // A replayed answer is that of an earlier attempt, and so is its lease.
  const sentAt = (lease.replayed === true ? sent[0] : sent.at(-1)) ?? performance.now();
  return { lease, sentAt };
}

function outcomeOfOwner(http: Http, key: string, options: RunFnOptions, endsAt: number): Promise<AiResult> {
  const { pollMin, pollMax, signal } = options;
  return waitFor(http, key, { pollMin, pollMax, signal }, { endsAt, endsWithoutOwner: true });
}

/** Whether the owner has died, or has given the key back. */
function isFree({ status, errorCode }: AiResult): boolean {
  return status === 'not_found' || (status === 'failed' && errorCode === RELEASED);
}

function takeoverPauseMs({ pollMin }: RunFnOptions, endsAt: number): number {
  const pauseMs = Math.min(1000 * (pollMin ?? RUN_FN_DEFAULTS.pollMin), endsAt - performance.now());
  return Math.max(UNCOUNTED_PAUSE_MS_MIN, pauseMs);
}

function signalsOf(http: Http, { signal }: RunFnOptions): AbortSignal[] {
  return signal === undefined ? [http.closed] : [http.closed, signal];
}
