import {
  type ClientOptions,
  idempotent,
  idempotentAi,
  type LeaseContext,
  OnceOnly,
  verifyDispatch,
} from '@onceonly/onceonly-sdk';
import { FakeOnceOnly } from '@onceonly/onceonly-sdk/testing';
import { invoice, revived } from './arguments.js';
import { answerOf, FunctionError, type FunctionSpec, generating, perform } from './functions.js';
import { neutral, neutralError, type Outcome } from './outcomes.js';
import { camel, camelFields, POSITIONS, snake } from './verbs.js';

type Fields = Readonly<Record<string, unknown>>;
type AnyOptions = Record<string, unknown>;
type AnyFunction = (...args: unknown[]) => Promise<unknown>;

interface Decoration {
  readonly decorator: string;
  readonly options: Fields;
  readonly fn: FunctionSpec;
  readonly anonymous?: boolean;
}

export interface Beginning {
  readonly run: string;
  readonly base_url: string | null;
  readonly api_key: string | null;
  readonly environment?: Readonly<Record<string, string>>;
  readonly client: Fields;
  readonly functions: Readonly<Record<string, Decoration>>;
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

/** Makes one scenario's calls with a client of its own, in the mode `fake` of an OnceOnly in memory. */
export class Driver {
  readonly #client: OnceOnly;
  readonly #functions = new Map<string, AnyFunction>();
  #logged: string[] = [];
  #hooks: Fields[] = [];
  #fnCalls = 0;
  #lostCalls = 0;

  constructor(beginning: Beginning, mode: string) {
    const { api_key: apiKey, base_url: baseUrl, environment = {} } = beginning;
    const options: AnyOptions = { ...this.#optionsOf(beginning.client) };
    if (apiKey !== null) options['apiKey'] = apiKey;
    if (baseUrl !== null) options['baseUrl'] = baseUrl;
    if (mode === 'fake') options['fetchImpl'] = new FakeOnceOnly().fetchImpl;
    options['logger'] = { warn: (message: string) => this.#logged.push(message) };
    this.#client = withEnvironment(environment, () => new OnceOnly(options as ClientOptions));
    for (const [name, decoration] of Object.entries(beginning.functions)) {
      this.#functions.set(name, this.#decorated(name, decoration));
    }
  }

  #optionsOf(client: Fields): AnyOptions {
    const { hooks, on_fail_open: onFailOpen, ...others } = client;
    const options = Object.fromEntries(
      Object.entries(others).map(([name, value]) => [
        CLIENT_NAMES[name] ?? camel(name),
        SECONDS.has(name) ? Number(value) * 1000 : value,
      ]),
    );
    if (hooks !== true && onFailOpen === undefined) return options;
    const told = (hook: string) => (notice: Fields) => {
      const fields = Object.entries(notice).map(([name, value]) => [
        snake(name),
        value instanceof Error ? neutralError(value) : value,
      ]);
      this.#hooks.push({ hook, ...(Object.fromEntries(fields) as Fields) });
    };
    const tellFailOpen = told('on_fail_open');
    return {
      ...options,
      onDuplicate: told('on_duplicate'),
      onRetry: told('on_retry'),
      onFailOpen: (notice: Fields) => {
        tellFailOpen(notice);
        return onFailOpen === undefined ? undefined : answerOf(onFailOpen as FunctionSpec, []);
      },
    };
  }

  /** Makes the step's call; what came of it, ready to be told. */
  async make(step: Step): Promise<Fields> {
    [this.#logged, this.#hooks, this.#fnCalls, this.#lostCalls] = [[], [], 0, 0];
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
    return { ...outcome, ...counts, elapsed_ms: elapsedMs, logged: this.#logged, hooks: this.#hooks };
  }

  close(): void {
    this.#client.close();
  }

  async #call({ call, args }: Step, signal: AbortSignal): Promise<unknown> {
    if (call === 'invoke') return this.#invoke(args);
    if (call === 'close') return this.#client.close();
    if (!(call in POSITIONS)) throw new Error(`no such verb: ${call}`);
    if (call === 'verify_dispatch') {
      return verifyDispatch(...(this.#argumentsOf(call, args, signal) as Parameters<typeof verifyDispatch>));
    }
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
    if (named['on_exception'] !== undefined) named['on_exception'] = onException(named['on_exception']);
    if (named['model'] === 'invoice') named['model'] = invoice;
    if (named['on_lease_lost'] !== undefined)
      named['on_lease_lost'] = this.#onLeaseLost(named['on_lease_lost'] as FunctionSpec);
    if (call === 'ai.run_fn' && named['on_lease_lost'] === undefined) named['on_lease_lost'] = this.#onLeaseLost({});
    const positions = POSITIONS[call] ?? [];
    const positioned = positions.map((name) => named[name]);
    const others = Object.entries(named).filter(([name]) => !positions.includes(name));
    return [...positioned, { ...camelFields(Object.fromEntries(others)), signal }];
  }

  #counted(spec: FunctionSpec): (context: LeaseContext) => unknown {
    if (spec.starts_lazily === true) return generating;
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
    const given = revived(args['args'] ?? []) as unknown[];
    const times = args['times_at_once'] as number | undefined;
    if (times === undefined) return fn(...given);
    return Promise.all(Array.from({ length: times }, () => outcomeOf(() => fn(...given))));
  }

  #decorated(name: string, decoration: Decoration): AnyFunction {
    try {
      return this.#wrapped(decoration, decoration.anonymous === true ? '' : name);
    } catch (error) {
      return () => Promise.reject(error);
    }
  }

  #wrapped({ decorator, options: fields, fn }: Decoration, name: string): AnyFunction {
    const options: AnyOptions = camelFields(fields);
    for (const option of ['keyFunc', 'keyFn', 'metadataFn', 'fingerprintFunc', 'onDuplicate']) {
      const spec = options[option];
      if (typeof spec === 'object') options[option] = (...args: unknown[]) => answerOf(spec as FunctionSpec, args);
    }
    if (options['onException'] !== undefined) options['onException'] = onException(options['onException']);
    if (options['model'] === 'invoice') options['model'] = invoice;
    options['onLeaseLost'] = this.#onLeaseLost(options['onLeaseLost'] ?? {});
    const work = this.#work(decorator, fn);
    if (work !== generating) Object.defineProperty(work, 'name', { value: name });
    if (decorator === 'idempotent') return idempotent(this.#client, work, options);
    return idempotentAi(this.#client, work, { ...options, passContext: true });
  }

  #work(decorator: string, fn: FunctionSpec): (...args: unknown[]) => unknown {
    if (fn.starts_lazily === true) return generating;
    return (...args: unknown[]) => {
      this.#fnCalls++;
      if (decorator === 'idempotent') return perform(fn, args);
      return perform(fn, args.slice(0, -1), args.at(-1) as LeaseContext);
    };
  }
}

/** The option as TypeScript has it: what FN throws is a FunctionError. */
function onException(option: unknown): unknown {
  if (typeof option === 'string') return option;
  const { release } = option as { release: string };
  return (error: unknown) => release === 'function' && error instanceof FunctionError;
}

/** Makes something while the process environment has these variables. */
function withEnvironment<T>(variables: Readonly<Record<string, string>>, make: () => T): T {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return make();
  } finally {
    process.env = before;
  }
}

async function outcomeOf(call: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: neutral(await call()) };
  } catch (error) {
    return { error: neutralError(error) };
  }
}
