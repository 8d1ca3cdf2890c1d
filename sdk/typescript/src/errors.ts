/** What is known of a failure. Whatever is left out is null in the error. */
export interface ErrorFacts {
  /** HTTP status of the answer. */
  statusCode?: number | null;
  /** `detail.error` of the answer: the closed word for what went wrong. */
  code?: string | null;
  /** The answer's `detail` as it was sent, or its text when it was not JSON. */
  detail?: unknown;
  /** `X-Request-Id` of the answer: name it when you ask for help. */
  requestId?: string | null;
  /** `Retry-After` of the answer in seconds, whether it was sent as seconds or as a date. */
  retryAfterSec?: number | null;
  cause?: unknown;
}

/*
 * OnceOnlyError
 * ├─ ApiError                an answer that says no
 * │  ├─ UnauthorizedError    401; 403 whose detail is about the API key
 * │  ├─ OverLimitError       402
 * │  ├─ RateLimitError       429
 * │  └─ ValidationError      422
 * ├─ NetworkError            no whole answer came
 * │  └─ RequestTimeoutError  no answer within the timeout
 * ├─ ProtocolError           a 2xx answer that is not what the API sends
 * ├─ LeaseLostError          ai.runFn: the lease has gone to another, or was ended by somebody else
 * ├─ ResultNotRecordedError  ai.runFn: the function has returned, and its result could not be recorded
 * ├─ DuplicateError          onDuplicate 'raise', and 'replay' of a first call that has failed
 * ├─ DispatchVerificationError  verifyDispatch: the dispatch is not proved to come from the server
 * └─ ClientClosedError       the client was closed before or while it was used
 *
 * An argument that can't be right is a TypeError and a cancelled call rejects with its signal's reason, as in `fetch`.
 */

/** What all errors of this package have in common. No error ever shows the API key. */
export class OnceOnlyError extends Error {
  override readonly name: string = 'OnceOnlyError';
  readonly statusCode: number | null;
  readonly code: string | null;
  readonly detail: unknown;
  readonly requestId: string | null;
  readonly retryAfterSec: number | null;

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.statusCode = facts.statusCode ?? null;
    this.code = facts.code ?? null;
    this.detail = facts.detail ?? null;
    this.requestId = facts.requestId ?? null;
    this.retryAfterSec = facts.retryAfterSec ?? null;
  }
}

/** An answer that says no. A 3xx is one too, because redirects are not followed. */
export class ApiError extends OnceOnlyError {
  override readonly name: string = 'ApiError';
}

/** 401, or a 403 that is about the API key: missing, unknown, disabled, or of a role that may not do this. */
export class UnauthorizedError extends ApiError {
  override readonly name: string = 'UnauthorizedError';
}

/** 402: the plan's monthly limit is reached. `detail` holds plan, usage, limit and upgrade_url. */
export class OverLimitError extends ApiError {
  override readonly name: string = 'OverLimitError';
}

/** 429: too many requests, or an overloaded server. `retryAfterSec` says when to come back. */
export class RateLimitError extends ApiError {
  override readonly name: string = 'RateLimitError';
}

/** 422: the server has refused the request's content. `detail` says which field and why. */
export class ValidationError extends ApiError {
  override readonly name: string = 'ValidationError';
}

/** No whole answer came: connection, TLS, a broken answer. `cause` holds the reason. The server may have acted. */
export class NetworkError extends OnceOnlyError {
  override readonly name: string = 'NetworkError';
}

/** No whole answer came within the timeout of one attempt or the deadline of the call. The server may have acted. */
export class RequestTimeoutError extends NetworkError {
  override readonly name: string = 'RequestTimeoutError';
}

/** A 2xx answer that is not what the API sends: HTML, broken JSON, no object. Something else answers at this address. */
export class ProtocolError extends OnceOnlyError {
  override readonly name: string = 'ProtocolError';
}

/**
 * ai.runFn: another owns the key now, somebody else has ended the lease, or it has run out by this machine's clock (then
 * `code` is `lease_expired`). `cause` is what the function has thrown, else the server's 409 where there was one, whose
 * status, code and detail this error has in any case.
 */
