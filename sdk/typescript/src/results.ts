import type { JsonObject } from './read.js';

/*
 * What the verbs answer. A field that the server did not send is null; unknown statuses are kept as they are, and `raw`
 * is the whole answer with all that the server may add later.
 */

/** Fields of a {@link CheckLockResult}. */
export interface CheckLockFields {
  locked: boolean;
  duplicate: boolean;
  key: string;
  ttl: number | null;
  firstSeenAt: string | null;
  requestId: string | null;
  statusCode: number;
  lockId: string | null;
  fence: number | null;
  replayed: boolean;
  failedOpen: boolean;
  raw: JsonObject;
}

/** Whether the caller goes ahead. */
export class CheckLockResult implements Readonly<CheckLockFields> {
  /** This caller is the first one: go ahead. Also true when check-lock has failed open. */
  readonly locked: boolean;
  /** Another caller was first, and its TTL has not run out: do nothing. */
  readonly duplicate: boolean;
  readonly key: string;
  /** Seconds for which the lock holds. */
  readonly ttl: number | null;
  /** ISO-8601 instant of the first caller; only at a duplicate. */
  readonly firstSeenAt: string | null;
  /** `X-Request-Id`, or `fail-open`. */
  readonly requestId: string | null;
  /** HTTP status; 0 when check-lock has failed open. */
  readonly statusCode: number;
  /** What `releaseLock` wants. */
  readonly lockId: string | null;
  /** Grows from owner to owner: a receiver that has seen a larger one refuses. Below 2^53. */
  readonly fence: number | null;
  /** Whether this is the answer of an earlier attempt of the same call, whose reply was lost. */
  readonly replayed: boolean;
  /** Whether the server was not reached, so that **the action runs unprotected**. */
  readonly failedOpen: boolean;
  readonly raw: JsonObject;

  constructor(fields: CheckLockFields) {
    this.locked = fields.locked;
    this.duplicate = fields.duplicate;
    this.key = fields.key;
    this.ttl = fields.ttl;
    this.firstSeenAt = fields.firstSeenAt;
    this.requestId = fields.requestId;
    this.statusCode = fields.statusCode;
    this.lockId = fields.lockId;
    this.fence = fields.fence;
    this.replayed = fields.replayed;
    this.failedOpen = fields.failedOpen;
    this.raw = fields.raw;
  }

  /** Whether the action is to be done. */
  shouldProceed(): boolean {
    return this.locked && !this.duplicate;
  }

  isDuplicate(): boolean {
    return this.duplicate;
  }
}

/** What a keyed run or a lease came to when it was asked for. */
export interface AiRun {
  /** Never true when the status is `failed`. */
  readonly ok: boolean | null;
  /** `acquired`, `polling`, `completed`, `failed`, or what a later server says. */
  readonly status: string | null;
  readonly key: string;
  /** Of the owner, whoever that is. */
  readonly leaseId: string | null;
  readonly version: number | null;
  /** Seconds, as are `ttlLeft` and `retryAfterSec`. */
  readonly ttl: number | null;
  readonly ttlLeft: number | null;
  readonly firstSeenAt: string | null;
  readonly charged: number | null;
  readonly usage: number | null;
  readonly limit: number | null;
  readonly retryAfterSec: number | null;
  readonly doneAt: string | null;
  readonly errorCode: string | null;
  readonly resultHash: string | null;
  readonly result: JsonObject | null;
  readonly fence: number | null;
  readonly replayed: boolean;
  readonly raw: JsonObject;
}

/** How a key stands. */
export interface AiStatus {
  /** Never true when the status is `failed`. */
  readonly ok: boolean | null;
  /** `in_progress`, `completed`, `failed`, `not_found`, or what a later server says. */
  readonly status: string | null;
  readonly key: string;
  readonly leaseId: string | null;
  readonly version: number | null;
  readonly ttlLeft: number | null;
  readonly firstSeenAt: string | null;
  readonly retryAfterSec: number | null;
  readonly doneAt: string | null;
  readonly errorCode: string | null;
  readonly resultHash: string | null;
  readonly fence: number | null;
  readonly raw: JsonObject;
}

/** What became of a key; `Value` is what a `model` has made of its result. */
export interface AiResult<Value = unknown> {
  /** Whether the status is `completed`. */
  readonly ok: boolean;
  /** `completed`, `failed`, `in_progress`, `not_found`, or what a later server says. */
  readonly status: string | null;
  readonly key: string;
  readonly result: JsonObject | null;
  readonly resultHash: string | null;
  /**
   * `timeout`, `not_acquired` and `missing_lease_id` are local: they say nothing about the run itself. So is `not_found`
   * of `ai.runAndWait`: somebody has ended the run, or it was given up.
   */
  readonly errorCode: string | null;
  readonly doneAt: string | null;
  /** `result`, with `{"data": …}` unwrapped, as the model gives it; null without a model or without a result. */
  readonly value: Value | null;
  readonly raw: JsonObject;
}

/** The decision on a governed tool call, and the tool's answer. */
export interface AiToolResult {
  readonly ok: boolean | null;
  readonly allowed: boolean;
  /** `executed`, `blocked`, `dedup`, `dry_run`, or what a later server says. */
  readonly decision: string | null;
  readonly policyReason: string | null;
  readonly riskLevel: string | null;
  readonly result: JsonObject | null;
  readonly policyVersion: string | null;
  readonly callId: string | null;
  readonly replayed: boolean;
  readonly raw: JsonObject;
}

/** An agent's limits and lists as they are stored. */
export interface Policy {
  readonly agentId: string | null;
  /** The stored document. */
  readonly policy: JsonObject;
  readonly allowedTools: string[] | null;
  readonly blockedTools: string[] | null;
  readonly maxActionsPerHour: number | null;
  readonly maxSpendUsdPerDay: number | null;
  readonly maxCallsPerTool: Record<string, number> | null;
  readonly pricingRules: JsonObject[] | null;
  readonly raw: JsonObject;
}

/** Whether an agent may act. */
export interface AgentStatus {
  readonly agentId: string | null;
  readonly isEnabled: boolean | null;
  /** The same as `isEnabled`. */
  readonly enabled: boolean | null;
  readonly disabledReason: string | null;
  readonly disabledAt: string | null;
  readonly raw: JsonObject;
}

/** One decision in an agent's audit log. */
export interface AgentLogItem {
  /** Unix seconds. */
  readonly ts: number | null;
  readonly agentId: string | null;
  readonly tool: string | null;
  readonly allowed: boolean | null;
  readonly decision: string | null;
  /** `reason` where the server has sent only that. */
  readonly policyReason: string | null;
  readonly reason: string | null;
  readonly riskLevel: string | null;
  readonly argsHash: string | null;
  readonly spendUsd: number | null;
  readonly raw: JsonObject;
}

/** What an agent did in a period that ends now. */
export interface AgentMetrics {
  readonly agentId: string | null;
  readonly period: string | null;
  readonly totalActions: number | null;
  readonly blockedActions: number | null;
  readonly totalSpendUsd: number | null;
  readonly topTools: JsonObject[] | null;
  readonly raw: JsonObject;
}
