/*
 * Work that has only started is not done: what a function returns must be its outcome, or a promise of it, and not
 * something that still has to be read, iterated or called. Such values are known by their kind, never by the names of
 * methods: a finished result may well have a `subscribe` or a `pipe` of its own, and none of them is ever called.
 */

/** Refuses a function that is known to give a generator. Throws a TypeError. */
export function refuseGenerators(name: string, fn: unknown): void {
  if (typeof fn !== 'function') throw new TypeError(`${name} must be a function`);
  const kind = Object.prototype.toString.call(fn);
  if (kind === '[object GeneratorFunction]' || kind === '[object AsyncGeneratorFunction]') {
    throw new TypeError(
      `${name} must not be a generator function: its work would only have started when it is recorded`,
    );
  }
}

/** Refuses a value that is work still to be done, and ends it where that can be. Throws a TypeError. */
export function refuseUnfinished(value: unknown): void {
  const kind = wholeKind(value) ?? kindWithin(value);
  if (kind === undefined) return;
  throw new TypeError(`the function must return its outcome, but it has returned ${kind}: work that has only started`);
}

/** What the value itself is, when that is unfinished. */
function wholeKind(value: unknown): string | undefined {
  // A function within a result is told as text; as the result itself it is what should have been called.
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return undefined;
  return attempted(() => startedKind(value) ?? streamKind(value) ?? observableKind(value));
}

/**
 * The first promise or generator within a value. All of them are looked for, so that a promise that is rejected later
 * does not end the process.
 */
function kindWithin(value: unknown): string | undefined {
  let found: string | undefined;
  const seen = new Set<unknown>();
  const next: unknown[] = [value];
  while (next.length > 0) {
    const each = next.pop();
    if (typeof each !== 'object' || each === null || seen.has(each)) continue;
    seen.add(each);
    const kind = attempted(() => startedKind(each));
    found ??= kind;
    if (kind === undefined) next.push(...(attempted(() => itemsOf(each)) ?? []));
  }
  return found;
}

const ITERATOR = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;
const ASYNC_ITERATOR = Object.getPrototypeOf(Object.getPrototypeOf(someAsyncGenerator.prototype)) as object;

/** Never called: it leads to what all asynchronous iterators inherit from. */
async function* someAsyncGenerator(): AsyncGenerator<undefined> {
  yield await Promise.resolve(undefined);
}

/** A promise, a generator or an iterator, which is ended. */
function startedKind(value: object): string | undefined {
  const tag = Object.prototype.toString.call(value);
  if (tag === '[object Promise]') {
    ignoreRejection(value);
    return 'a promise within a value';
  }
  if (tag === '[object AsyncGenerator]' || tag === '[object Generator]') {
    endGenerator(value as Generator | AsyncGenerator);
    return tag === '[object Generator]' ? 'an iterator' : 'an async iterator';
  }
  if (inherits(value, ASYNC_ITERATOR)) return 'an async iterator';
  if (inherits(value, ITERATOR)) return 'an iterator';
  const { then, catch: failing } = value as { then?: unknown; catch?: unknown };
  // Promises of other libraries. A `then` alone may be anything.
  return typeof then === 'function' && typeof failing === 'function' ? 'a promise within a value' : undefined;
}

function streamKind(value: object): string | undefined {
  const tag = Object.prototype.toString.call(value);
  if (tag === '[object ReadableStream]') {
    attempted(() => {
      ignoreRejection((value as ReadableStream).cancel());
    });
    return 'a stream';
  }
  if (tag === '[object WritableStream]' || tag === '[object TransformStream]') return 'a stream';
  if (!isNodeStream(value) || value.destroyed === true) return undefined;
  attempted(() => value.destroy());
  return 'a stream';
}

/** Each stream of Node has such a state of its own, whichever version of its classes has made it. */
function isNodeStream(value: object): value is { readonly destroyed?: unknown; destroy(): void } {
  const { _readableState, _writableState, pipe, destroy } = value as Record<string, unknown>;
  const hasState = [_readableState, _writableState].some((state) => typeof state === 'object' && state !== null);
  return hasState && typeof pipe === 'function' && typeof destroy === 'function';
}

function observableKind(value: object): string | undefined {
  const { observable = '@@observable' } = Symbol as { readonly observable?: symbol };
  const { [observable]: observed } = value as Record<string | symbol, unknown>;
  return typeof observed === 'function' ? 'an observable' : undefined;
}

function inherits(value: object, prototype: object): boolean {
  return Object.prototype.isPrototypeOf.call(prototype, value);
}

function ignoreRejection(promise: unknown): void {
  attempted(() => {
    void Promise.prototype.then.call(promise, undefined, () => undefined);
  });
}

function endGenerator(generator: Generator | AsyncGenerator): void {
  const ended: unknown = attempted(() => generator.return(undefined));
  if (ended instanceof Promise) ignoreRejection(ended);
}

/** What a look at a value gives; undefined when a value of the user's answers with an error. */
function attempted<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** The items of a collection, and the fields of an object that would be stored; none of its getters is called. */
function itemsOf(value: object): unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Set) return [...(value as Set<unknown>)];
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)].flat();
  // What says itself how it is stored has nothing else that is stored; bytes are no work.
  if (ArrayBuffer.isView(value) || typeof (value as { toJSON?: unknown }).toJSON === 'function') return [];
  return Object.values(Object.getOwnPropertyDescriptors(value))
    .filter(({ enumerable }) => enumerable)
    .map(({ value: item }) => item as unknown);
}
