import type { OnceOnlyError } from './errors.js';

/** A key that somebody else has asked for before. */
export interface DuplicateNotice {
  readonly key: string;
  /** ISO-8601 instant of the first call; null when the server has not said it. */
  readonly firstSeenAt: string | null;
  readonly requestId: string | null;
}

/** A further attempt that is about to be made. */
export interface RetryNotice {
  readonly method: string;
  /** Of the API, from `/v1` or what the base URL has instead, without the query. */
  readonly path: string;
  /** 1 for the first further attempt. */
  readonly attempt: number;
  /** Seconds for which is waited before it. */
  readonly pause: number;
  /** Why the attempt before has failed. */
  readonly failure: OnceOnlyError;
}

/** A lock that is about to fail open. */
export interface FailOpenNotice {
  readonly key: string;
  /** `timeout`, `request_error` or `api_5xx`. */
  readonly reason: string;
  /** What the call would have been rejected with. */
  readonly cause: OnceOnlyError;
}

/** What a client calls when something happens. A hook that throws is logged and changes nothing, `onFailOpen` excepted. */
export interface ClientHooks {
  /** Called at each duplicate. */
  onDuplicate?: ((notice: DuplicateNotice) => void) | undefined;
  /** Called before each further attempt. */
  onRetry?: ((notice: RetryNotice) => void) | undefined;
  /** Called before a lock fails open. False, or an error, refuses: the call is rejected with its own error. */
  onFailOpen?: ((notice: FailOpenNotice) => unknown) | undefined;
}
