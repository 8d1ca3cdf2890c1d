import type { JsonObject } from '../read.js';
import { refusedChange, refusedGrant, waitOf } from './input.js';
import { type FakeAnswer, type FakeClock, isReplay, invalid, jsonText, keyOf, ok, reuse, ttlOf } from './state.js';

interface Lease {
  readonly leaseId: string;
  readonly attemptId: string | null;
  readonly fingerprint: unknown;
  readonly fence: number;
  readonly grantedAtMs: number;
  ttl: number;
  endsAtMs: number;
  version: number;
  status: 'in_progress' | 'completed' | 'failed';
  doneAtMs: number | null;
  result: unknown;
  resultHash: unknown;
  errorCode: string | null;
  errorHash: unknown;
}

const TTL_DEFAULT = 300;
const KEPT_MS = 7 * 86_400_000;
const RETRY_AFTER_SEC = 5;

/** The leases and keyed runs of the server in memory. */
export class FakeLeases {
  readonly #leases = new Map<string, Lease>();
  readonly #clock: FakeClock;
  #waiting = new Set<() => void>();

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** Grants the key, or tells how it stands. */
  acquire(body: JsonObject, attemptId: string | null): FakeAnswer {
    const key = keyOf(body['key']);
    if (typeof key !== 'string') return key;
    const ttl = ttlOf(body, TTL_DEFAULT);
    if (typeof ttl !== 'number') return ttl;
    const unfit = refusedGrant(body, 'lease');
    if (unfit !== undefined) return unfit;
    const lease = this.#live(key);
    if (lease === undefined) return this.#grant(key, ttl, body['fingerprint'], attemptId);
    const reused = reuse(key, lease.fingerprint, body['fingerprint']);
    if (reused !== undefined) return reused;
    if (lease.status === 'failed' && body['retry_failed'] === true) {
      return this.#grant(key, ttl, body['fingerprint'], attemptId);
    }
    if (lease.status === 'in_progress' && isReplay(lease, attemptId, this.#clock.nowMs)) {
      return ok({ ...this.#told(key, lease, 'acquired'), charged: 0, replayed: true });
    }
    return ok({ ...this.#told(key, lease, lease.status === 'in_progress' ? 'polling' : lease.status), charged: 0 });
  }

  /** How the key stands: at once, or after `wait` real seconds at most while it is in progress. */
  async status(query: URLSearchParams, signal: AbortSignal): Promise<FakeAnswer> {
    const key = keyOf(query.get('key'));
    if (typeof key !== 'string') return key;
    const wait = waitOf(query);
    if (typeof wait !== 'number') return wait;
    await this.#settled(key, wait, signal);
    const lease = this.#live(key);
    return ok(lease === undefined ? { ...NOT_FOUND, key, ...STATUS_NULLS } : this.#told(key, lease, lease.status));
  }

  async result(query: URLSearchParams, signal: AbortSignal): Promise<FakeAnswer> {
    const key = keyOf(query.get('key'));
    if (typeof key !== 'string') return key;
    const wait = waitOf(query);
    if (typeof wait !== 'number') return wait;
    await this.#settled(key, wait, signal);
    const lease = this.#live(key);
    const nulls = { result: null, result_hash: null, error_code: null, done_at: null };
    if (lease === undefined) return ok({ ...NOT_FOUND, key, ...nulls });
    return ok({
      ok: true,
      status: lease.status,
      version: lease.version,
      key,
      result: lease.result ?? null,
      result_hash: lease.resultHash ?? null,
      error_code: lease.errorCode,
      done_at: lease.doneAtMs === null ? null : this.#clock.text(lease.doneAtMs),
    });
  }

  extend(body: JsonObject): FakeAnswer {
    return this.#change(body, (key, lease) => {
      if (lease.status !== 'in_progress') return conflict(key, 'lease_finished', lease.status, lease.version);
      const ttl = ttlOf(body, lease.ttl);
      if (typeof ttl !== 'number') return ttl;
      lease.ttl = ttl;
      lease.endsAtMs = this.#clock.nowMs + 1000 * ttl;
      lease.version++;
      return ok({ ok: true, status: 'extended', key, ttl, version: lease.version });
    });
  }

  complete(body: JsonObject): FakeAnswer {
    const { result, result_hash: resultHash } = body;
    return this.#finish(body, { status: 'completed', result, resultHash, errorCode: null, errorHash: undefined });
  }

  fail(body: JsonObject): FakeAnswer {
    const { error_code: errorCode, error_hash: errorHash } = body;
    if (typeof errorCode !== 'string' || errorCode.trim() === '') return invalid('error_code', 'must not be empty');
    return this.#finish(body, { status: 'failed', result: null, resultHash: undefined, errorCode, errorHash });
  }

  cancel(body: JsonObject): FakeAnswer {
    const { reason } = body;
    const errorCode = typeof reason === 'string' && reason !== '' ? `canceled:${reason}` : 'canceled';
    return this.#finish(body, {
      status: 'failed',
      result: null,
      resultHash: undefined,
      errorCode,
      errorHash: undefined,
    });
  }

  /** The lease that a key is held or was ended under; undefined when nobody knows it. */
  leaseIdOf(key: string): string | undefined {
    return this.#live(key)?.leaseId;
  }

  /** Lets requests that wait look again. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const each of waiting) each();
  }

  #live(key: string): Lease | undefined {
    const lease = this.#leases.get(key);
    if (lease === undefined) return undefined;
    const { nowMs } = this.#clock;
    const isThere = lease.doneAtMs === null ? lease.endsAtMs > nowMs : nowMs - lease.doneAtMs < KEPT_MS;
    return isThere ? lease : undefined;
  }

  #grant(key: string, ttl: number, fingerprint: unknown, attemptId: string | null): FakeAnswer {
    const { nowMs } = this.#clock;
    const lease: Lease = {
      leaseId: `lease_${crypto.randomUUID()}`,
      attemptId,
      fingerprint,
      fence: this.#clock.nextFence(),
      grantedAtMs: nowMs,
      ttl,
      endsAtMs: nowMs + 1000 * ttl,
      version: (this.#leases.get(key)?.version ?? 0) + 1,
      status: 'in_progress',
      doneAtMs: null,
      result: null,
      resultHash: undefined,
      errorCode: null,
      errorHash: undefined,
    };
    this.#leases.set(key, lease);
    this.wake();
    return ok({ ...this.#told(key, lease, 'acquired'), charged: 1 });
  }

  #told(key: string, lease: Lease, status: string): JsonObject {
    const isLive = lease.status === 'in_progress';
    const leftSec = Math.ceil((lease.endsAtMs - this.#clock.nowMs) / 1000);
    return {
      ok: true,
      status,
      key,
      ttl: isLive ? lease.ttl : null,
      ttl_left: isLive && status !== 'acquired' ? leftSec : null,
      lease_id: lease.leaseId,
      version: lease.version,
      first_seen_at: this.#clock.text(lease.grantedAtMs),
      done_at: lease.doneAtMs === null ? null : this.#clock.text(lease.doneAtMs),
      result_hash: lease.resultHash ?? null,
      error_code: lease.errorCode,
      retry_after_sec: isLive && status !== 'acquired' ? RETRY_AFTER_SEC : null,
      usage: null,
      limit: null,
      ...(isLive ? { fence: lease.fence } : {}),
    };
  }

  #change(body: JsonObject, change: (key: string, lease: Lease) => FakeAnswer): FakeAnswer {
    const unfit = refusedChange(body, 'lease_id');
    if (unfit !== undefined) return unfit;
    const key = String(body['key']);
    const lease = this.#leases.get(key);
    if (lease === undefined) return conflict(key, 'lease_not_found', 'not_found', 0);
    if (lease.leaseId !== body['lease_id']) return conflict(key, 'lease_mismatch', lease.status, lease.version);
    return change(key, lease);
  }

  #finish(
    body: JsonObject,
    outcome: Pick<Lease, 'status' | 'result' | 'resultHash' | 'errorCode' | 'errorHash'>,
  ): FakeAnswer {
    return this.#change(body, (key, lease) => {
      if (lease.status === 'in_progress') {
        Object.assign(lease, outcome, { doneAtMs: this.#clock.nowMs, version: lease.version + 1 });
        this.wake();
      } else if (outcomeText(lease) !== outcomeText(outcome)) {
        return conflict(key, 'lease_finished', lease.status, lease.version);
      }
      return ok({ ok: true, status: lease.status, key, version: lease.version });
    });
  }

  /** Waits until the key is not in progress any more, or the real time that was asked for has passed. */
  async #settled(key: string, wait: number, signal: AbortSignal): Promise<void> {
    const endsAt = performance.now() + 1000 * wait;
    while (this.#live(key)?.status === 'in_progress' && !signal.aborted) {
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        const wake = () => {
          clearTimeout(timer);
          resolve();
        };
        this.#waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }
}

const NOT_FOUND = { ok: false, status: 'not_found', version: 0 };
const STATUS_NULLS = {
  ttl_left: null,
  lease_id: null,
  first_seen_at: null,
  done_at: null,
  result_hash: null,
  error_code: null,
  retry_after_sec: null,
};

function outcomeText({
  status,
  result,
  resultHash,
  errorCode,
  errorHash,
}: Pick<Lease, 'status' | 'result' | 'resultHash' | 'errorCode' | 'errorHash'>): string {
  return jsonText([status, result ?? null, resultHash ?? null, errorCode, errorHash ?? null]);
}

function conflict(key: string, error: string, status: string, version: number): FakeAnswer {
  return { status: 409, body: { ok: false, status: 'conflict', key, detail: { error, status, version } } };
}
