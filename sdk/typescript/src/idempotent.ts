import { type CallOptions, given } from './args.js';
import { keyOf } from './canonical.js';
import type { OnceOnly } from './client.js';
import type { AiResult } from './results.js';
import type { LeaseContext, RunFnOptions } from './runFn.js';

/** What makes the key of a call, for a function with arguments `Args`. */
type KeyMaker<Args extends unknown[]> = (...args: Args) => string | Promise<string>;

export interface IdempotentOptions<Args extends unknown[], Duplicate> extends CallOptions {
  /** Stands before every key; default `func`. It alone tells functions without a name apart. */
  keyPrefix?: string | undefined;
  /** Seconds for which a call is not repeated; default 86400. */
  ttl?: number | undefined;
  /** Makes the rest of the key; default a hash of the function's name and its arguments. */
  keyFn?: KeyMaker<Args> | undefined;
  /** The same as `keyFn`, by its name in the other languages. */
  keyFunc?: KeyMaker<Args> | undefined;
  /** Part of the hash; default `v1`. Another one makes all calls new. */
  keyVersion?: string | undefined;
  /** Part of the hash instead of the function's name, which minifiers change. */
  keyId?: string | undefined;
  /** Called instead of the function at a duplicate, with the same arguments. */
  onDuplicate?: ((...args: Args) => Duplicate | Promise<Duplicate>) | undefined;
  /** The value at a duplicate when there is no `onDuplicate`; default null. */
  returnValueOnDuplicate?: Duplicate | undefined;
  /** Instead of the client's option: false for what must never run twice. */
  failOpen?: boolean | undefined;
}

export const IDEMPOTENT_DEFAULTS = { keyPrefix: 'func', ttl: 86400, keyVersion: 'v1' } as const;

/**
 * Makes a function that does its work once for each key: a repeated call within the TTL gets `onDuplicate`'s value,
 * or `returnValueOnDuplicate`, or null. Equal arguments give equal keys, whatever the order of their properties; an
 * argument without a JSON form (a function, a cycle) is refused with a TypeError before anything is sent.
 */
export function idempotent<Args extends unknown[], Value, Duplicate = null>(
  client: OnceOnly,
  fn: (...args: Args) => Value | Promise<Value>,
  options: IdempotentOptions<Args, Duplicate> = {},
): (...args: Args) => Promise<Value | Duplicate> {
  const { onDuplicate, signal, failOpen } = options;
  const prefix = options.keyPrefix ?? IDEMPOTENT_DEFAULTS.keyPrefix;
  const makeKey = options.keyFn ?? options.keyFunc ?? hashOfCall(fn, options);
  return async (...args: Args) => {
    const key = `${prefix}:${given('the key', await makeKey(...args))}`;
    const lock = await client.checkLock({ key, ttl: options.ttl ?? IDEMPOTENT_DEFAULTS.ttl, failOpen, signal });
    if (lock.shouldProceed()) return fn(...args);
    if (onDuplicate !== undefined) return onDuplicate(...args);
    return (options.returnValueOnDuplicate ?? null) as Duplicate;
  };
}

function hashOfCall<Args extends unknown[]>(
  fn: (...args: Args) => unknown,
  options: { keyPrefix?: string | undefined; keyId?: string | undefined; keyVersion?: string | undefined },
): KeyMaker<Args> {
  const functionId = options.keyId ?? fn.name;
  if (functionId === '' && options.keyPrefix === undefined) {
    throw new TypeError('a function without a name needs a keyPrefix, keyId or keyFn');
  }
  const keyVersion = options.keyVersion ?? IDEMPOTENT_DEFAULTS.keyVersion;
  return (...args) => keyOf({ keyVersion, functionId, args });
}

export interface IdempotentAiOptions<Args extends unknown[]> extends Omit<RunFnOptions, 'metadata'> {
  /** One key for all calls; this or `keyFn` must be given. */
  key?: string | undefined;
  /** Makes the key from the arguments. */
  keyFn?: KeyMaker<Args> | undefined;
  /** Kept with the lease. */
  metadata?: unknown;
  /** Makes the metadata from the arguments. */
  metadataFn?: ((...args: Args) => unknown) | undefined;
  /** Whether the function gets the lease's context behind its arguments; default false. */
  passContext?: boolean | undefined;
}

/**
 * Makes a function that runs once for each key under a lease, as `client.ai.runFn` does, and answers with the key's
 * AiResult rather than with the function's own value.
 */
export function idempotentAi<Args extends unknown[]>(
  client: OnceOnly,
  fn: (...args: [...Args, LeaseContext]) => unknown,
  options: IdempotentAiOptions<Args> & { passContext: true },
): (...args: Args) => Promise<AiResult>;
export function idempotentAi<Args extends unknown[]>(
  client: OnceOnly,
  fn: (...args: Args) => unknown,
  options: IdempotentAiOptions<Args>,
): (...args: Args) => Promise<AiResult>;
export function idempotentAi<Args extends unknown[]>(
  client: OnceOnly,
  fn: (...args: [...Args, LeaseContext]) => unknown,
  options: IdempotentAiOptions<Args>,
): (...args: Args) => Promise<AiResult> {
  const { key, keyFn, metadata, metadataFn, passContext, ...runOptions } = options;
  if (key === undefined && keyFn === undefined) throw new TypeError('idempotentAi needs a key or a keyFn');
  return async (...args: Args) =>
    client.ai.runFn(
      given('the key', keyFn === undefined ? key : await keyFn(...args)),
      (context) => fn(...((passContext === true ? [...args, context] : args) as [...Args, LeaseContext])),
      { ...runOptions, metadata: metadataFn === undefined ? metadata : await metadataFn(...args) },
    );
}
