/*
 * Objects that show only a part of themselves: two of them with other contents may look alike, so that a key made of what
 * shows would be one key for two calls.
 */

/** What an object hides, as words for an error; undefined when it shows all that is known of it. */
export function hiddenPartOf(value: object): string | undefined {
  if (Object.getOwnPropertySymbols(value).length > 0) return 'an object whose properties have symbols as names';
  if (Array.isArray(value)) {
    return Object.keys(value).some((name) => !/^\d+$/.test(name)) ? 'a list that has further properties' : undefined;
  }
  // Of bytes each index is a property; nobody hides anything there.
  if (ArrayBuffer.isView(value)) return undefined;
  const shown = Object.keys(value).length;
  if (Object.getOwnPropertyNames(value).length > shown) return 'an object with hidden properties';
  if ((value instanceof Map || value instanceof Set) && shown > 0) return 'a collection that has further properties';
  return privateFieldsOf(value);
}

function privateFieldsOf(value: object): string | undefined {
  for (let each: unknown = Object.getPrototypeOf(value); each !== null; each = Object.getPrototypeOf(each)) {
    const own = Object.getOwnPropertyDescriptor(each, 'constructor')?.value as unknown;
    if (typeof own === 'function' && hasPrivateFields(own)) return `an object of ${own.name} with private fields`;
  }
  return undefined;
}

const known = new WeakMap<object, boolean>();

/** Whether a class has private fields, by its source text: nothing else shows them. */
function hasPrivateFields(owner: object): boolean {
  let found = known.get(owner);
  if (found === undefined) {
    const source = Function.prototype.toString.call(owner);
    found = PRIVATE_FIELD.test(source) || LOWERED_PRIVATE_FIELD.test(source);
    known.set(owner, found);
  }
  return found;
}

/**
 * The declaration of `#name` in a class's body: behind the beginning of the body, another member or a comment, and before
 * a value, a semicolon or the end of the line or body. Private methods hide no state, nor do static fields.
 */
const PRIVATE_FIELD = /[{};/\n]\s*#[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*\s*(?:=(?!>)|;|\}|$|\n)/mu;

/** What TypeScript, Babel and esbuild make of private fields for older engines: entries of a WeakMap, by the object. */
const LOWERED_PRIVATE_FIELD = /_?_?classPrivateField|__private(?:Add|Set|Get)|\.set\(\s*this\s*,/;
