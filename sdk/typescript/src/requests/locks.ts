import { type CallOptions, finite, fingerprintOf, given } from '../args.js';
import type { ReleaseBody } from '../bodies.js';
import { ApiError, apiError, ClientClosedError, NetworkError, ProtocolError, RequestTimeoutError } from '../errors.js';
import { OnceOnlyError } from '../errors.js';
import type { Reply, Request } from '../http.js';
import { flag, isObject, type JsonObject, number, objectOf, text, unexpected } from '../read.js';
import { CheckLockResult } from '../results.js';
import { isTlsFailure } from '../transport.js';
import { metadataOf } from '../values.js';

/** One key to be locked. */
export interface LockItem {
  /** Names one intended effect: 1 to 256 characters. */
  key: string;
  /** Seconds for which the key stays locked; default and maximum come from the plan, the minimum is 10. */
  ttl?: number | undefined;
  /** Kept with the lock: 2,048 bytes of JSON at most. What is no object is sent as `{"value": text}`. */
  meta?: unknown;
  /** What the key stands for, 1 to 128 characters: another one for a key that is locked is a 409 `key_reused`. */
  fingerprint?: string | undefined;
}

export interface CheckLockOptions extends LockItem, CallOptions {
  /** Sent as `X-Request-Id`: 1 to 256 visible ASCII characters. */
  requestId?: string | undefined;
  /** Instead of the client's option, for this call. */
  failOpen?: boolean | undefined;
}

export function checkLockRequest(options: CheckLockOptions): Request<CheckLockResult> {
  const { requestId } = options;
  // fetch would refuse it as if the network had failed, and check-lock would go ahead.
  if (requestId !== undefined && !/^[\x21-\x7e]{1,256}$/.test(requestId)) {
    throw new TypeError('requestId must be 1 to 256 visible ASCII characters');
  }
  return {
    method: 'POST',
    path: '/check-lock',
    body: itemBody(options),
    attemptId: true,
    ...(requestId === undefined ? {} : { headers: { 'X-Request-Id': requestId } }),
    parse: (reply) => lockOf(reply, objectOf(reply, options.key), options.key),
  };
}

/** The items' results in their order; an item that was refused has its error instead. */
export function batchRequest(items: readonly LockItem[]): Request<(CheckLockResult | ApiError)[]> {
  if (!isNonEmptyList(items)) throw new TypeError('items must not be empty');
  return {
    method: 'POST',
    path: '/check-lock/batch',
    body: { items: items.map((item) => ({ ...itemBody(item), attempt_id: crypto.randomUUID() })) },
    parse: (reply) => {
      const { items: answers } = objectOf(reply);
      if (!Array.isArray(answers) || answers.length !== items.length || !answers.every(isObject)) {
        throw unexpected(reply, `a list of ${items.length} items`);
      }
      return answers.map((answer, index) => itemOf(reply, answer, items[index]?.key ?? ''));
    },
  };
}

export function releaseRequest(key: string, lockId: string): Request<ReleaseBody> {
  return {
    method: 'POST',
    path: '/check-lock/release',
    body: { key: given('key', key), lock_id: given('lockId', lockId) },
    parse: (reply) => objectOf(reply, key) as ReleaseBody,
  };
}

/** The duplicate that a failed check-lock means all the same. */
export function duplicateIn(error: unknown, key: string): CheckLockResult | undefined {
  const isDuplicate = error instanceof ApiError && error.statusCode === 409 && error.message === 'Duplicate blocked';
  return isDuplicate ? duplicateOf(error, key) : undefined;
}

/** The warning of a check-lock that goes ahead without an answer. */
export function failOpenWarning(key: string, reason: string, error: OnceOnlyError): string {
  const stays = isTlsFailure(error)
    ? ` The TLS handshake has failed (${error.message}): it will not go away by itself.`
    : '';
  return (
    `OnceOnly: check-lock of ${JSON.stringify(key)} failed open (${reason}): the action goes ahead UNPROTECTED and may ` +
    `run twice. Set failOpen: false for what must never run twice.${stays}`
  );
}

