import { Ai, type RunAndWaitOptions } from './ai.js';
import { addAsyncAliases, type AsyncAliases } from './aliases.js';
import { type CallOptions, flagOf } from './args.js';
import type * as bodies from './bodies.js';
import type { ApiError, OnceOnlyError } from './errors.js';
import { Gov } from './gov.js';
import { Http } from './http.js';
import { type ClientOptions, settingsOf } from './options.js';
import { acquireAndRun } from './runFn.js';
import { wordsOf } from './words.js';
import { share } from './shared.js';
import * as account from './requests/account.js';
import type { EventOptions, NotificationOptions } from './requests/account.js';
import * as locks from './requests/locks.js';
import type { CheckLockOptions, LockItem } from './requests/locks.js';
import type { KeyedRunOptions, RunOptions, ToolRunOptions } from './requests/runs.js';
import { type AiResult, type AiRun, type AiToolResult, CheckLockResult } from './results.js';

class ClientVerbs {
  /** Runs, leases and governed tool calls. */
  readonly ai: Ai;
  /** Policies, tools, agents and calls. */
  readonly gov: Gov;
  readonly #http: Http;

  /** Throws a TypeError for options that can't be right. No connection is made yet. */
  constructor(options: ClientOptions = {}) {
    this.#http = new Http(settingsOf(options));
    this.ai = new Ai(this.#http);
    this.gov = new Gov(this.#http);
    const http = this.#http;
    share(this, {
      settings: http.settings,
      callHook: (name, call) => {
        http.callHook(name, call);
      },
      run: (key, fn, options) => acquireAndRun(http, key, fn, options),
    });
  }

  /**
   * Asks whether this caller is the first one for the key within the TTL.
   *
   * When the server is away this fails open unless told otherwise: the result says `locked`, a warning is logged, and
   * **the action runs unprotected**. See `failOpen` for turning that off.
   */
  async checkLock(options: CheckLockOptions): Promise<CheckLockResult> {
    flagOf('failOpen', options.failOpen);
    const result = await this.#lock(options);
    if (result.duplicate) this.#tellDuplicate(result);
    return result;
  }

  async #lock(options: CheckLockOptions): Promise<CheckLockResult> {
    try {
      return await this.#http.send(locks.checkLockRequest(options), { signal: options.signal });
    } catch (error) {
      if (options.signal?.aborted === true && error === options.signal.reason) throw error;
      const duplicate = locks.duplicateIn(error, options.key);
      if (duplicate !== undefined) return duplicate;
      return this.#failOpen(options, error);
    }
  }

  /** The result of a lock that goes ahead without an answer; throws the error again when it must not. */
  async #failOpen(options: CheckLockOptions, error: unknown): Promise<CheckLockResult> {
    const { failOpen, failOpenForbidden, hooks, logger } = this.#http.settings;
    const reason = locks.failOpenReason(error);
    if (failOpenForbidden || !(options.failOpen ?? failOpen) || reason === undefined) throw error;
    const cause = error as OnceOnlyError;
    try {
      if ((await hooks.onFailOpen?.({ key: options.key, reason, cause })) === false) throw cause;
    } catch (refusal) {
      if (refusal !== cause) logger.warn(`OnceOnly: onFailOpen has thrown, so nothing goes ahead: ${wordsOf(refusal)}`);
      throw cause;
    }
    logger.warn(locks.failOpenWarning(options.key, reason, cause));
    return locks.failedOpen(options, reason);
  }

