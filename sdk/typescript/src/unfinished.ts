/*
 * Work that has only started is not done: what a function returns must be its outcome, or a promise of it, and not
 * something that still has to be read, iterated or called.
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
  const kind = unfinishedIn(value, undefined);
  if (kind === undefined) return;
  throw new TypeError(`the function must return its outcome, but it has returned ${kind}: work that has only started`);
}

/** What is unfinished in a value, looking through lists and plain objects that have not been seen yet. */
function unfinishedIn(value: unknown, seen: Set<object> | undefined): string | undefined {
  // A function within a result is told as text; as the result itself it is what should have been called.
  if (typeof value === 'function') return seen === undefined ? 'a function' : undefined;
  if (typeof value !== 'object' || value === null || seen?.has(value) === true) return undefined;
  const kind = kindOf(value);
  if (kind !== undefined) {
    end(value);
    return kind;
  }
  const known = seen ?? new Set();
  known.add(value);
  for (const item of itemsOf(value)) {
    const found = unfinishedIn(item, known);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Unfinished {
  readonly then?: unknown;
  readonly next?: unknown;
  readonly getReader?: unknown;
  readonly pipe?: unknown;
  readonly subscribe?: unknown;
  readonly return?: unknown;
  readonly cancel?: unknown;
  readonly destroy?: unknown;
  readonly [Symbol.iterator]?: unknown;
  readonly [Symbol.asyncIterator]?: unknown;
}

function kindOf(value: Unfinished): string | undefined {
  if (typeof value.then === 'function') return 'a promise within a value';
  if (typeof value.getReader === 'function' || typeof value.pipe === 'function') return 'a stream';
  if (typeof value[Symbol.asyncIterator] === 'function') return 'an async iterator';
  if (typeof value.next === 'function' && typeof value[Symbol.iterator] === 'function') return 'an iterator';
  return typeof value.subscribe === 'function' ? 'an observable' : undefined;
}

function end(value: Unfinished): void {
  for (const name of ['return', 'cancel', 'destroy'] as const) {
    const stop = value[name];
    if (typeof stop !== 'function') continue;
    try {
      const ended: unknown = stop.call(value);
      if (ended instanceof Promise) ended.catch(() => undefined);
    } catch {
      // It is refused all the same.
    }
    return;
  }
}

/** The items of a list, and the fields of a plain object; none of its getters is called. */
function itemsOf(value: object): unknown[] {
  if (Array.isArray(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return [];
  return Object.values(Object.getOwnPropertyDescriptors(value)).map(({ value: item }) => item as unknown);
}
