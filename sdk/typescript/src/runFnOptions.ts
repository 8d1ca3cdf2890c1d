import type { CallOptions } from './args.js';
import { checkFunction, fingerprintOf, finite, given, positive } from './args.js';
import type { LeaseBody } from './bodies.js';
import type { ApiError, LeaseLostError } from './errors.js';
import { checkModel, type Model } from './model.js';
import type { AcquireOptions } from './requests/leases.js';
import { refuseGenerators } from './unfinished.js';
import { checkWaitTimes, WAIT_DEFAULTS, type WaitTimes } from './waiting.js';

/** What a function knows of the lease under which it runs. */
export interface LeaseContext {
  readonly key: string;
  readonly leaseId: string;
  /** Hand it to receivers that compare fences; null from servers that have none. */
  readonly fence: number | null;
  /** Aborts when the lease is lost, the call is cancelled, or the client is closed: stop then. */
  readonly signal: AbortSignal;
}

/**
 * What becomes of the key when the function throws: `keep` leaves it as it is, so that nobody runs the function again;
 * `release` gives it back, so that the next caller runs it; a function says for each error whether it is given back.
 */
export type OnException = 'keep' | 'release' | ((error: unknown) => boolean);

export interface RunFnOptions<Value = unknown> extends WaitTimes, AcquireOptions, CallOptions {
  /** Seconds of the lease; default 300. */
  ttl?: number | undefined;
  metadata?: unknown;
  /** Seconds between extends, a third of the lease's TTL at most; default 30. */
  extendEvery?: number | undefined;
  /** Whether a key that another holds is waited for; default true. Otherwise the error code is `not_acquired`. */
  waitOnConflict?: boolean | undefined;
  /** Stored when the function fails; default `fn_error`. */
  errorCode?: string | undefined;
  /**
   * Called once when the lease is found to be lost: with the server's answer, or with a LeaseLostError (code
   * `lease_expired`) when its end has passed by this machine's clock.
   */
  onLeaseLost?: ((error: ApiError | LeaseLostError) => void) | undefined;
  /** What becomes of the key when the function throws; default `keep`: every later caller is told that it has failed. */
  onException?: OnException | undefined;
  /** Makes `value` of the stored result: an object with a `parse`, such as a zod schema, or a function. */
  model?: Model<Value> | undefined;
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
  onException: 'keep',
} as const;

export type LeasedFunction = (context: LeaseContext) => unknown;

/** Stored for a function that has failed and whose key is given back: the next caller runs it again. */
export const RELEASED = 'released';

/** A lease that was acquired, and the instant of `performance.now()` at which it was sent. */
export interface Acquired {
  readonly lease: LeaseBody;
  readonly sentAt: number;
}

/** Checks what can be checked before a call. Throws a TypeError. */
export function checkRunFn(fn: unknown, options: RunFnOptions): void {
  refuseGenerators('fn', fn);
  finite('ttl', options.ttl);
  fingerprintOf(options.fingerprint);
  checkWaitTimes(options);
  positive('extendEvery', options.extendEvery);
  given('errorCode', options.errorCode ?? RUN_FN_DEFAULTS.errorCode);
  checkFunction('onLeaseLost', options.onLeaseLost);
  checkOnException(options.onException);
  checkModel(options.model);
}

/** Checks the option. Throws a TypeError. */
export function checkOnException(onException: unknown): void {
  const known = onException === undefined || onException === 'keep' || onException === 'release';
  if (!known && typeof onException !== 'function') {
    throw new TypeError("onException must be 'keep', 'release' or a function of the error");
  }
}
