import { positive } from './args.js';
import { sha256Hex } from './canonical.js';
import { ApiError, LeaseLostError, OnceOnlyError, ResultNotRecordedError } from './errors.js';
import { type Heartbeat, isLost, keepExtending } from './heartbeat.js';
import type { Http, Persistence } from './http.js';
import { completeRequest, failRequest, localResult, resultRequest } from './requests/leases.js';
import type { AiResult } from './results.js';
import { type Acquired, type LeasedFunction, type OnException, RELEASED } from './runFnOptions.js';
import { RUN_FN_DEFAULTS, type RunFnOptions } from './runFnOptions.js';
import type { Shared } from './shared.js';
import { onAbort } from './signals.js';
import { refuseUnfinished } from './unfinished.js';
import { messageOf, wordsOf } from './words.js';
import { resultOf } from './values.js';

/** A function, and the lease under which it runs. */
export interface Run {
  readonly key: string;
  readonly fn: LeasedFunction;
  readonly acquired: Acquired;
  readonly options: RunFnOptions;
}

/** The outcome of a function is worth more attempts than the client's options may say. */
const FINISH_ATTEMPTS_MIN = 3;

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Runs the function, records what came of it, and answers with what is stored. */
export async function underLease(http: Http, run: Run): Promise<AiResult> {
  const { key, options } = run;
  const stopping = new AbortController();
  let running = true;
  let lost: LeaseLostError | undefined;
  let expired: LeaseLostError | undefined;
  const heartbeat = keepExtending(http, {
    key,
    leaseId: leaseIdOf(run),
    ttl: options.ttl ?? RUN_FN_DEFAULTS.ttl,
    everyMs: extendEveryMs(run),
    endsAt: run.acquired.sentAt + 1000 * ttlOf(run),
    onLost: (error) => {
      const byAnswer = error instanceof ApiError;
      // Once the outcome is on its way, a 409 may come of its own arrival: then its own answer decides.
      if (byAnswer && !running) return;
      if (byAnswer) lost = leaseLost(key, error);
      else expired = error;
      stopping.abort(lost ?? expired);
      tell(http, options.onLeaseLost, error);
    },
  });
  try {
    const outcome = await runToItsEnd(http, run, stopping);
    running = false;
    const ran = 'value' in outcome;
    if (lost !== undefined) {
      throw ran
        ? leaseLost(key, lost.cause as ApiError, { ran, result: outcome.value })
        : becauseOf(outcome.error, lost);
    }
    const persistence = persistenceOf(run, heartbeat);
    // After the clock only: whoever comes next may run the function, so what it has thrown is not recorded.
    if (!ran && expired !== undefined) throw becauseOf(outcome.error, expired);
    if (!ran) {
      await recordFailure(http, run, outcome.error, persistence);
      throw outcome.error;
    }
    const stored = await recordValue(http, run, outcome.value, persistence);
    heartbeat.stop();
    return await storedResult(http, run, stored);
  } finally {
    heartbeat.stop();
  }
}

/** Without the function's value the error tells why there is none, unless that is the loss of the lease itself. */
function becauseOf(error: unknown, lost: LeaseLostError): LeaseLostError {
  if (error === lost || (error instanceof Error && error.name === 'AbortError')) return lost;
  const { message, statusCode, code, detail, requestId } = lost;
  return new LeaseLostError(message, { statusCode, code, detail, requestId, cause: error });
}

function leaseIdOf({ acquired }: Run): string {
  return String(acquired.lease.lease_id);
}

/** Seconds for which the lease was given. */
function ttlOf({ acquired, options }: Run): number {
  return acquired.lease.ttl ?? options.ttl ?? RUN_FN_DEFAULTS.ttl;
}

function extendEveryMs(run: Run): number {
  const everySec = positive('extendEvery', run.options.extendEvery) ?? RUN_FN_DEFAULTS.extendEvery;
  return 1000 * Math.min(everySec, ttlOf(run) / 3);
}

/** For so long the server is told the outcome: until the lease's end, which the heartbeat moves, for one TTL at most. */
function persistenceOf(run: Run, heartbeat: Heartbeat): Persistence {
  const latest = performance.now() + 1000 * ttlOf(run);
  return { attemptsMin: FINISH_ATTEMPTS_MIN, endsAt: () => Math.min(latest, heartbeat.endsAt()) };
}

