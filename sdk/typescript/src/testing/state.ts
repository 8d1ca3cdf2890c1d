import type { JsonObject } from '../read.js';

/** An answer of the server in memory. */
export interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers 200 with this body. */
export function ok(body: object): FakeAnswer {
  return { status: 200, body };
}

/** Answers with this status and the error's code, and what else the detail tells. */
export function refused(status: number, error: string, detail: object = {}): FakeAnswer {
  return { status, body: { detail: { error, ...detail } } };
}

/** Answers 422 for a field, as the server does. */
export function invalid(field: string, message: string, place = 'body'): FakeAnswer {
  const loc = field === '' ? [place] : [place, field];
  return { status: 422, body: { detail: [{ type: 'value_error', loc, msg: message }] } };
}

/** The clock that a test moves: it stands still otherwise. Its instants are milliseconds since 1970. */
export class FakeClock {
  nowMs = Date.parse('2026-05-01T08:00:00Z');
  #micros = 0;

  /** Grows from grant to grant, as the server's fences do. */
  nextFence(): number {
    this.#micros = Math.max(this.#micros + 1, this.nowMs * 1000);
    return this.#micros;
  }

  text(ms = this.nowMs): string {
    return new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');
  }
}

const TTL_MIN = 10;
const TTL_MAX = 2_592_000;
const KEY_LENGTH_MAX = 256;

/** The seconds that a lock or lease is given, or why not. */
export function ttlOf(body: JsonObject, standard: number): number | FakeAnswer {
  const ttl = body['ttl'] ?? standard;
  if (typeof ttl !== 'number' || !Number.isInteger(ttl) || ttl <= 0)
    return invalid('ttl', 'must be an integer above 0');
  return Math.min(TTL_MAX, Math.max(TTL_MIN, ttl));
}

const UNPAIRED = /\p{Surrogate}/u;

/** The key that a body or query names, or why it is none. */
export function keyOf(value: unknown): string | FakeAnswer {
  if (typeof value !== 'string' || value.trim() === '') return invalid('key', 'must not be empty');
  if (value.includes('\0') || UNPAIRED.test(value)) return invalid('key', 'must be Unicode text without U+0000');
  return Array.from(value).length > KEY_LENGTH_MAX ? invalid('key', 'must have at most 256 characters') : value;
}

/** Whether a call's fingerprint contradicts the one that is stored; only two can. */
export function reuse(key: string, stored: unknown, given: unknown): FakeAnswer | undefined {
  if (typeof stored !== 'string' || typeof given !== 'string' || stored === given) return undefined;
  return refused(409, 'key_reused', { key, stored_fingerprint: stored, given_fingerprint: given });
}

/** Whether an attempt id is that of the grant. */
export function isReplay(
  granted: { attemptId: string | null; grantedAtMs: number },
  attemptId: string | null,
  nowMs: number,
): boolean {
  return attemptId !== null && attemptId === granted.attemptId && nowMs - granted.grantedAtMs <= 60_000;
}

/** Equal JSON has equal texts here. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
