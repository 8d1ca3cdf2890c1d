import type { CallOptions } from './args.js';
import { finite } from './args.js';
import type { LeaseBody } from './bodies.js';
import { ApiError, LeaseLostError, OnceOnlyError } from './errors.js';
import { isLost, keepExtending } from './heartbeat.js';
import type { Http } from './http.js';
import { type AcquireOptions, completeRequest, failRequest, leaseRequest } from './requests/leases.js';
import { localResult, resultRequest } from './requests/leases.js';
import type { AiResult } from './results.js';
import { resultOf } from './values.js';
import { sha256Hex } from './canonical.js';
import { onAbort } from './signals.js';
import { waitFor, WAIT_DEFAULTS, type WaitTimes } from './waiting.js';

/** What a function knows of the lease under which it runs. */
export interface LeaseContext {
  readonly key: string;
  readonly leaseId: string;
  /** Hand it to receivers that compare fences; null from servers that have none. */
  readonly fence: number | null;
  /** Aborts when the lease is lost, the call is cancelled, or the client is closed: stop then. */
  readonly signal: AbortSignal;
}

export interface RunFnOptions extends WaitTimes, AcquireOptions, CallOptions {
  /** Seconds of the lease; default 300. */
  ttl?: number | undefined;
  metadata?: unknown;
  /** Seconds between extends, a third of the lease's TTL at most; default 30. */
  extendEvery?: number | undefined;
  /** Whether a key that another holds is waited for; default true. Otherwise the error code is `not_acquired`. */
  waitOnConflict?: boolean | undefined;
  /** Stored when the function fails; default `fn_error`. */
  errorCode?: string | undefined;
  /** Called once, with the server's answer, when the lease is found to be lost. */
  onLeaseLost?: ((error: ApiError) => void) | undefined;
}

export const RUN_FN_DEFAULTS = {
  ttl: 300,
  extendEvery: WAIT_DEFAULTS.extendEvery,
  waitOnConflict: true,
  timeout: WAIT_DEFAULTS.timeout,
  pollMin: WAIT_DEFAULTS.pollMin,
  pollMax: WAIT_DEFAULTS.pollMax,
  errorCode: 'fn_error',
  retryFailed: false,
} as const;

/** The outcome of a function is worth more attempts than the client's options may say. */
const FINISH_ATTEMPTS_MIN = 3;

export type LeasedFunction = (context: LeaseContext) => unknown;

/** Runs `fn` once for the key, whoever else tries; see `Ai.runFn`. */
export async function runFn(http: Http, key: string, fn: LeasedFunction, options: RunFnOptions): Promise<AiResult> {
  const ttl = options.ttl ?? RUN_FN_DEFAULTS.ttl;
  const limits = { signal: options.signal };
  const lease = await http.send(leaseRequest(key, ttl, options.metadata, options), limits);
  switch (lease.status) {
    case 'acquired':
      return lease.lease_id
        ? underLease(http, { key, fn, lease, ttl, options })
        : localResult(key, 'failed', 'missing_lease_id');
    case 'completed':
    case 'failed':
      return http.send(resultRequest(key, undefined), limits);
    default: {
      if (options.waitOnConflict ?? RUN_FN_DEFAULTS.waitOnConflict) {
        const { timeout, pollMin, pollMax, signal } = options;
        return waitFor(http, key, { timeout, pollMin, pollMax, signal });
      }
      return localResult(key, lease.status, 'not_acquired');
    }
  }
}

interface Run {
  readonly key: string;
  readonly fn: LeasedFunction;
  readonly lease: LeaseBody;
  readonly ttl: number;
  readonly options: RunFnOptions;
}

async function underLease(http: Http, run: Run): Promise<AiResult> {
  const { key, lease, options } = run;
  const leaseId = String(lease.lease_id);
  const stopping = new AbortController();
  let lost: LeaseLostError | undefined;
  const stopExtending = keepExtending(http, {
    key,
    leaseId,
    ttl: run.ttl,
    everyMs: extendEveryMs(run),
    onLost: (error) => {
      lost = leaseLost(key, error);
      stopping.abort(lost);
      tell(http, options.onLeaseLost, error);
    },
  });
  const outcome = await runToItsEnd(http, run, stopping).finally(stopExtending);
  if (lost !== undefined) throw lost;
  if ('error' in outcome) {
    await recordFailure(http, run, outcome.error);
    throw outcome.error;
  }
  const stored = await recordValue(http, run, outcome.value);
  return storedResult(http, run, stored);
}

