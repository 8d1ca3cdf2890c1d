import type { AiResult } from './results.js';

/** What gives a result its type: an object with a `parse`, such as a zod schema, or a function. */
export type Model<Value> = ((result: unknown) => Value | Promise<Value>) | { parse(result: unknown): Value };

/** Fills in `value`. Rejects with what the model throws: the result is stored all the same. */
export async function withValue<Value>(found: AiResult, model: Model<Value> | undefined): Promise<AiResult<Value>> {
  if (model === undefined || found.result === null) return { ...found, value: null };
  return { ...found, value: await modelled(model, unwrapped(found.result)) };
}

/** What the model makes of a value. Rejects with what it throws. */
export async function modelled<Value>(model: Model<Value>, value: unknown): Promise<Value> {
  return typeof model === 'function' ? model(value) : model.parse(value);
}

/** What a function has returned, of what was stored: `{"data": value}` is `value`. */
export function unwrapped(result: Readonly<Record<string, unknown>>): unknown {
  const names = Object.keys(result);
  return names.length === 1 && names[0] === 'data' ? result['data'] : result;
}

/** Refuses what is no model, before anything is sent. */
export function checkModel(model: unknown): void {
  if (model === undefined || typeof model === 'function') return;
  const { parse } = (model ?? {}) as { parse?: unknown };
  if (typeof parse !== 'function') throw new TypeError('model must be a function or have a function parse');
}
