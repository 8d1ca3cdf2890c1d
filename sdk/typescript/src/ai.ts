import { addAsyncAliases, type AsyncAliases } from './aliases.js';
import type { CallOptions } from './args.js';
import type { LeaseBody, LeaseChangeBody } from './bodies.js';
import type { Http } from './http.js';
import { checkModel, type Model, withValue } from './model.js';
import * as leases from './requests/leases.js';
import type { AcquireOptions } from './requests/leases.js';
import { isToolRun, type KeyedRunOptions, keyedRunRequest, type RunOptions } from './requests/runs.js';
import { type RunToolOptions, type ToolRunOptions, toolRequest } from './requests/runs.js';
import type { AiResult, AiRun, AiStatus, AiToolResult } from './results.js';
import { runFn } from './runFn.js';
import type { LeasedFunction, RunFnOptions } from './runFnOptions.js';
import { endOfWaiting, waitFor, type WaitOptions, type WaitTimes } from './waiting.js';

export interface LeaseOptions extends AcquireOptions, CallOptions {}

/** Of `ai.status`. */
export interface ReadOptions extends CallOptions {
  /** Seconds, at most 60, for which the server holds its answer while the key is in progress. */
  wait?: number | undefined;
}

/** Of `ai.result`. */
export interface ResultOptions<Value> extends ReadOptions {
  /** Makes `value` of the stored result: an object with a `parse`, such as a zod schema, or a function. */
  model?: Model<Value> | undefined;
}

export interface RunAndWaitOptions extends KeyedRunOptions, WaitTimes {
  /** Whether the lease is extended meanwhile, when this call has acquired it; default true. */
  autoExtend?: boolean | undefined;
  /** Seconds between extends; default 30. */
  extendEvery?: number | undefined;
}

class AiVerbs {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /**
   * With a key: has the server carry out a run in the background, once for its key, and answers how it stands. With an
   * agent and a tool: as {@link runTool}.
   */
  run(options: KeyedRunOptions): Promise<AiRun>;
  run(options: ToolRunOptions): Promise<AiToolResult>;
  run(options: RunOptions): Promise<AiRun | AiToolResult>;
  async run(options: RunOptions): Promise<AiRun | AiToolResult> {
    const request = isToolRun(options) ? toolRequest(options) : keyedRunRequest(options);
    return this.#http.send<AiRun | AiToolResult>(request, { signal: options.signal });
  }

