import { type ClientOptions, idempotent, idempotentAi, type LeaseContext, OnceOnly } from '@onceonly/onceonly-sdk';
import { answerOf, type FunctionSpec, perform } from './functions.js';
import { neutral, neutralError, type Outcome } from './outcomes.js';
import { camel, camelFields, POSITIONS } from './verbs.js';

type Fields = Readonly<Record<string, unknown>>;
type AnyFunction = (...args: unknown[]) => Promise<unknown>;

export interface Beginning {
  readonly run: string;
  readonly base_url: string;
  readonly api_key: string;
  readonly client: Fields;
  readonly functions: Readonly<Record<string, { decorator: string; options: Fields; fn: FunctionSpec }>>;
  readonly steps: number;
}

export interface Step {
  readonly call: string;
  readonly args: Fields;
  readonly cancel_after_ms?: number;
  readonly close_after_ms?: number;
}

const SECONDS = new Set(['timeout', 'deadline']);
const CLIENT_NAMES: Readonly<Record<string, string>> = {
  timeout: 'timeoutMs',
  deadline: 'deadlineMs',
  max_retries_429: 'maxRetries429',
  retry_backoff: 'retryBackoffSec',
  retry_max_backoff: 'retryMaxBackoffSec',
};

/** Makes one scenario's calls with a client of its own. */
export class Driver {
  readonly #client: OnceOnly;
  readonly #functions = new Map<string, AnyFunction>();
  #logged: string[] = [];
  #fnCalls = 0;
  #lostCalls = 0;

  constructor(beginning: Beginning) {
    const options = Object.fromEntries(
      Object.entries(beginning.client).map(([name, value]) => [
        CLIENT_NAMES[name] ?? camel(name),
        SECONDS.has(name) ? Number(value) * 1000 : value,
      ]),
    );
    const logger = { warn: (message: string) => this.#logged.push(message) };
    const { api_key: apiKey, base_url: baseUrl } = beginning;
    this.#client = new OnceOnly({ ...(options as Partial<ClientOptions>), apiKey, baseUrl, logger });
    for (const [name, { decorator, options, fn }] of Object.entries(beginning.functions)) {
      this.#functions.set(name, this.#decorated(decorator, options, fn));
    }
  }

  /** Makes the step's call; what came of it, ready to be told. */
  async make(step: Step): Promise<Fields> {
    [this.#logged, this.#fnCalls, this.#lostCalls] = [[], 0, 0];
    const cancelling = new AbortController();
    const timers = [
      step.cancel_after_ms === undefined ? undefined : setTimeout(() => cancelling.abort(), step.cancel_after_ms),
      step.close_after_ms === undefined ? undefined : setTimeout(() => this.#client.close(), step.close_after_ms),
    ];
    const start = performance.now();
    const outcome = await outcomeOf(() => this.#call(step, cancelling.signal));
    const elapsedMs = Math.round(performance.now() - start);
    for (const timer of timers) clearTimeout(timer);
    const counts = { fn_calls: this.#fnCalls, lost_calls: this.#lostCalls };
    return { ...outcome, ...counts, elapsed_ms: elapsedMs, logged: this.#logged };
  }

  close(): void {
    this.#client.close();
  }

  async #call({ call, args }: Step, signal: AbortSignal): Promise<unknown> {
    if (call === 'invoke') return this.#invoke(args);
    if (call === 'close') return this.#client.close();
    if (!(call in POSITIONS)) throw new Error(`no such verb: ${call}`);
    const [owner, method] = this.#methodOf(call);
    return method.apply(owner, this.#argumentsOf(call, args, signal));
  }

  #methodOf(call: string): [object, AnyFunction] {
    const [name = '', resource] = call.split('.').reverse();
    const owner = resource === undefined ? this.#client : this.#client[resource as 'ai' | 'gov'];
    const method = (owner as unknown as Record<string, AnyFunction | undefined>)[camel(name)];
    if (method === undefined) throw new Error(`no such method: ${call}`);
    return [owner, method];
  }

  #argumentsOf(call: string, args: Fields, signal: AbortSignal): unknown[] {
    const named = { ...args };
    if (call === 'check_lock_batch') {
      named['items'] = (named['items'] as Fields[]).map(camelFields);
    }
    if (typeof named['fn'] === 'object') named['fn'] = this.#counted(named['fn'] as FunctionSpec);
    if (named['on_lease_lost'] !== undefined)
      named['on_lease_lost'] = this.#onLeaseLost(named['on_lease_lost'] as FunctionSpec);
    if (call === 'ai.run_fn' && named['on_lease_lost'] === undefined) named['on_lease_lost'] = this.#onLeaseLost({});
    const positions = POSITIONS[call] ?? [];
    const positioned = positions.map((name) => named[name]);
    const others = Object.entries(named).filter(([name]) => !positions.includes(name));
    return [...positioned, { ...camelFields(Object.fromEntries(others)), signal }];
  }

  #counted(spec: FunctionSpec): (context: LeaseContext) => Promise<unknown> {
    return (context) => {
      this.#fnCalls++;
      return perform(spec, [], context);
    };
  }

  #onLeaseLost(spec: FunctionSpec): () => void {
    return () => {
      this.#lostCalls++;
      answerOf(spec, []);
    };
  }

  async #invoke(args: Fields): Promise<unknown> {
    const fn = this.#functions.get(String(args['function']));
    if (fn === undefined) throw new Error(`no such function: ${String(args['function'])}`);
    const given = (args['args'] ?? []) as unknown[];
    const times = args['times_at_once'] as number | undefined;
    if (times === undefined) return fn(...given);
    return Promise.all(Array.from({ length: times }, () => outcomeOf(() => fn(...given))));
  }

  #decorated(decorator: string, fields: Fields, fn: FunctionSpec): AnyFunction {
    const options: Record<string, unknown> = camelFields(fields);
    for (const name of ['keyFunc', 'keyFn', 'metadataFn', 'onDuplicate']) {
      const spec = options[name] as FunctionSpec | undefined;
      if (spec !== undefined) options[name] = (...args: unknown[]) => answerOf(spec, args);
    }
    options['onLeaseLost'] = this.#onLeaseLost(options['onLeaseLost'] ?? {});
    if (decorator === 'idempotent') {
      const work = (...args: unknown[]) => {
        this.#fnCalls++;
        return perform(fn, args);
      };
      return idempotent(this.#client, work, options);
    }
    const work = (...args: unknown[]) => {
      this.#fnCalls++;
      return perform(fn, args.slice(0, -1), args.at(-1) as LeaseContext);
    };
    return idempotentAi(this.#client, work, { ...options, passContext: true });
  }
}

async function outcomeOf(call: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: neutral(await call()) };
  } catch (error) {
    return { error: neutralError(error) };
  }
}