/** JavaScript callers may pass anything. */
function isNonEmptyList(items: unknown): boolean {
  return Array.isArray(items) && items.length > 0;
}

function itemBody(item: LockItem): JsonObject {
  return {
    key: given('key', item.key),
    ttl: finite('ttl', item.ttl),
    metadata: metadataOf(item.meta),
    fingerprint: fingerprintOf(item.fingerprint),
  };
}

function lockOf(reply: Reply, body: JsonObject, key: string): CheckLockResult {
  const success = flag(body, 'success');
  const status =
    text(body, 'status') ??
    reply.header('x-onceonly-status') ??
    (success === null ? null : success ? 'locked' : 'duplicate');
  // Whoever asks only whether it is a duplicate would go ahead at a status that nobody knows.
  if (status !== 'locked' && status !== 'duplicate') throw unexpected(reply, 'a check-lock answer');
  return new CheckLockResult({
    locked: status === 'locked',
    duplicate: status === 'duplicate',
    key: text(body, 'key') ?? key,
    ttl: number(body, 'ttl'),
    firstSeenAt: text(body, 'first_seen_at'),
    requestId: reply.requestId,
    statusCode: reply.statusCode,
    lockId: text(body, 'lock_id'),
    fence: number(body, 'fence'),
    replayed: flag(body, 'replayed') ?? false,
    failedOpen: false,
    raw: body,
  });
}

function itemOf(reply: Reply, answer: JsonObject, key: string): CheckLockResult | ApiError {
  if (!('detail' in answer)) {
    const single = { ...reply, body: answer, header: () => null };
    return lockOf(single, objectOf(single, key), key);
  }
  const detail = reply.withoutKey(answer['detail']);
  return apiError(itemStatus(detail), detail, { requestId: reply.requestId });
}

/** An item's error comes without the status that it would have had alone. */
function itemStatus(detail: unknown): number {
  if (Array.isArray(detail)) return 422;
  const code = isObject(detail) ? text(detail, 'error') : null;
  if (code === 'payment_required') return 402;
  if (code === 'overloaded' || code === 'rate_limited' || code === 'storage_low') return 429;
  return code === 'storage_unavailable' || code === 'unknown_outcome' ? 503 : 409;
}

function duplicateOf(error: ApiError, key: string): CheckLockResult {
  const detail = isObject(error.detail) ? error.detail : {};
  return new CheckLockResult({
    ...UNKNOWN,
    locked: false,
    duplicate: true,
    key,
    firstSeenAt: text(detail, 'first_seen_at'),
    requestId: error.requestId,
    statusCode: 409,
    raw: { detail: error.detail },
  });
}

/** The result of a check-lock that goes ahead without an answer. */
export function failedOpen(options: CheckLockOptions, reason: string): CheckLockResult {
  return new CheckLockResult({
    ...UNKNOWN,
    locked: true,
    duplicate: false,
    key: options.key,
    ttl: options.ttl ?? null,
    requestId: 'fail-open',
    statusCode: 0,
    failedOpen: true,
    raw: { fail_open: true, reason, metadata: metadataOf(options.meta) ?? null },
  });
}

const UNKNOWN = { ttl: null, firstSeenAt: null, lockId: null, fence: null, replayed: false, failedOpen: false };

/** Why a failure lets the action go ahead; undefined when it does not. */
export function failOpenReason(error: unknown): string | undefined {
  if (error instanceof RequestTimeoutError) return 'timeout';
  if (error instanceof NetworkError) return 'request_error';
  if (!(error instanceof OnceOnlyError) || error instanceof ProtocolError || error instanceof ClientClosedError) {
    return undefined;
  }
  return error.statusCode !== null && error.statusCode >= 500 ? 'api_5xx' : undefined;
}
