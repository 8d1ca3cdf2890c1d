import { refusedChange, refusedGrant } from './input.js';
import { isObject, type JsonObject } from '../read.js';
import { type FakeAnswer, type FakeClock, invalid, isReplay, keyOf, ok, refused, reuse, ttlOf } from './state.js';

interface Lock {
  readonly lockId: string;
  readonly attemptId: string | null;
  readonly fingerprint: unknown;
  readonly fence: number;
  readonly ttl: number;
  readonly grantedAtMs: number;
  readonly endsAtMs: number;
  released: boolean;
}

/** That of a plan without a bound. */
const TTL_DEFAULT = 86_400;
const ITEMS_MAX = 1000;

/** The locks of the server in memory. */
export class FakeLocks {
  readonly #locks = new Map<string, Lock>();
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  lock(body: JsonObject, attemptId: string | null): FakeAnswer {
    const key = keyOf(body['key']);
    if (typeof key !== 'string') return key;
    const ttl = ttlOf(body, TTL_DEFAULT);
    if (typeof ttl !== 'number') return ttl;
    const unfit = refusedGrant(body, 'lock');
    if (unfit !== undefined) return unfit;
    const held = this.#held(key);
    if (held === undefined) return this.#grant(key, ttl, body['fingerprint'], attemptId);
    const reused = reuse(key, held.fingerprint, body['fingerprint']);
    if (reused !== undefined) return reused;
    if (isReplay(held, attemptId, this.#clock.nowMs)) return ok({ ...locked(key, held), replayed: true });
    const firstSeenAt = this.#clock.text(held.grantedAtMs);
    return ok({ success: false, status: 'duplicate', key, ttl, first_seen_at: firstSeenAt });
  }

  batch(body: JsonObject): FakeAnswer {
    const { items } = body;
    if (!Array.isArray(items) || items.length === 0 || items.length > ITEMS_MAX) {
      return invalid('items', 'must be a list of 1 to 1000 items');
    }
    const answers = items.map((item: unknown) => {
      if (!isObject(item)) return invalid('items', 'must be objects').body;
      const attemptId = item['attempt_id'];
      return this.lock(item, typeof attemptId === 'string' ? attemptId : null).body;
    });
    return ok({ items: answers });
  }

  release(body: JsonObject): FakeAnswer {
    const unfit = refusedChange(body, 'lock_id');
    if (unfit !== undefined) return unfit;
    const key = String(body['key']);
    const lock = this.#locks.get(key);
    const isOwn = lock !== undefined && lock.lockId === body['lock_id'] && lock.endsAtMs > this.#clock.nowMs;
    if (!isOwn) return refused(409, 'lock_mismatch', { key });
    lock.released = true;
    return ok({ ok: true, status: 'released', key });
  }

  #held(key: string): Lock | undefined {
    const lock = this.#locks.get(key);
    return lock !== undefined && !lock.released && lock.endsAtMs > this.#clock.nowMs ? lock : undefined;
  }

  #grant(key: string, ttl: number, fingerprint: unknown, attemptId: string | null): FakeAnswer {
    const { nowMs } = this.#clock;
    const lock: Lock = {
      lockId: `lock_${crypto.randomUUID()}`,
      attemptId,
      fingerprint,
      fence: this.#clock.nextFence(),
      ttl,
      grantedAtMs: nowMs,
      endsAtMs: nowMs + 1000 * ttl,
      released: false,
    };
    this.#locks.set(key, lock);
    return ok(locked(key, lock));
  }
}

function locked(key: string, { ttl, lockId, fence }: Lock): JsonObject {
  return { success: true, status: 'locked', key, ttl, first_seen_at: null, lock_id: lockId, fence };
}