  /**
   * Starts a keyed run or attaches to it, and waits for its end; `timeout` covers both. A run that somebody has ended
   * meanwhile, or that was given up, is `not_found`. With an agent and a tool: as {@link run}.
   */
  runAndWait(options: RunAndWaitOptions): Promise<AiResult>;
  runAndWait(options: ToolRunOptions): Promise<AiToolResult>;
  runAndWait(options: RunAndWaitOptions | ToolRunOptions): Promise<AiResult | AiToolResult>;
  async runAndWait(options: RunAndWaitOptions | ToolRunOptions): Promise<AiResult | AiToolResult> {
    if (isToolRun(options)) return this.run(options);
    const { key, signal, pollMin, pollMax, autoExtend, extendEvery } = options;
    const endsAt = endOfWaiting(this.#http, options);
    const run = await this.#http.send(keyedRunRequest(options), { signal, deadlineAt: endsAt });
    if (run.status === 'completed' || run.status === 'failed') {
      return this.#http.send(leases.resultRequest(key, undefined), { signal, deadlineAt: endsAt });
    }
    // Only the acquirer extends: a waiter must not keep the lease of a dead owner alive.
    const leaseId = run.status === 'acquired' ? (run.leaseId ?? undefined) : undefined;
    const waiting = { pollMin, pollMax, leaseId, autoExtend, extendEvery, signal };
    return waitFor(this.#http, key, waiting, { endsAt, endsWithoutOwner: true });
  }

  /**
   * Has a tool called in the name of an agent, if its policy and budget allow it. A call that is blocked is no error;
   * one whose tool has failed is an ApiError with code `tool_error`, which is never repeated by itself.
   */
  async runTool(options: RunToolOptions): Promise<AiToolResult> {
    return this.#http.send(toolRequest(options), { signal: options.signal });
  }

  /**
   * Runs a function of yours once for the key, whoever else tries, and stores its value: objects as they are, nothing
   * as no result, everything else as `{"data": value}`. While it runs, and until its outcome is recorded, its lease is
   * extended.
   *
   * Whoever comes later gets the stored result; who comes meanwhile waits for it, and takes over when the owner has died.
   * When the function throws, the key is stored as failed and the same error is thrown again; see `onException`. Throws a
   * LeaseLostError when another has got the key meanwhile; the function is told by `context.signal`. Throws a
   * ResultNotRecordedError when the function has returned and the server could not be told until the lease's end.
   */
  async runFn<Value = unknown>(
    key: string,
    fn: LeasedFunction,
    options: RunFnOptions<Value> = {},
  ): Promise<AiResult<Value>> {
    return runFn(this.#http, key, fn, options);
  }

  /** Acquires the key, or tells how it stands. */
  async lease(key: string, ttl?: number, metadata?: unknown, options: LeaseOptions = {}): Promise<LeaseBody> {
    return this.#http.send(leases.leaseRequest(key, ttl, metadata, options), options);
  }

  async status(key: string, options: ReadOptions = {}): Promise<AiStatus> {
    return this.#http.send(leases.statusRequest(key, options.wait), this.#reading(options));
  }

  async result<Value = unknown>(key: string, options: ResultOptions<Value> = {}): Promise<AiResult<Value>> {
    checkModel(options.model);
    const found = await this.#http.send(leases.resultRequest(key, options.wait), this.#reading(options));
    return withValue(found, options.model);
  }

  /** Waits until the key is completed or failed; see {@link WaitTimes.timeout} for what happens when it is not. */
  async wait(key: string, options: WaitOptions = {}): Promise<AiResult> {
    return waitFor(this.#http, key, options);
  }

  /** Counts the lease's TTL again from now. */
  async extend(key: string, leaseId: string, ttl?: number, options: CallOptions = {}): Promise<LeaseChangeBody> {
    return this.#http.send(leases.extendRequest(key, leaseId, ttl), options);
  }

  /** Ends the lease with a result: objects as they are, everything else as `{"data": value}`. */
  async complete(
    key: string,
    leaseId: string,
    result?: unknown,
    resultHash?: string,
    options: CallOptions = {},
  ): Promise<LeaseChangeBody> {
    return this.#http.send(leases.completeRequest(key, leaseId, result, resultHash), options);
  }

  async fail(
    key: string,
    leaseId: string,
    errorCode: string,
    errorHash?: string,
    options: CallOptions = {},
  ): Promise<LeaseChangeBody> {
    return this.#http.send(leases.failRequest(key, leaseId, errorCode, errorHash), options);
  }

  /** Ends the lease as failed, with error code `canceled` or `canceled:<reason>`. */
  async cancel(key: string, leaseId: string, reason?: string, options: CallOptions = {}): Promise<LeaseChangeBody> {
    return this.#http.send(leases.cancelRequest(key, leaseId, reason), options);
  }

  /** A request that the server holds takes so much longer. */
  #reading(options: ReadOptions): { signal: AbortSignal | undefined; timeoutMs: number } {
    return { signal: options.signal, timeoutMs: this.#http.settings.timeoutMs + 1000 * (options.wait ?? 0) };
  }
}

addAsyncAliases(AiVerbs.prototype);

/** Runs, leases and governed tool calls: `client.ai`. Each method has an `…Async` alias. */
export class Ai extends AiVerbs {}

export interface Ai extends AsyncAliases<AiVerbs> {}
