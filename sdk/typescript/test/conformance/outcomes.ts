import {
  CheckLockResult,
  DuplicateError,
  LeaseLostError,
  OnceOnlyError,
  ResultNotRecordedError,
} from '@onceonly/onceonly-sdk';
import { FunctionError } from './functions.js';
import { snake } from './verbs.js';

/** What came of a call, in neutral names. */
export type Outcome = { readonly value: unknown } | { readonly error: Record<string, unknown> };

/** Tells a value: result types by their fields in snake case, lists of them too, and everything else as it is. */
export function neutral(value: unknown): unknown {
  if (value instanceof OnceOnlyError) return { error: neutralError(value) };
  if (Array.isArray(value)) return value.map(neutral);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const isResult = value instanceof CheckLockResult || 'raw' in value;
  if (!isResult) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'raw')
      .map(([name, field]) => [snake(name), field as unknown]),
  );
}

export function neutralError(error: unknown): Record<string, unknown> {
  if (error instanceof FunctionError) return { type: 'function', message: error.message };
  if (error instanceof OnceOnlyError) {
    return {
      type: snake(error.name.replace(/Error$/, '')).slice(1),
      status_code: error.statusCode,
      code: error.code,
      detail: error.detail,
      request_id: error.requestId,
      retry_after_sec: error.retryAfterSec,
      message: error.message,
      ...ownFields(error),
    };
  }
  if (error instanceof TypeError) return { type: 'invalid_argument', ...NOTHING, message: error.message };
  if (error instanceof DOMException && error.name === 'AbortError') {
    return { type: 'cancelled', ...NOTHING, message: error.message };
  }
  return { type: 'unexpected', ...NOTHING, message: String(error) };
}

function ownFields(error: OnceOnlyError): Record<string, unknown> {
  if (error instanceof DuplicateError) {
    return { key: error.key, first_seen_at: error.firstSeenAt, error_code: error.errorCode };
  }
  if (error instanceof LeaseLostError) return { ran: error.ran, result: error.result };
  return error instanceof ResultNotRecordedError ? { result: error.result } : {};
}

const NOTHING = { status_code: null, code: null, detail: null, request_id: null, retry_after_sec: null };