/** What is done must not look like a failure, so what was stored is the answer when the server's can't be had. */
async function storedResult(http: Http, { key, options }: Run, stored: unknown): Promise<AiResult> {
  try {
    return await http.send(resultRequest(key, undefined), { signal: options.signal });
  } catch (error) {
    if (!(error instanceof OnceOnlyError)) throw error;
    http.settings.logger.warn(
      `OnceOnly: ${JSON.stringify(key)} is completed, but its result can't be read back: ${error.message}`,
    );
    return { ...localResult(key, 'completed', null), ok: true, result: resultOf(stored) ?? null };
  }
}

/**
 * Completes the lease; answers with what was stored. The effect has happened: it must not happen again only because its
 * result is more than the server takes.
 */
async function recordValue(http: Http, { key, lease }: Run, value: unknown): Promise<unknown> {
  const complete = async (result: unknown) => {
    const request = completeRequest(key, String(lease.lease_id), result, undefined);
    await http.send(request, { attemptsMin: FINISH_ATTEMPTS_MIN });
    return result;
  };
  try {
    return await complete(value).catch((error: unknown) => {
      if (!isRefused(error)) throw error;
      const said = `the result of ${JSON.stringify(key)} is refused (${error.message}) and stored as {"omitted": true}`;
      http.settings.logger.warn(`OnceOnly: ${said}`);
      return complete({ omitted: true });
    });
  } catch (error) {
    if (isLost(error)) throw leaseLost(key, error);
    throw error;
  }
}

/** Whether the server refuses a body for what it is: too large, or no JSON that it can keep. */
function isRefused(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.statusCode === 413 || error.statusCode === 422);
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Runs the function. It is never abandoned: what it does must be recorded, even when the call has been cancelled. */
async function runToItsEnd(http: Http, run: Run, stopping: AbortController): Promise<Outcome> {
  const { key, lease, options } = run;
  const releases = [http.closed, options.signal].flatMap((signal) =>
    signal === undefined ? [] : follow(signal, stopping),
  );
  const { signal } = stopping;
  const context = { key, leaseId: String(lease.lease_id), fence: lease.fence ?? null, signal };
  try {
    return { value: await run.fn(context) };
  } catch (error) {
    return { error };
  } finally {
    for (const release of releases) release();
  }
}

function follow(signal: AbortSignal, stopping: AbortController): (() => void)[] {
  if (!signal.aborted) {
    return [
      onAbort(signal, () => {
        stopping.abort(signal.reason);
      }),
    ];
  }
  stopping.abort(signal.reason);
  return [];
}

function extendEveryMs({ lease, ttl, options }: Run): number {
  const everySec = finite('extendEvery', options.extendEvery) ?? RUN_FN_DEFAULTS.extendEvery;
  return 1000 * Math.min(everySec, (lease.ttl ?? ttl) / 3);
}

function leaseLost(key: string, cause: ApiError): LeaseLostError {
  const { statusCode, code, detail, requestId } = cause;
  const facts = { statusCode, code, detail, requestId, cause };
  return new LeaseLostError(`the lease of ${JSON.stringify(key)} is lost: ${cause.message}`, facts);
}

function tell(http: Http, onLeaseLost: RunFnOptions['onLeaseLost'], error: ApiError): void {
  try {
    onLeaseLost?.(error);
  } catch (thrown) {
    http.settings.logger.warn(`OnceOnly: onLeaseLost has thrown: ${String(thrown)}`);
  }
}

/** The function's own error is what the caller must see, so a failure to record it is only logged. */
async function recordFailure(http: Http, { key, lease, options }: Run, error: unknown): Promise<void> {
  try {
    const hash = await sha256Hex(error instanceof Error ? error.message : String(error));
    const errorCode = options.errorCode ?? RUN_FN_DEFAULTS.errorCode;
    const request = failRequest(key, String(lease.lease_id), errorCode, hash);
    await http.send(request, { attemptsMin: FINISH_ATTEMPTS_MIN });
  } catch (failure) {
    http.settings.logger.warn(`OnceOnly: the failure of ${JSON.stringify(key)} is not recorded: ${String(failure)}`);
  }
}
