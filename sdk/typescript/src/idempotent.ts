import { type CallOptions, checkFunction, finite, flagOf } from './args.js';
import { canonicalJson, sha256Hex } from './canonical.js';
import type { OnceOnly } from './client.js';
import { DuplicateError } from './errors.js';
import { hashOfCalls, type KeyMaker, type KeyPart, keyText, named } from './keys.js';
import { wordsOf } from './words.js';
import type { JsonForm } from './jsonForm.js';
import type { KeyFormat } from './options.js';
import { checkModel, type Model, modelled } from './model.js';
import { replay, type Replayed } from './replay.js';
import type { AiResult, CheckLockResult } from './results.js';
import { checkOnException, checkRunFn, type LeaseContext, type OnException } from './runFnOptions.js';
import type { RunFnOptions } from './runFnOptions.js';
import { sharedOf } from './shared.js';
import { isReleased } from './underLease.js';
import { refuseGenerators, refuseUnfinished } from './unfinished.js';

/** The same type, but one that TypeScript does not infer from here: a function's own parameters say what it takes. */
type Exactly<Type> = [Type][Type extends unknown ? 0 : never];

export interface IdempotentOptions<Args extends unknown[], Duplicate> extends CallOptions {
  /** Stands before every key; default `func`. */
  keyPrefix?: string | undefined;
  /** Seconds for which a call is not repeated; default 86400. With `replay` 604800 (7 days) at most. */
  ttl?: number | undefined;
  /** Makes the rest of the key; default a hash of the function's name and its arguments. */
  keyFn?: KeyMaker<Exactly<Args>> | undefined;
  /** The same as `keyFn`, by its name in the other languages. */
  keyFunc?: KeyMaker<Exactly<Args>> | undefined;
  /** Part of the hash; default `v1`. Another one makes all calls new. */
  keyVersion?: string | undefined;
  /** Part of the hash instead of the function's name, which minifiers change and arrow functions may not have. */
  keyId?: string | undefined;
  /** How the hash is made; default the client's option. */
  keyFormat?: KeyFormat | undefined;
  /**
   * What a duplicate gets. A function: its value, called with the same arguments. `tell` (default):
   * `returnValueOnDuplicate`, else null. `raise`: a DuplicateError. `replay`: the first call's value, for which the call
   * waits 60 seconds at most; a DuplicateError when that one has failed. All calls get its JSON form then, the first one
   * too: a date is a text.
   */
  onDuplicate?: ((...args: Exactly<Args>) => Duplicate | Promise<Duplicate>) | 'tell' | 'raise' | 'replay' | undefined;
  /** With `replay`: makes the value of each call, the first one's too, from its JSON form; null stays null. What it throws is thrown. */
  model?: Model<unknown> | undefined;
  /** The value at a duplicate when `onDuplicate` is `tell` or left out; default null. */
  returnValueOnDuplicate?: Duplicate | undefined;
  /** Instead of the client's option: false for what must never run twice. */
  failOpen?: boolean | undefined;
  /** What becomes of the key when the function throws; default `keep`: it stays taken until its TTL has passed. */
  onException?: OnException | undefined;
  /** Makes what the key stands for of the arguments: the same key with another one is an ApiError `key_reused`. */
  fingerprintFunc?: ((...args: Exactly<Args>) => unknown) | undefined;
}

export const IDEMPOTENT_DEFAULTS = {
  keyPrefix: 'func',
  ttl: 86400,
  keyVersion: 'v1',
  onDuplicate: 'tell',
  onException: 'keep',
} as const;

/** Any function. Inferred as a whole, an inline one keeps the types of its default parameters. */
type AnyFunction = (...args: never[]) => unknown;

