import { isObject, type JsonObject } from './read.js';

/*
 * What functions return, and what callers give as metadata, made into JSON without ever failing: the effect has
 * happened, and a value that JSON can't hold must not keep its lease from being completed.
 */

/** The server refuses deeper bodies; what lies deeper is kept as text. */
const DEPTH_MAX = 56;

/** A function's value as the JSON object that is stored; undefined when there is nothing to store. */
export function resultOf(value: unknown): JsonObject | undefined {
  const json = toJson(value);
  if (json === undefined || json === null) return undefined;
  return isObject(json) ? json : { data: json };
}

/** Metadata as a JSON object: objects as they are, everything else as `{"value": text}`. */
export function metadataOf(value: unknown): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  const json = toJson(value);
  if (isObject(json)) return json;
  return { value: typeof json === 'string' ? json : JSON.stringify(json) };
}

/**
 * Makes JSON of any value. NaN and infinities become their text, every BigInt its decimal digits, dates ISO-8601 texts,
 * maps objects, sets and typed arrays lists; functions, symbols and cycles become text. Fields that are undefined are
 * left out.
 */
export function toJson(value: unknown): unknown {
  return convert(value, []);
}

function convert(value: unknown, above: readonly object[]): unknown {
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'boolean':
      return value;
    case 'string':
      return wellFormed(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      return value === null ? null : convertObject(value, above);
    default:
      return String(value);
  }
}

function convertObject(value: object, above: readonly object[]): unknown {
  if (above.includes(value)) return '[circular]';
  if (above.length >= DEPTH_MAX) return '[too deep]';
  try {
    return contentOf(value, [...above, value]);
  } catch {
    // A getter or toJSON of the value has thrown.
    return '[unreadable]';
  }
}

function contentOf(value: object, above: readonly object[]): unknown {
  const each = (item: unknown) => convert(item, above) ?? null;
  if (Array.isArray(value)) return Array.from(value, each);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? String(value) : value.toISOString();
  if (value instanceof Map)
    return fields(
      [...value].map(([name, item]) => [String(name), item]),
      above,
    );
  if (value instanceof Set) return Array.from(value, each);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Uint8Array, each);
  if (value instanceof Error)
    return fields([['name', value.name], ['message', value.message], ...Object.entries(value)], above);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return convert(toJSON.call(value), above);
  const entries = Object.entries(value);
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- hasOwnText says that it is not the default
  return entries.length === 0 && hasOwnText(value) ? String(value) : fields(entries, above);
}

/** Whether the value has no fields but says in its own way what it is: a pattern, a boxed number, a promise. */
function hasOwnText(value: object): boolean {
  return Object.prototype.toString.call(value) !== '[object Object]' || value.toString !== Object.prototype.toString;
}

function fields(entries: readonly (readonly [string, unknown])[], above: readonly object[]): JsonObject {
  const object: JsonObject = {};
  for (const [name, item] of entries) {
    const json = convert(item, above);
    // defineProperty, because a plain assignment to "__proto__" would vanish.
    if (json !== undefined) {
      Object.defineProperty(object, wellFormed(name), {
        value: json,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
  }
  return object;
}

/** Half a surrogate pair is no Unicode, and the server refuses it. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