/** Runs the function. It is never abandoned: what it does must be recorded, even when the call has been cancelled. */
async function runToItsEnd(http: Http, run: Run, stopping: AbortController): Promise<Outcome> {
  const { lease } = run.acquired;
  const releases = [http.closed, run.options.signal].flatMap((signal) =>
    signal === undefined ? [] : follow(signal, stopping),
  );
  const context = { key: run.key, leaseId: leaseIdOf(run), fence: lease.fence ?? null, signal: stopping.signal };
  try {
    const value: unknown = await run.fn(context);
    refuseUnfinished(value);
    return { value };
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
 * result is more than the server takes, and whoever could not record it learns that it has happened.
 */
async function recordValue(http: Http, run: Run, value: unknown, persistence: Persistence): Promise<unknown> {
  const { key } = run;
  const complete = async (result: unknown) => {
    const request = completeRequest(key, leaseIdOf(run), result, undefined);
    await http.send(request, { deadlineAt: Infinity, persistence });
    return result;
  };
  try {
    return await complete(value).catch((error: unknown) => {
      if (!isRefusedBody(error)) throw error;
      const said = `the result of ${JSON.stringify(key)} is refused (${error.message}) and stored as {"omitted": true}`;
      http.settings.logger.warn(`OnceOnly: ${said}`);
      return complete({ omitted: true });
    });
  } catch (error) {
    if (isLost(error)) throw leaseLost(key, error, { ran: true, result: value });
    throw notRecorded(key, error, value);
  }
}

/** Whether the server refuses a body for what it is: too large, or no JSON that it can keep. */
function isRefusedBody(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.statusCode === 413 || error.statusCode === 422);
}

function notRecorded(key: string, cause: unknown, result: unknown): ResultNotRecordedError {
  const message = `the function of ${JSON.stringify(key)} has run, and its result could not be recorded: ${messageOf(cause)}`;
  if (!(cause instanceof OnceOnlyError)) return new ResultNotRecordedError(message, { cause, result });
  const { statusCode, code, detail, requestId, retryAfterSec } = cause;
  return new ResultNotRecordedError(message, { statusCode, code, detail, requestId, retryAfterSec, cause, result });
}

function leaseLost(key: string, cause: ApiError, ran: { ran?: boolean; result?: unknown } = {}): LeaseLostError {
  const { statusCode, code, detail, requestId } = cause;
  const facts = { statusCode, code, detail, requestId, cause, ...ran };
  return new LeaseLostError(`the lease of ${JSON.stringify(key)} is lost: ${cause.message}`, facts);
}

function tell(http: Http, onLeaseLost: RunFnOptions['onLeaseLost'], error: ApiError | LeaseLostError): void {
  if (onLeaseLost !== undefined) http.callHook('onLeaseLost', () => onLeaseLost(error));
}

/** The function's own error is what the caller must see, so a failure to record it is only logged. */
async function recordFailure(http: Http, run: Run, error: unknown, persistence: Persistence): Promise<void> {
  const { key, options } = run;
  const { logger } = http.settings;
  try {
    const hash = await sha256Hex(messageOf(error));
    const released = isReleased(http, options.onException, error);
    const errorCode = released ? RELEASED : (options.errorCode ?? RUN_FN_DEFAULTS.errorCode);
    await http.send(failRequest(key, leaseIdOf(run), errorCode, hash), { deadlineAt: Infinity, persistence });
    if (released) return;
    logger.warn(
      `OnceOnly: the function of ${JSON.stringify(key)} has thrown, and the key is kept as failed (${errorCode}): ` +
        "it is not run again for this key. onException: 'release' gives the key back.",
    );
  } catch (failure) {
    logger.warn(`OnceOnly: the failure of ${JSON.stringify(key)} is not recorded: ${wordsOf(failure)}`);
  }
}

/** Whether a key is given back after this error. An option that throws itself, or gives a promise, keeps it. */
export function isReleased(shared: Shared, onException: OnException | undefined, error: unknown): boolean {
  if (typeof onException !== 'function') return onException === 'release';
  let said: unknown;
  shared.callHook('onException', () => (said = onException(error)));
  if (typeof said === 'object' && said !== null) {
    shared.settings.logger.warn('OnceOnly: onException must give true or false at once, so the key is kept');
  }
  return said === true;
}
