import { ApiError, LeaseLostError } from './errors.js';
import type { Http } from './http.js';
import { extendRequest } from './requests/leases.js';
import { LONGEST_TIMER_MS } from './signals.js';

/** A lease that is to be kept while something is done under it. */
export interface KeptLease {
  readonly key: string;
  readonly leaseId: string;
  /** Seconds that each extend asks for; the server's last one when undefined. */
  readonly ttl: number | undefined;
  readonly everyMs: number;
  /** Instant of `performance.now()` at which the lease ends unless it is extended; Infinity when that is not known. */
  readonly endsAt: number;
  /**
   * Called once, when an extend is told that the lease is not ours any more, or when its end has passed by the clock
   * (a LeaseLostError with the code `lease_expired`). No extend follows.
   */
  readonly onLost: (error: ApiError | LeaseLostError) => void;
}

/** What keeps a lease. */
export interface Heartbeat {
  /** Instant of `performance.now()` at which the lease ends, as far as this machine knows. */
  readonly endsAt: () => number;
  /** Ends it, and an extend that is under way. */
  readonly stop: () => void;
}

/** After a failed extend the next one comes no sooner, however near the lease's end is. */
const HURRY_MS_MIN = 100;

/** Extends a lease at regular times until it is stopped or the lease is lost. Its timers do not keep a process alive. */
export function keepExtending(http: Http, lease: KeptLease): Heartbeat {
  const ending = new AbortController();
  let { endsAt } = lease;
  let beats = timer(lease.everyMs, () => void beat());
  let end = timer(endsAt - performance.now(), passed);
  const stop = () => {
    clearTimeout(beats);
    clearTimeout(end);
    ending.abort();
  };
  const lose = (error: ApiError | LeaseLostError) => {
    stop();
    lease.onLost(error);
  };
  function passed(): void {
    const leftMs = endsAt - performance.now();
    // A timer may fire early, and none is as long as some leases.
    if (leftMs > 0) end = timer(leftMs, passed);
    else lose(expired(lease.key));
  }
  async function beat(): Promise<void> {
    let nextMs = lease.everyMs;
    try {
      endsAt = await extend(http, lease, endsAt, ending.signal);
      clearTimeout(end);
      if (!ending.signal.aborted) end = timer(endsAt - performance.now(), passed);
    } catch (error) {
      if (ending.signal.aborted || http.closed.aborted) return;
      if (isLost(error)) {
        lose(error);
        return;
      }
      // Anything else may pass, and is tried again at the next turn, or sooner when the end is near.
      nextMs = Math.min(nextMs, Math.max(HURRY_MS_MIN, (endsAt - performance.now()) / 3));
    }
    if (!ending.signal.aborted) beats = timer(nextMs, () => void beat());
  }
  return { endsAt: () => endsAt, stop };
}

/** Makes one extend; the instant at which the lease ends then, which counts from when it was sent. */
async function extend(http: Http, lease: KeptLease, endsAt: number, signal: AbortSignal): Promise<number> {
  let sentAt = performance.now();
  const answer = await http.send(extendRequest(lease.key, lease.leaseId, lease.ttl), {
    signal,
    // An extend that takes longer than its turn gives way to the next one.
    timeoutMs: Math.min(http.settings.timeoutMs, lease.everyMs),
    deadlineAt: endsAt,
    onAttempt: (at) => (sentAt = at),
  });
  const ttl = typeof answer.ttl === 'number' ? answer.ttl : lease.ttl;
  return ttl === undefined || endsAt === Infinity ? endsAt : sentAt + 1000 * ttl;
}

function timer(milliseconds: number, call: () => void): ReturnType<typeof setTimeout> {
  const timeout = setTimeout(call, Math.max(0, Math.min(milliseconds, LONGEST_TIMER_MS)));
  (timeout as { unref?: () => void }).unref?.();
  return timeout;
}

function expired(key: string): LeaseLostError {
  return new LeaseLostError(
    `the time of the lease of ${JSON.stringify(key)} has passed, and it could not be extended`,
    {
      code: 'lease_expired',
    },
  );
}

/** Whether an answer about a lease says that it is not ours any more. */
export function isLost(error: unknown): error is ApiError {
  return error instanceof ApiError && error.statusCode === 409;
}
