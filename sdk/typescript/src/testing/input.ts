import { isObject, type JsonObject } from '../read.js';
import type { FetchInit } from '../transport.js';
import { type FakeAnswer, invalid, keyOf } from './state.js';

const BODY_BYTES_MAX = 256 * 1024;
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
const LOCK_METADATA_BYTES_MAX = 2048;
const LEASE_METADATA_BYTES_MAX = 64 * 1024;
const TEXT_LENGTH_MAX = 256;
const FINGERPRINT_LENGTH_MAX = 128;
const WAIT_SECONDS_MAX = 60;

/** The body of a request as JSON, or why it is none: too large, broken, or no object. */
export function bodyOf(path: string, { body: text }: FetchInit): { body: JsonObject | null } | FakeAnswer {
  if (text === undefined) return { body: null };
  const bytesMax = path === '/v1/check-lock/batch' ? BATCH_BYTES_MAX : BODY_BYTES_MAX;
  if (bytesOf(text) > bytesMax) return { status: 413, body: { detail: 'Content Too Large' } };
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? { body } : invalid('', 'must be an object');
  } catch {
    return {
      status: 422,
      body: { detail: [{ type: 'json_invalid', loc: ['body', 0], msg: 'must be JSON', input: {} }] },
    };
  }
}

/** Why what a lock, a lease or a keyed run is asked for with is refused; undefined when it is not. */
export function refusedGrant(body: JsonObject, place: 'lock' | 'lease'): FakeAnswer | undefined {
  const { fingerprint = null, metadata = null } = body;
  const bytesMax = place === 'lock' ? LOCK_METADATA_BYTES_MAX : LEASE_METADATA_BYTES_MAX;
  if (fingerprint !== null && !isText(fingerprint, FINGERPRINT_LENGTH_MAX)) {
    return invalid('fingerprint', `must have 1 to ${FINGERPRINT_LENGTH_MAX} characters`);
  }
  if (metadata !== null && !isObject(metadata)) return invalid('metadata', 'must be an object');
  return bytesOf(JSON.stringify(metadata)) > bytesMax
    ? invalid('metadata', `must have at most ${bytesMax} bytes`)
    : undefined;
}

/** Why an attempt id is refused; undefined when it is not. */
export function refusedAttemptId(attemptId: string | null): FakeAnswer | undefined {
  if (attemptId === null || /^[\x21-\x7e]{1,128}$/.test(attemptId)) return undefined;
  return invalid('X-OnceOnly-Attempt-Id', 'must be 1 to 128 visible ASCII characters', 'header');
}

/** Why a change of a lock or lease is refused before anybody looks for it; undefined when it is not. */
export function refusedChange(body: JsonObject, id: 'lock_id' | 'lease_id'): FakeAnswer | undefined {
  const key = keyOf(body['key']);
  if (typeof key !== 'string') return key;
  if (!isText(body[id], TEXT_LENGTH_MAX)) return invalid(id, 'must not be empty');
  const { result = null } = body;
  return result === null || isObject(result) ? undefined : invalid('result', 'must be an object');
}

/** Seconds for which an answer is held, or why not. */
export function waitOf(query: URLSearchParams): number | FakeAnswer {
  const text = query.get('wait') ?? '0';
  const wait = Number(text);
  if (text.trim() === '' || !(wait >= 0)) return invalid('wait', 'must be a number of at least 0', 'query');
  return Math.min(wait, WAIT_SECONDS_MAX);
}

function isText(value: unknown, lengthMax: number): boolean {
  return typeof value === 'string' && value.trim() !== '' && Array.from(value).length <= lengthMax;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
