import { setTimeout as after } from 'node:timers/promises';
import { type LeaseContext } from '@onceonly/onceonly-sdk';

/** What a scenario's function itself has thrown. */
export class FunctionError extends Error {}

/** A function of a scenario, as spec/conformance/README.md describes it. */
export interface FunctionSpec {
  readonly returns?: unknown;
  readonly returns_special?: string;
  readonly returns_future?: unknown;
  readonly returns_lazy?: string;
  readonly starts_lazily?: boolean;
  readonly raises?: string;
  readonly echoes?: boolean;
  readonly argument?: number;
  readonly after_ms?: number;
  readonly ignores_loss?: boolean;
}

const SPECIAL: Readonly<Record<string, unknown>> = {
  nan: NaN,
  infinity: Infinity,
  nothing: undefined,
  date: new Date('2026-05-01T08:00:00Z'),
  big_integer: 2n ** 60n,
  opaque: Symbol('opaque'),
};

/** Does what the scenario's function does, with these arguments and, under a lease, its context. */
export async function perform(spec: FunctionSpec, args: readonly unknown[], context?: LeaseContext): Promise<unknown> {
  if (spec.after_ms !== undefined) {
    const options = context === undefined || spec.ignores_loss === true ? {} : { signal: context.signal };
    await after(spec.after_ms, undefined, options).catch((error: unknown) => {
      if (context?.signal.aborted !== true) throw error;
    });
  }
  return answerOf(spec, args);
}

/** As {@link perform} for the functions that make keys and metadata. */
export function answerOf(spec: FunctionSpec, args: readonly unknown[]): unknown {
  if (spec.raises !== undefined) throw new FunctionError(spec.raises);
  if (spec.echoes === true) return args;
  if (spec.argument !== undefined) return args[spec.argument];
  if ('returns_future' in spec) return after(5, spec.returns_future);
  if (spec.returns_lazy !== undefined) return lazy(spec.returns_lazy);
  if (spec.returns_special === undefined) return spec.returns;
  if (!(spec.returns_special in SPECIAL)) throw new Error(`no such special value: ${spec.returns_special}`);
  return SPECIAL[spec.returns_special];
}

/** Work that has only started. */
function lazy(kind: string): unknown {
  if (kind === 'function') return () => 1;
  if (kind !== 'generator') throw new Error(`no such lazy value: ${kind}`);
  return (function* () {
    yield 1;
  })();
}

/** A function which only makes a generator. */
export function* generating(): Generator {
  yield 1;
}
