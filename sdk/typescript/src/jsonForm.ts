/*
 * The type of a value that was stored as JSON and read again.
 */

// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- what a function gives that gives nothing
type Nothing = undefined | void;

type Left = ((...args: never[]) => unknown) | undefined;

/**
 * What becomes of a value in JSON: a date is a text, a map an object, a set a list, nothing null; methods are gone. A
 * number that is not finite is its text, which no type can tell.
 */
export type JsonForm<Value> = unknown extends Value
  ? Value
  : Value extends string | number | boolean | null
    ? Value
    : Value extends Nothing
      ? null
      : Value extends bigint | symbol | ((...args: never[]) => unknown)
        ? string
        : Value extends { toJSON(...args: never[]): infer Said }
          ? JsonForm<Said>
          : JsonFormOfObject<Value>;

type JsonFormOfObject<Value> =
  Value extends ReadonlyMap<unknown, infer Item>
    ? Record<string, JsonForm<Item>>
    : Value extends ReadonlySet<infer Item>
      ? JsonForm<Item>[]
      : Value extends ArrayBufferView
        ? number[]
        : Value extends readonly unknown[]
          ? { [Index in keyof Value]: JsonForm<Value[Index]> }
          : FieldsThatMayBeLeft<Value> & FieldsThatStay<Value>;

type FieldsThatMayBeLeft<Value> = {
  [Name in keyof Value as Value[Name] extends Left ? never : undefined extends Value[Name] ? Name : never]?: JsonForm<
    Exclude<Value[Name], undefined>
  >;
};

type FieldsThatStay<Value> = {
  [Name in keyof Value as undefined extends Value[Name] ? never : Value[Name] extends Left ? never : Name]: JsonForm<
    Value[Name]
  >;
};
