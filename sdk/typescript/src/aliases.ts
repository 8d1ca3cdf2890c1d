/** What {@link addAsyncAliases} adds: each method under its name with `Async` behind it. */
export type AsyncAliases<Methods> = {
  readonly [
    Name in keyof Methods & string as Methods[Name] extends (...args: never[]) => Promise<unknown>
      ? `${Name}Async`
      : never
  ]: Methods[Name];
};

/**
 * Gives a class `…Async` twins of its methods. Here all methods are asynchronous; the twins are for code that is
 * written in the names of the Python client. They call the method by its name, so that subclasses may override it.
 */
export function addAsyncAliases(prototype: object, except: readonly string[] = []): void {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (name === 'constructor' || except.includes(name)) continue;
    Object.defineProperty(prototype, `${name}Async`, {
      configurable: true,
      writable: true,
      value(this: Record<string, (...args: unknown[]) => unknown>, ...args: unknown[]) {
        return this[name]?.(...args);
      },
    });
  }
}