/** The wrapper of a function, whose calls give `Value`. */
type Wrapper<Fn extends AnyFunction, Value> = (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => Promise<Value>;

type ValueOf<Fn extends AnyFunction> = Awaited<ReturnType<Fn>>;

/**
 * Makes a function that does its work once for each key; see `onDuplicate` for what a repeated call within the TTL gets.
 * Equal arguments give equal keys, whatever the order of their properties; an argument without a JSON form, or one that
 * shows only a part of itself, is refused with a TypeError before anything is sent. `this` is the caller's.
 */
export function idempotent<Fn extends AnyFunction, Value>(
  client: OnceOnly,
  fn: Fn,
  options: IdempotentOptions<Parameters<Fn>, never> & { onDuplicate: 'replay'; model: Model<Value> },
): Wrapper<Fn, Value | Extract<JsonForm<ValueOf<Fn>>, null>>;
export function idempotent<Fn extends AnyFunction>(
  client: OnceOnly,
  fn: Fn,
  options: IdempotentOptions<Parameters<Fn>, never> & { onDuplicate: 'replay'; model?: undefined },
): Wrapper<Fn, JsonForm<ValueOf<Fn>>>;
export function idempotent<Fn extends AnyFunction>(
  client: OnceOnly,
  fn: Fn,
  options: IdempotentOptions<Parameters<Fn>, never> & { onDuplicate: 'raise' },
): Wrapper<Fn, ValueOf<Fn>>;
export function idempotent<Fn extends AnyFunction>(
  client: OnceOnly,
  fn: Fn,
  options: IdempotentOptions<Parameters<Fn>, never> & { onDuplicate?: 'tell'; returnValueOnDuplicate: undefined },
): Wrapper<Fn, ValueOf<Fn> | null>;
export function idempotent<Fn extends AnyFunction, Duplicate = null>(
  client: OnceOnly,
  fn: Fn,
  options?: IdempotentOptions<Parameters<Fn>, Duplicate>,
): Wrapper<Fn, ValueOf<Fn> | Duplicate>;
export function idempotent<This, Args extends unknown[], Value, Duplicate>(
  client: OnceOnly,
  fn: (this: This, ...args: Args) => Value | Promise<Value>,
  options: IdempotentOptions<Args, Duplicate> = {},
): (this: This, ...args: Args) => Promise<Value | Duplicate> {
  const keyOf = checked(client, fn, options);
  const { onDuplicate, signal, fingerprintFunc, onException, failOpen } = options;
  const ttl = options.ttl ?? IDEMPOTENT_DEFAULTS.ttl;
  return named(async function (this: This, ...args: Args): Promise<Value | Duplicate> {
    const key = await keyOf(args);
    const fingerprint = await fingerprintBy(fingerprintFunc, args);
    const work = async () => finished(await fn.apply(this, args));
    if (onDuplicate === 'replay') {
      const call: Replayed = { key, ttl, fingerprint, signal, onException };
      const value = await replay(client, call, work);
      return (options.model === undefined || value === null ? value : await modelled(options.model, value)) as Value;
    }
    const lock = await client.checkLock({ key, ttl, failOpen, signal, fingerprint });
    if (lock.shouldProceed()) return underLock(client, lock, onException, work);
    if (typeof onDuplicate === 'function') return onDuplicate(...(args as Exactly<Args>));
    if (onDuplicate === 'raise') throw duplicateOf(lock);
    return (options.returnValueOnDuplicate ?? null) as Duplicate;
  }, fn);
}

const ON_DUPLICATE = new Set<unknown>([undefined, 'tell', 'raise', 'replay']);

/** The server keeps results for so long. */
const REPLAY_SECONDS_MAX = 7 * 86400;

/** Refuses what can't be right; else what makes the whole key of a call. */
function checked<Args extends unknown[], Duplicate>(
  client: OnceOnly,
  fn: unknown,
  options: IdempotentOptions<Args, Duplicate>,
): (args: Args) => Promise<string> {
  refuseStranger(client);
  refuseGenerators('fn', fn);
  checkOnException(options.onException);
  for (const name of ['keyFn', 'keyFunc', 'fingerprintFunc'] as const) checkFunction(name, options[name]);
  flagOf('failOpen', options.failOpen);
  const { onDuplicate } = options;
  if (!ON_DUPLICATE.has(onDuplicate) && typeof onDuplicate !== 'function') {
    throw new TypeError("onDuplicate must be a function, 'tell', 'raise' or 'replay'");
  }
  checkModel(options.model);
  if (options.model !== undefined && onDuplicate !== 'replay') {
    throw new TypeError("model must go with onDuplicate 'replay'");
  }
  const ttl = finite('ttl', options.ttl) ?? IDEMPOTENT_DEFAULTS.ttl;
  if (onDuplicate === 'replay' && ttl > REPLAY_SECONDS_MAX) {
    throw new TypeError(
      `ttl must be at most ${REPLAY_SECONDS_MAX} with onDuplicate 'replay': results are kept for so long`,
    );
  }
  if (onDuplicate === 'replay' && options.failOpen === true) {
    throw new TypeError("failOpen must not be true with onDuplicate 'replay': a lease never fails open");
  }
  const prefix = options.keyPrefix ?? IDEMPOTENT_DEFAULTS.keyPrefix;
  const makeKey = options.keyFn ?? options.keyFunc ?? undefined;
  if (makeKey !== undefined) {
    return async (args) => `${prefix}:${keyText('key', await makeKey(...(args as Exactly<Args>)))}`;
  }
  const { keyId, keyFormat } = options;
  const keyVersion = options.keyVersion ?? IDEMPOTENT_DEFAULTS.keyVersion;
  const hash = hashOfCalls(client, fn as object, { keyPrefix: prefix, keyVersion, keyId, keyFormat });
  return async (args) => `${prefix}:${await hash(args)}`;
}

function refuseStranger(client: unknown): void {
  const { checkLock } = (client ?? {}) as { checkLock?: unknown };
  if (typeof checkLock !== 'function') throw new TypeError('client must be a OnceOnly');
}

function finished<Value>(value: Value): Value {
  refuseUnfinished(value);
  return value;
}

async function fingerprintBy<Args extends unknown[]>(
  make: ((...args: Exactly<Args>) => unknown) | undefined,
  args: Args,
): Promise<string | undefined> {
  if (make === undefined) return undefined;
  return sha256Hex(canonicalJson(await make(...(args as Exactly<Args>)), 'the fingerprint'));
}

/** Does the work of a call that has got the lock. */
async function underLock<Value>(
  client: OnceOnly,
  { key, lockId }: CheckLockResult,
  onException: OnException | undefined,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const shared = sharedOf(client);
    const { logger } = shared.settings;
    if (!isReleased(shared, onException, error)) {
      logger.warn(
        `OnceOnly: the function of ${JSON.stringify(key)} has thrown, and the key stays taken until its TTL has passed: ` +
          "it is not run again for this key. onException: 'release' gives the key back.",
      );
    } else if (lockId !== null) {
      await client.releaseLock(key, lockId).catch((failure: unknown) => {
        logger.warn(`OnceOnly: ${JSON.stringify(key)} is not released: ${wordsOf(failure)}`);
      });
    }
    throw error;
  }
}

