import { finite, fingerprintOf, given, query } from '../args.js';
import type { LeaseBody, LeaseChangeBody } from '../bodies.js';
import type { Request } from '../http.js';
import { flag, type JsonObject, number, object, objectOf, text } from '../read.js';
import type { AiResult, AiStatus } from '../results.js';
import { metadataOf, resultOf } from '../values.js';

/** What a lease and a keyed run are asked for with, beside their key, TTL and metadata. */
export interface AcquireOptions {
  /** What the key stands for, 1 to 128 characters: another one for a known key is a 409 `key_reused`. */
  fingerprint?: string | undefined;
  /** Whether a key whose last outcome is `failed` is acquired again; default false. A completed one never is. */
  retryFailed?: boolean | undefined;
}

export function leaseRequest(
  key: string,
  ttl: number | undefined,
  metadata: unknown,
  options: AcquireOptions,
): Request<LeaseBody> {
  return {
    method: 'POST',
    path: '/ai/lease',
    body: acquireBody(key, ttl, metadata, options),
    attemptId: true,
    parse: (reply) => objectOf(reply, key) as LeaseBody,
  };
}

/** The part of the body that a lease and a keyed run have in common. */
export function acquireBody(
  key: string,
  ttl: number | undefined,
  metadata: unknown,
  options: AcquireOptions,
): JsonObject {
  return {
    key: given('key', key),
    ttl: finite('ttl', ttl),
    metadata: metadataOf(metadata),
    fingerprint: fingerprintOf(options.fingerprint),
    retry_failed: options.retryFailed === true ? true : undefined,
  };
}

/** `ok` as it was sent, but never true of what has failed. */
export function unlessFailed(body: JsonObject): boolean | null {
  return body['status'] === 'failed' ? false : flag(body, 'ok');
}

export function statusRequest(key: string, wait: number | undefined): Request<AiStatus> {
  return {
    method: 'GET',
    path: `/ai/status${keyQuery(key, wait)}`,
    parse: (reply) => {
      const body = objectOf(reply, key);
      return {
        ok: unlessFailed(body),
        status: text(body, 'status'),
        key: text(body, 'key') ?? key,
        leaseId: text(body, 'lease_id'),
        version: number(body, 'version'),
        ttlLeft: number(body, 'ttl_left'),
        firstSeenAt: text(body, 'first_seen_at'),
        retryAfterSec: number(body, 'retry_after_sec'),
        doneAt: text(body, 'done_at'),
        errorCode: text(body, 'error_code'),
        resultHash: text(body, 'result_hash'),
        fence: number(body, 'fence'),
        raw: body,
      };
    },
  };
}

export function resultRequest(key: string, wait: number | undefined): Request<AiResult> {
  return {
    method: 'GET',
    path: `/ai/result${keyQuery(key, wait)}`,
    parse: (reply) => {
      const body = objectOf(reply, key);
      return {
        ok: text(body, 'status') === 'completed',
        status: text(body, 'status'),
        key: text(body, 'key') ?? key,
        result: object(body, 'result'),
        resultHash: text(body, 'result_hash'),
        errorCode: text(body, 'error_code'),
        doneAt: text(body, 'done_at'),
        value: null,
        raw: body,
      };
    },
  };
}

/** An AiResult that no server has sent. */
export function localResult(key: string, status: string, errorCode: string | null): AiResult {
  return { ok: false, status, key, result: null, resultHash: null, errorCode, doneAt: null, value: null, raw: {} };
}

export function extendRequest(key: string, leaseId: string, ttl: number | undefined): Request<LeaseChangeBody> {
  return changeRequest('/ai/extend', { ...owned(key, leaseId), ttl: finite('ttl', ttl) });
}

export function completeRequest(
  key: string,
  leaseId: string,
  result: unknown,
  resultHash: string | undefined,
): Request<LeaseChangeBody> {
  return changeRequest('/ai/complete', {
    ...owned(key, leaseId),
    result: resultOf(result),
    result_hash: resultHash,
  });
}

export function failRequest(
  key: string,
  leaseId: string,
  errorCode: string,
  errorHash: string | undefined,
): Request<LeaseChangeBody> {
  return changeRequest('/ai/fail', {
    ...owned(key, leaseId),
    error_code: given('errorCode', errorCode),
    error_hash: errorHash,
  });
}

export function cancelRequest(key: string, leaseId: string, reason: string | undefined): Request<LeaseChangeBody> {
  return changeRequest('/ai/cancel', { ...owned(key, leaseId), reason });
}

function owned(key: string, leaseId: string): { key: string; lease_id: string } {
  return { key: given('key', key), lease_id: given('leaseId', leaseId) };
}

function changeRequest(path: string, body: JsonObject & { key: string }): Request<LeaseChangeBody> {
  return { method: 'POST', path, body, parse: (reply) => objectOf(reply, body.key) as LeaseChangeBody };
}

function keyQuery(key: string, wait: number | undefined): string {
  return query({ key: given('key', key), wait: finite('wait', wait) });
}
