import { given } from './args.js';
import { canonicalJson, sha256Hex } from './canonical.js';
import { checkedKeyFormat, type KeyFormat } from './options.js';
import { publishedText } from './published.js';
import { sharedOf } from './shared.js';

/** What a function of yours may give as a key: a text that is not blank, or an integer. */
export type KeyPart = string | number | bigint;

/** What makes the key of a call, for a function with arguments `Args`. */
export type KeyMaker<Args extends unknown[]> = (...args: Args) => KeyPart | Promise<KeyPart>;

/** What says how the keys of a function are made. */
export interface KeyOptions {
  readonly keyPrefix: string;
  readonly keyVersion: string;
  readonly keyId: string | undefined;
  readonly keyFormat: KeyFormat | undefined;
}

/** A key, or a part of one, as text. Throws a TypeError for what is no key: null, undefined, a blank text, an object. */
export function keyText(name: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
  throw new TypeError(`${name} must be a text that is not blank, or an integer, but it is ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return 'blank';
  if (value === null || typeof value === 'undefined' || typeof value === 'number') return String(value);
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}

/** Makes the part of a key behind its prefix: a hash of the function's name and its arguments. */
export function hashOfCalls(
  client: object,
  fn: object,
  options: KeyOptions,
): (args: readonly unknown[]) => Promise<string> {
  const { keyVersion } = options;
  const keyId = options.keyId ?? undefined;
  if (keyId !== undefined) given('keyId', keyId);
  const format = checkedKeyFormat(options.keyFormat ?? sharedOf(client).settings.keyFormat);
  const name = nameOf(fn);
  const functionId = keyId ?? name ?? '';
  if (keyId === undefined) {
    if (name === undefined || (name === '' && format === 'default')) {
      throw new TypeError('fn must have a name of its own, or keyId or keyFn must be given: a keyPrefix is not enough');
    }
    refuseNamesake(client, fn, `${options.keyPrefix}\n${keyVersion}\n${functionId}`);
  }
  if (format === 'published') {
    return async (args) => sha256Hex(publishedText({ keyVersion, functionId, args }));
  }
  return async (args) => sha256Hex(canonicalCall(keyVersion, functionId, args));
}

/**
 * A function's name; undefined where it may be that of many: of a bound or built-in function, whose source does not show,
 * and of a module's nameless default.
 */
function nameOf(fn: object): string | undefined {
  const { name } = fn as { name?: unknown };
  if (typeof name !== 'string') return '';
  return name === 'default' || /\{\s*\[native code\]\s*\}$/.test(sourceOf(fn)) ? undefined : name;
}

/** Of each wrapped function: the source of what it wraps. */
const wrapped = new WeakMap<object, string>();

/** Gives a wrapper the name of the function that it wraps, and makes its source known. */
export function named<Wrapper extends object>(wrapper: Wrapper, fn: object): Wrapper {
  const { name } = fn as { name?: unknown };
  Object.defineProperty(wrapper, 'name', { value: name, configurable: true });
  wrapped.set(wrapper, `wrapped ${sourceOf(fn)}`);
  return wrapper;
}

function sourceOf(fn: object): string {
  return wrapped.get(fn) ?? Function.prototype.toString.call(fn);
}

/** Arguments left out at the end and arguments given as undefined there are the same. */
function canonicalCall(keyVersion: string, functionId: string, args: readonly unknown[]): string {
  const given = [...args];
  while (given.length > 0 && given.at(-1) === undefined) given.pop();
  const texts = given.map((arg, index) => canonicalJson(arg, `argument ${index + 1}`));
  return canonicalJson({ v: keyVersion, fn: functionId, args: texts, kwargs: {} }, 'the call');
}

/** By client: the source of each function whose name is a part of its keys. */
const sources = new WeakMap<object, Map<string, string>>();

/** Of more functions than this, the oldest are forgotten. */
const SOURCES_MAX = 1000;

/** Refuses another function under the name, prefix and version of one that the client knows: they would share keys. */
function refuseNamesake(client: object, fn: object, place: string): void {
  const known = sources.get(client) ?? new Map<string, string>();
  sources.set(client, known);
  const source = sourceOf(fn);
  const first = known.get(place);
  if (first !== undefined && first !== source) {
    throw new TypeError(
      'fn must have a name of its own under its keyPrefix and keyVersion, or keyId must be given: ' +
        'another function has this name, and they would share keys',
    );
  }
  known.set(place, source);
  if (known.size > SOURCES_MAX) known.delete(known.keys().next().value ?? '');
}