function duplicateOf({ key, firstSeenAt, requestId }: CheckLockResult): DuplicateError {
  const since = firstSeenAt === null ? '' : `, first at ${firstSeenAt}`;
  return new DuplicateError(`${JSON.stringify(key)} is a duplicate${since}`, { key, firstSeenAt, requestId });
}

export interface IdempotentAiOptions<Args extends unknown[], Value = unknown> extends Omit<
  RunFnOptions<Value>,
  'metadata' | 'fingerprint'
> {
  /** One key for all calls; this or `keyFn` must be given. */
  key?: KeyPart | undefined;
  /** Makes the key from the arguments. */
  keyFn?: KeyMaker<Exactly<Args>> | undefined;
  /** Kept with the lease. */
  metadata?: unknown;
  /** Makes the metadata from the arguments. */
  metadataFn?: ((...args: Exactly<Args>) => unknown) | undefined;
  /** What the key stands for, 1 to 128 characters; `fingerprintFunc` makes it of the arguments. */
  fingerprint?: string | undefined;
  fingerprintFunc?: ((...args: Exactly<Args>) => unknown) | undefined;
  /** Whether the function gets the lease's context behind its arguments; default false. */
  passContext?: boolean | undefined;
}

/**
 * Makes a function that runs once for each key under a lease, as `client.ai.runFn` does, and answers with the key's
 * AiResult rather than with the function's own value. `this` is the caller's.
 */
export function idempotentAi<This, Args extends unknown[], Value = unknown>(
  client: OnceOnly,
  fn: (this: This, ...args: [...Args, LeaseContext]) => unknown,
  options: IdempotentAiOptions<Args, Value> & { passContext: true },
): (this: This, ...args: Args) => Promise<AiResult<Value>>;
export function idempotentAi<Fn extends AnyFunction, Value = unknown>(
  client: OnceOnly,
  fn: Fn,
  options: IdempotentAiOptions<Parameters<Fn>, Value>,
): Wrapper<Fn, AiResult<Value>>;
export function idempotentAi<This, Args extends unknown[], Value = unknown>(
  client: OnceOnly,
  fn: (this: This, ...args: [...Args, LeaseContext]) => unknown,
  options: IdempotentAiOptions<Args, Value>,
): (this: This, ...args: Args) => Promise<AiResult<Value>> {
  const { key, keyFn, metadata, metadataFn, fingerprintFunc, passContext, ...runOptions } = options;
  const makeKey = keyFn ?? undefined;
  refuseStranger(client);
  checkRunFn(fn, runOptions);
  for (const [name, make] of Object.entries({ keyFn, metadataFn, fingerprintFunc })) checkFunction(name, make);
  if (makeKey === undefined) {
    if (key === undefined) throw new TypeError('key or keyFn must be given');
    keyText('key', key);
  }
  return named(async function (this: This, ...args: Args): Promise<AiResult<Value>> {
    const same = args as Exactly<Args>;
    const made = keyText('key', makeKey === undefined ? key : await makeKey(...same));
    const fingerprint = (await fingerprintBy(fingerprintFunc, args)) ?? runOptions.fingerprint;
    return client.ai.runFn<Value>(
      made,
      (context) => fn.apply(this, (passContext === true ? [...args, context] : args) as [...Args, LeaseContext]),
      { ...runOptions, fingerprint, metadata: await (metadataFn?.(...same) ?? metadata) },
    );
  }, fn);
}