export class LeaseLostError extends OnceOnlyError {
  override readonly name: string = 'LeaseLostError';
  /** Whether the function has returned: then its effect has happened. */
  readonly ran: boolean;
  /** The function's value; null when it has not returned. */
  readonly result: unknown;

  constructor(message: string, facts: ErrorFacts & { ran?: boolean; result?: unknown } = {}) {
    super(message, facts);
    this.ran = facts.ran ?? false;
    this.result = facts.result ?? null;
  }
}

/**
 * ai.runFn: the function has returned, so its effect has happened, but its result could not be recorded: another caller
 * may run it again when the lease has ended. `cause` says why.
 */
export class ResultNotRecordedError extends OnceOnlyError {
  override readonly name: string = 'ResultNotRecordedError';
  /** The function's value. */
  readonly result: unknown;

  constructor(message: string, facts: ErrorFacts & { result?: unknown } = {}) {
    super(message, facts);
    this.result = facts.result ?? null;
  }
}

/** `idempotent` with onDuplicate `raise`; with `replay`, when the first call has no value to replay. */
export class DuplicateError extends OnceOnlyError {
  override readonly name: string = 'DuplicateError';
  readonly key: string;
  /** ISO-8601 instant of the first call; null when the server has not said it. */
  readonly firstSeenAt: string | null;
  /** Of the first call, when that one has failed: its error code. */
  readonly errorCode: string | null;

  constructor(
    message: string,
    facts: ErrorFacts & { key?: string; firstSeenAt?: string | null; errorCode?: string | null } = {},
  ) {
    super(message, facts);
    this.key = facts.key ?? '';
    this.firstSeenAt = facts.firstSeenAt ?? null;
    this.errorCode = facts.errorCode ?? null;
  }
}

/** verifyDispatch: a signature is wrong or missing, or the dispatch too old. It never shows what would have fitted. */
export class DispatchVerificationError extends OnceOnlyError {
  override readonly name: string = 'DispatchVerificationError';
}

/** The client was closed before or while it was used. */
export class ClientClosedError extends OnceOnlyError {
  override readonly name: string = 'ClientClosedError';
}

const AUTH_TEXTS = new Set(['forbidden', 'invalid api key', 'api key disabled']);
const AUTH_CODES = new Set(['forbidden', 'invalid_api_key', 'api_key_disabled']);

/** Makes the error for a `detail` that the API has sent with this status. */
export function apiError(statusCode: number, detail: unknown, facts: ErrorFacts = {}): ApiError {
  const code = member(detail, 'error');
  const message = code ?? member(detail, 'message') ?? textOf(detail) ?? `HTTP ${statusCode}`;
  return new (classFor(statusCode, detail))(message, { ...facts, statusCode, code: code ?? null, detail });
}

function classFor(statusCode: number, detail: unknown): typeof ApiError {
  switch (statusCode) {
    case 401:
      return UnauthorizedError;
    case 402:
      return OverLimitError;
    case 403:
      return isAboutTheApiKey(detail) ? UnauthorizedError : ApiError;
    case 422:
      return ValidationError;
    case 429:
      return RateLimitError;
    default:
      return ApiError;
  }
}

/** A 403 that is not about the key is about the plan, and stays a plain ApiError. */
function isAboutTheApiKey(detail: unknown): boolean {
  if (typeof detail === 'string') return AUTH_TEXTS.has(detail.trim().toLowerCase());
  const code = member(detail, 'error')?.toLowerCase();
  const message = member(detail, 'message')?.toLowerCase();
  return (code !== undefined && AUTH_CODES.has(code)) || (message !== undefined && AUTH_TEXTS.has(message));
}

function member(detail: unknown, name: string): string | undefined {
  if (typeof detail !== 'object' || detail === null) return undefined;
  const value = (detail as Record<string, unknown>)[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textOf(detail: unknown): string | undefined {
  if (detail === null || detail === undefined || detail === '') return undefined;
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}
