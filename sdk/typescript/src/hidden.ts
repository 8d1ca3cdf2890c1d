/*
 * Objects that show only a part of themselves: two of them with other contents may look alike, so that a key made of what
 * shows would be one key for two calls.
 */

/** What an object hides, as words for an error; undefined when it shows all that is known of it. */
export function hiddenPartOf(value: object): string | undefined {
  if (Object.getOwnPropertySymbols(value).length > 0) return 'an object whose properties have symbols as names';
  return furtherPropertiesOf(value) ?? inheritedFieldOf(value) ?? privatePartOf(value);
}

/** Of lists, bytes and collections only their items are told. */
function furtherPropertiesOf(value: object): string | undefined {
  const names = Object.keys(value);
  if (Array.isArray(value)) {
    return names.some((name) => !/^\d+$/.test(name)) ? 'a list that has further properties' : undefined;
  }
  if (ArrayBuffer.isView(value)) {
    // The properties that are no indexes stand behind those that are.
    return /^\d+$/.test(names.at(-1) ?? '0') ? undefined : 'bytes that have further properties';
  }
  if (Object.getOwnPropertyNames(value).length > names.length) return 'an object with hidden properties';
  const isCollection = value instanceof Map || value instanceof Set;
  return isCollection && names.length > 0 ? 'a collection that has further properties' : undefined;
}

/** Fields of a prototype are read like those of the object, but are none of its own. Methods are no fields. */
function inheritedFieldOf(value: object): string | undefined {
  // Accessors of bytes tell of their memory, not of what is in them.
  if (ArrayBuffer.isView(value)) return undefined;
  for (const name in Object.getPrototypeOf(value)) {
    if (!Object.hasOwn(value, name) && !isMethod(value, name)) return `an object that inherits its field ${name}`;
  }
  return undefined;
}

function isMethod(value: object, name: string): boolean {
  const owner = prototypesOf(value).find((prototype) => Object.hasOwn(prototype, name)) ?? {};
  return typeof Object.getOwnPropertyDescriptor(owner, name)?.value === 'function';
}

function privatePartOf(value: object): string | undefined {
  for (const prototype of prototypesOf(value)) {
    const owner = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
    if (typeof owner === 'function' && mayHide(owner)) return `an object of ${owner.name} with private fields`;
  }
  return undefined;
}

function prototypesOf(value: object): object[] {
  const found: object[] = [];
  let each = Object.getPrototypeOf(value) as object | null;
  for (; each !== null; each = Object.getPrototypeOf(each) as object | null) found.push(each);
  return found;
}

const known = new WeakMap<object, boolean>();

/** Whether a class may have private fields, by its source text: nothing else shows them. */
function mayHide(owner: object): boolean {
  let found = known.get(owner);
  if (found === undefined) {
    const source = Function.prototype.toString.call(owner);
    found = PRIVATE_NAME.test(source) || KEEPS_THIS.test(source.replace(HARMLESS_CALL, ''));
    known.set(owner, found);
  }
  return found;
}

/** A private name, wherever it stands: what is a comment or a text, only a whole parser could tell. */
const PRIVATE_NAME = /#[\p{ID_Start}$_\\]/u;

/**
 * The object is handed, with something else, to what may keep both: a WeakMap by hand, and what TypeScript, Babel and
 * esbuild make of private fields for older engines.
 */
const KEEPS_THIS = /\(\s*this\s*,|_?_?classPrivateField|__private(?:Add|Set|Get)/;

/** What sets properties that show, and calls of functions with this object as theirs. */
const HARMLESS_CALL = /(?:\b(?:Object|Reflect)\s*\.\s*\w+|\.\s*(?:call|apply|bind))\s*\(\s*this\b/g;
