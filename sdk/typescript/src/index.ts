export type { Ai, LeaseOptions, ReadOptions, ResultOptions, RunAndWaitOptions } from './ai.js';
export type { CallOptions } from './args.js';
export type * from './bodies.js';
export { createClient, OnceOnly } from './client.js';
export {
  ApiError,
  ClientClosedError,
  DispatchVerificationError,
  DuplicateError,
  type ErrorFacts,
  LeaseLostError,
  NetworkError,
  OnceOnlyError,
  OverLimitError,
  ProtocolError,
  RateLimitError,
  RequestTimeoutError,
  ResultNotRecordedError,
  UnauthorizedError,
  ValidationError,
} from './errors.js';
export type { Gov } from './gov.js';
export type { ClientHooks, DuplicateNotice, FailOpenNotice, RetryNotice } from './hooks.js';
export {
  idempotent,
  idempotentAi,
  IDEMPOTENT_DEFAULTS,
  type IdempotentAiOptions,
  type IdempotentOptions,
} from './idempotent.js';
export type { JsonForm } from './jsonForm.js';
export type { KeyMaker, KeyPart } from './keys.js';
export type { Model } from './model.js';
export { CLIENT_DEFAULTS, type ClientOptions, type KeyFormat, type Logger } from './options.js';
export type { JsonObject } from './read.js';
export type { EventOptions, NotificationOptions } from './requests/account.js';
export type { PolicyDocument, ToolDocument } from './requests/governance.js';
export type { AcquireOptions } from './requests/leases.js';
export type { CheckLockOptions, LockItem } from './requests/locks.js';
export type { KeyedRunOptions, RunOptions, RunToolOptions, ToolRunOptions } from './requests/runs.js';
export { CheckLockResult } from './results.js';
export type * from './results.js';
export {
  type LeaseContext,
  type LeasedFunction,
  type OnException,
  RUN_FN_DEFAULTS,
  type RunFnOptions,
} from './runFnOptions.js';
export type { FetchImpl, FetchInit, FetchResponse } from './transport.js';
export {
  type Dispatch,
  DISPATCH_DEFAULTS,
  type DispatchHeaders,
  type VerifyDispatchOptions,
  verifyDispatch,
} from './verifyDispatch.js';
export { VERSION } from './version.js';
export { WAIT_DEFAULTS, type WaitOptions, type WaitTimes } from './waiting.js';
