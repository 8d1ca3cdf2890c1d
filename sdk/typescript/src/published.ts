/*
 * Keys as the published client 3.0.5 derives them, byte for byte, so that processes with either client share them. Its way
 * is older than this SDK's: what stands in a nested object shows only under names that the outer one has too, and numbers
 * and classes are as JSON.stringify has them.
 */

/** What stands for one call of a function. */
export interface PublishedCall {
  readonly keyVersion: string;
  readonly functionId: string;
  readonly args: readonly unknown[];
}

/** The text whose SHA-256 is the key. Throws a TypeError for an argument of which the published client writes nothing. */
export function publishedText({ keyVersion, functionId, args }: PublishedCall): string {
  const texts = args.map((arg, index) => textOf(arg, `argument ${index + 1}`) ?? null);
  return JSON.stringify({ v: keyVersion, fn: functionId === '' ? 'anonymous' : functionId, args: texts, kwargs: {} });
}

const PUBLISHED_TEXT_MAX = 2048;

function textOf(value: unknown, name: string): string | undefined {
  // It has no JSON, so the published client writes it as a text, which it cuts when it is long.
  if (typeof value === 'bigint' && String(value).length <= PUBLISHED_TEXT_MAX) return String(value);
  refuseSpeechless(value, name, []);
  return JSON.stringify(value, Object.keys(value ?? {}).sort());
}

/** Refuses what would leave no trace in the key, or one that says nothing. */
function refuseSpeechless(value: unknown, name: string, above: readonly object[]): void {
  const what = speechless(value, above);
  if (what !== undefined) {
    throw new TypeError(`${name} must show in a key of the published format, but it holds ${what}; give keyFn`);
  }
  if (typeof value !== 'object' || value === null || hasToJson(value)) return;
  for (const item of Object.values(value)) refuseSpeechless(item, name, [...above, value]);
}

function speechless(value: unknown, above: readonly object[]): string | undefined {
  switch (typeof value) {
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    case 'bigint':
      return above.length === 0 ? 'a BigInt of too many digits' : 'a BigInt within an object';
    case 'number':
      return Number.isFinite(value) ? undefined : String(value);
    case 'object':
      return value === null ? undefined : speechlessObject(value, above);
    default:
      return undefined;
  }
}

/** More would not fit a call stack. */
const DEPTH_MAX = 500;

function speechlessObject(value: object, above: readonly object[]): string | undefined {
  if (above.includes(value)) return 'a cycle';
  if (above.length >= DEPTH_MAX) return `more than ${DEPTH_MAX} objects within each other`;
  if (value instanceof Number && !Number.isFinite(value.valueOf())) return String(value);
  if (value instanceof Number || value instanceof Boolean || value instanceof String) return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : undefined;
  if (hasToJson(value) || Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isPlain || Object.keys(value).length > 0) return undefined;
  return `an object of ${(value.constructor as { name?: string } | undefined)?.name ?? 'a class'} without fields`;
}

function hasToJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}
