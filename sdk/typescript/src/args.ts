/** Last argument of every method: how the one call is cancelled. */
export interface CallOptions {
  /**
   * Cancels the call: it rejects with the signal's reason at once. The server may have acted all the same, as it may
   * when an answer is lost.
   */
  signal?: AbortSignal | undefined;
}

/** Checks a text that must not be blank. Throws a TypeError that names the argument. */
export function given(name: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') throw new TypeError(`${name} must not be empty`);
  return value;
}

/** As {@link given}, percent-encoded as one part of a path. */
export function pathPart(name: string, value: unknown): string {
  const part = given(name, value);
  // As a part of a URL both would mean another folder, percent-encoded or not.
  if (part === '.' || part === '..') throw new TypeError(`${name} must not be ${part}`);
  return encoded(name, part);
}

/** A query string with what is not undefined; empty when nothing is. */
export function query(values: Record<string, string | number | undefined>): string {
  const pairs = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encoded(name, String(value))}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function encoded(name: string, value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    throw new TypeError(`${name} must be well-formed Unicode`);
  }
}

/** Checks an optional number, because JSON would turn NaN and infinities into null: the server's default. */
export function finite(name: string, value: number | null | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError(`${name} must be a finite number`);
  return value;
}

/** As {@link finite}, but refuses 0 and less: an interval without length would never pause. */
export function positive(name: string, value: number | null | undefined): number | undefined {
  const number = finite(name, value);
  if (number !== undefined && number <= 0) throw new TypeError(`${name} must be more than 0`);
  return number;
}

/** Checks an optional fingerprint: 1 to 128 characters. */
export function fingerprintOf(value: string | null | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  // Characters are counted as the server counts them, by code points.
  const { length } = Array.from(given('fingerprint', value));
  if (length > 128) throw new TypeError('fingerprint must have at most 128 characters');
  return value;
}

/** Trims a run id, which must not be blank. */
export function runIdOf(value: unknown): string {
  return given('runId', value).trim();
}

/** Checks an optional function. Throws a TypeError. */
export function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && value !== null && typeof value !== 'function') {
    throw new TypeError(`${name} must be a function`);
  }
}

/** Checks an optional boolean: any text would be true. Throws a TypeError. */
export function flagOf(name: string, value: boolean | null | undefined): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false`);
  return value;
}