  #tellDuplicate({ key, firstSeenAt, requestId }: CheckLockResult): void {
    const { onDuplicate } = this.#http.settings.hooks;
    if (onDuplicate === undefined) return;
    this.#http.callHook('onDuplicate', () => onDuplicate({ key, firstSeenAt, requestId }));
  }

  /** Locks up to 1,000 keys at once. Answers in their order; an item that was refused has its error instead. */
  async checkLockBatch(items: readonly LockItem[], options: CallOptions = {}): Promise<(CheckLockResult | ApiError)[]> {
    const results = await this.#http.send(locks.batchRequest(items), options);
    for (const result of results)
      if (result instanceof CheckLockResult && result.duplicate) this.#tellDuplicate(result);
    return results;
  }

  /** Frees a key before its TTL has run out, for the one who has locked it. */
  async releaseLock(key: string, lockId: string, options: CallOptions = {}): Promise<bodies.ReleaseBody> {
    return this.#http.send(locks.releaseRequest(key, lockId), options);
  }

  async me(options: CallOptions = {}): Promise<bodies.ProfileBody> {
    return this.#http.send(account.meRequest(), options);
  }

  async updateNotifications(options: NotificationOptions): Promise<bodies.NotificationsBody> {
    return this.#http.send(account.notificationsRequest(options), options);
  }

  /** Usage of this month: `make` counts blocked duplicates, `ai` acquired work. */
  async usage(kind = 'make', options: CallOptions = {}): Promise<bodies.UsageBody> {
    return this.#http.send(account.usageRequest(kind), options);
  }

  async usageAll(options: CallOptions = {}): Promise<bodies.AllUsageBody> {
    return this.#http.send(account.usageAllRequest(), options);
  }

  /** One row for each UTC day, both included; days are `YYYY-MM-DD`. */
  async metrics(fromDay: string, toDay: string, options: CallOptions = {}): Promise<bodies.MetricsDayBody[]> {
    return this.#http.send(account.metricsRequest(fromDay, toDay), options);
  }

  /** The recent feed, newest first. */
  async events(limit = 50, offset = 0, options: CallOptions = {}): Promise<bodies.EventList> {
    return this.#http.send(account.eventsRequest(limit, offset), options);
  }

  /** Writes an event into a run's timeline. Repeated only when the server has certainly not taken it. */
  async postEvent(options: EventOptions): Promise<bodies.EventBody> {
    return this.#http.send(account.postEventRequest(options), options);
  }

  /** Runs, the one with the latest event first; `q` is the beginning of their ids. */
  async listRuns(limit = 50, offset = 0, q?: string, options: CallOptions = {}): Promise<bodies.RunListBody> {
    return this.#http.send(account.listRunsRequest(limit, offset, q), options);
  }

  /** A run's events, oldest first. */
  async getRunTimeline(
    runId: string,
    limit = 200,
    offset = 0,
    options: CallOptions = {},
  ): Promise<bodies.TimelineBody> {
    return this.#http.send(account.timelineRequest(runId, limit, offset), options);
  }

  /** The same as `ai.run`. */
  aiRun(options: KeyedRunOptions): Promise<AiRun>;
  aiRun(options: ToolRunOptions): Promise<AiToolResult>;
  aiRun(options: RunOptions): Promise<AiRun | AiToolResult>;
  async aiRun(options: RunOptions): Promise<AiRun | AiToolResult> {
    return this.ai.run(options);
  }

  /** The same as `ai.runAndWait`. */
  aiRunAndWait(options: RunAndWaitOptions): Promise<AiResult>;
  aiRunAndWait(options: ToolRunOptions): Promise<AiToolResult>;
  aiRunAndWait(options: RunAndWaitOptions | ToolRunOptions): Promise<AiResult | AiToolResult>;
  async aiRunAndWait(options: RunAndWaitOptions | ToolRunOptions): Promise<AiResult | AiToolResult> {
    return this.ai.runAndWait(options);
  }

  /** Ends all calls with a ClientClosedError, and refuses further ones. May be called again. */
  close(): void {
    this.#http.close();
  }

  /** The same as {@link close}. */
  aclose(): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

addAsyncAliases(ClientVerbs.prototype, ['close', 'aclose']);

/** A client of one OnceOnly server. Any number of calls may run at once. Each method has an `…Async` alias. */
export class OnceOnly extends ClientVerbs {}

export interface OnceOnly extends AsyncAliases<Omit<ClientVerbs, 'aclose'>> {}

/** The same as `new OnceOnly(options)`. */
export function createClient(options: ClientOptions = {}): OnceOnly {
  return new OnceOnly(options);
}
