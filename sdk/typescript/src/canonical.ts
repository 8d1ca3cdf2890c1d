/** Makes the key of a call of an idempotent function from its arguments. */

/** What stands for one call, so that equal calls give equal keys and others do not. */
export interface CallIdentity {
  readonly keyVersion: string;
  readonly functionId: string;
  readonly args: readonly unknown[];
}

/**
 * SHA-256, in hexadecimal, of the canonical JSON of the call. Rejects with a TypeError for an argument that has no JSON
 * form. Arguments left out at the end and arguments given as undefined there are the same.
 */
export async function keyOf(call: CallIdentity): Promise<string> {
  const args = [...call.args];
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  const texts = args.map((arg, index) => canonicalJson(arg, `argument ${index + 1}`));
  return sha256Hex(canonicalJson({ v: call.keyVersion, fn: call.functionId, args: texts, kwargs: {} }, 'the call'));
}

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * JSON with sorted names and without blanks. Unlike JSON.stringify it refuses what JSON can't hold, because two
 * different values with the same text would be one key: functions, symbols, NaN, cycles, objects without fields of
 * their own such as patterns and promises. Fields that are undefined are left out, undefined in a list is null, dates
 * are ISO-8601 texts, BigInts their digits, maps with texts as keys are objects and sets are lists in a fixed order.
 */
export function canonicalJson(value: unknown, name: string): string {
  return render(value, { name, above: [] });
}

interface Place {
  readonly name: string;
  readonly above: readonly object[];
}

function render(value: unknown, place: Place): string {
  switch (typeof value) {
    case 'undefined':
      return 'null';
    case 'boolean':
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return value.toString();
    case 'number':
      if (!Number.isFinite(value)) throw noJson(place, String(value));
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : renderObject(value, place);
    default:
      throw noJson(place, `a ${typeof value}`);
  }
}

function renderObject(value: object, { name, above }: Place): string {
  if (above.includes(value)) throw noJson({ name, above }, 'a cycle');
  const place = { name, above: [...above, value] };
  if (Array.isArray(value)) return list(Array.from(value, (item: unknown) => render(item, place)));
  if (value instanceof Map) return renderMap(value, place);
  if (value instanceof Set) return list(Array.from(value, (item) => render(item, place)).sort());
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return list(Array.from(value as Uint8Array, (item) => render(item, place)));
  }
  if (value instanceof Date && Number.isNaN(value.getTime())) throw noJson(place, 'an invalid date');
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return render(toJSON.call(value), place);
  const entries = Object.entries(value);
  if (entries.length === 0 && !isPlain(value)) throw noJson(place, `an object of ${className(value)} without fields`);
  return members(entries, place);
}

function renderMap(map: ReadonlyMap<unknown, unknown>, place: Place): string {
  const entries = [...map];
  for (const [key] of entries) if (typeof key !== 'string') throw noJson(place, 'a map whose keys are not texts');
  return members(entries as [string, unknown][], place);
}

function members(entries: readonly (readonly [string, unknown])[], place: Place): string {
  const sorted = entries
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${JSON.stringify(name)}:${render(item, place)}`);
  return `{${sorted.join(',')}}`;
}

function list(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has another Object.prototype, which is still the end of its chain.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function className(value: object): string {
  return (value.constructor as { name?: string } | undefined)?.name ?? 'an unnamed class';
}

function noJson(place: Place, what: string): TypeError {
  return new TypeError(`${place.name} of an idempotent function has no JSON form: it holds ${what}; use keyFn`);
}
