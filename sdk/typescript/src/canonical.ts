import { decimalText } from './decimal.js';
import { hiddenPartOf } from './hidden.js';

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
export async function sha256Hex(text: string): Promise<string> {
  return hexOf(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

/** Bytes in lower-case hexadecimal. */
export function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * A value's canonical text: JSON with sorted names and without blanks, in which equal values have equal texts and
 * different ones have not. A value of a class has the class's name before its fields, dates are instants in UTC, numbers
 * are written by their value, sets are sorted lists, maps with texts as keys are objects, fields that are undefined are
 * left out and undefined in a list is null.
 *
 * Throws a TypeError, which begins with `name`, for what has no such text: functions, symbols, NaN, cycles, objects
 * without fields, and objects that show only a part of themselves.
 */
export function canonicalJson(value: unknown, name: string): string {
  return render(value, { name, above: [] });
}

/** More would not fit a call stack. */
const DEPTH_MAX = 500;

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
      return decimalText(value);
    case 'number':
      if (!Number.isFinite(value)) throw noJson(place, String(value));
      return decimalText(value);
    case 'object':
      return value === null ? 'null' : renderObject(value, place);
    default:
      throw noJson(place, `a ${typeof value}`);
  }
}

function renderObject(value: object, { name, above }: Place): string {
  if (above.includes(value)) throw noJson({ name, above }, 'a cycle');
  if (above.length >= DEPTH_MAX) throw noJson({ name, above }, `more than ${DEPTH_MAX} objects within each other`);
  const place = { name, above: [...above, value] };
  if (isDate(value)) return instantOf(value, place);
  if (isBoxed(value)) throw noJson(place, `an object of ${className(value)} instead of its value`);
  const { toJSON } = value as { toJSON?: unknown };
  // An object that says itself what stands for it in JSON is that, and a value of its class.
  if (typeof toJSON === 'function' && !ArrayBuffer.isView(value)) {
    const said: unknown = toJSON.call(value);
    if (said === undefined) throw noJson(place, 'an object whose toJSON gives undefined');
    return classPrefix(value, place) + render(said, place);
  }
  const hidden = hiddenPartOf(value);
  if (hidden !== undefined) throw noJson(place, hidden);
  return classPrefix(value, place) + contentOf(value, place);
}

function contentOf(value: object, place: Place): string {
  if (Array.isArray(value)) return list(Array.from(value, (item: unknown) => render(item, place)));
  if (value instanceof Map) return renderMap(value, place);
  if (value instanceof Set) return list(Array.from(value, (item) => render(item, place)).sort());
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return list(Array.from(value as Uint8Array, (item) => render(item, place)));
  }
  const entries = Object.entries(value);
  if (entries.length === 0 && !isPlain(value)) throw noJson(place, `an object of ${className(value)} without fields`);
  return members(entries, place);
}

function isDate(value: object): value is Date {
  return value instanceof Date || Object.prototype.toString.call(value) === '[object Date]';
}

/** Whether the value is a number, text, boolean, BigInt or symbol as an object, which may have fields beside its value. */
function isBoxed(value: object): boolean {
  const boxes = [Number, String, Boolean, BigInt, Symbol];
  return boxes.some((box) => value instanceof box || Object.prototype.toString.call(value) === `[object ${box.name}]`);
}

/** The instant in UTC, with a fraction of a second only when there is one. */
function instantOf(date: Date, place: Place): string {
  if (!isOf('Date', date) || Reflect.ownKeys(date).length > 0) {
    throw noJson(place, 'a date with more than its instant');
  }
  if (Number.isNaN(date.getTime())) throw noJson(place, 'an invalid date');
  return JSON.stringify(date.toISOString().replace(/\.?0*Z$/, 'Z'));
}

/** Classes of the language whose values are no other than those of JSON. */
const WITHOUT_NAME = ['Array', 'Map', 'Set'];

/** A class's name before a value of it: equal fields of another class are another value. */
function classPrefix(value: object, place: Place): string {
  if (isPlain(value)) return '';
  const name = className(value);
  if (name === '') throw noJson(place, 'an object of a class without a name');
  return WITHOUT_NAME.some((builtIn) => isOf(builtIn, value)) ? '' : name;
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
  const name = (constructorOf(value) as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' ? name : '';
}

/** Whether a value is of this class of the language itself, of whichever realm, and of none that is derived from it. */
function isOf(builtIn: string, value: object): boolean {
  const owner = constructorOf(value);
  return typeof owner === 'function' && NATIVE.exec(Function.prototype.toString.call(owner))?.[1] === builtIn;
}

const NATIVE = /^function (\w+)\(\) \{\s*\[native code\]\s*\}$/;

/** By its prototype, because an own property may have the same name. */
function constructorOf(value: object): unknown {
  const prototype = Object.getPrototypeOf(value) as { constructor?: unknown } | null;
  return prototype?.constructor;
}

function noJson(place: Place, what: string): TypeError {
  return new TypeError(`${place.name} must have a JSON form, but it holds ${what}; give keyFn`);
}
