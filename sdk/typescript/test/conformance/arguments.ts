/* Values of a scenario that JSON has not, as spec/conformance/README.md writes them. */

class Paid {
  constructor(readonly id: string) {}
}

class Shipped {
  constructor(readonly id: string) {}
}

const RECORDS: Readonly<Record<string, new (id: string) => object>> = { Paid, Shipped };

/** An object that shows only a part of itself. */
class Hiding {
  readonly shown = 1;
  readonly #hidden: unknown;
  constructor(hidden: unknown) {
    this.#hidden = hidden;
  }
  reveal(): unknown {
    return this.#hidden;
  }
}

/** A value of a scenario as TypeScript has it. */
export function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  if ('$decimal' in fields) return Number(fields['$decimal']);
  if ('$float' in fields) return Number(fields['$float']);
  if ('$instant' in fields) return new Date(String(fields['$instant']));
  if ('$set' in fields) return new Set((fields['$set'] as unknown[]).map(revived));
  if ('$hides' in fields) return new Hiding(fields['$hides']);
  if ('$undefined' in fields) return undefined;
  if ('$record' in fields) return recordOf(String(fields['$record']), fields['fields'] as { id: string });
  return Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, revived(each)]));
}

function recordOf(name: string, { id }: { id: string }): object {
  const record = RECORDS[name];
  if (record === undefined) throw new Error(`no such record: ${name}`);
  return new record(id);
}

/** The suite's class of the model `invoice`. */
export const invoice = {
  parse(value: unknown): { id: string; amount: number } {
    const { id, amount } = value as { id: unknown; amount: unknown };
    if (typeof id !== 'string' || typeof amount !== 'number') throw new Error('no invoice');
    return { id, amount };
  },
};
