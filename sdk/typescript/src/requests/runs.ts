import { type CallOptions, finite, given, runIdOf } from '../args.js';
import type { Request } from '../http.js';
import { flag, isObject, type JsonObject, number, object, objectOf, text } from '../read.js';
import type { AiRun, AiToolResult } from '../results.js';
import { metadataOf, toJson } from '../values.js';
import { acquireBody, type AcquireOptions, unlessFailed } from './leases.js';

/** A run that the server carries out in the background, once for its key. */
export interface KeyedRunOptions extends AcquireOptions, CallOptions {
  key: string;
  /** Seconds; default and maximum come from the plan, the minimum is 10. */
  ttl?: number | undefined;
  /** The worker understands `run_id`, `agent_id`, `actions` and `dry_run`. */
  metadata?: unknown;
  /** Sent as `metadata.run_id`. */
  runId?: string | undefined;
  agentId?: undefined;
  tool?: undefined;
  args?: undefined;
  spendUsd?: undefined;
}

/** A governed tool call, answered when the tool has answered. */
export interface ToolRunOptions extends CallOptions {
  agentId: string;
  tool: string;
  args?: JsonObject | undefined;
  /** What the call costs in US dollars, counted against the agent's daily budget. */
  spendUsd?: number | undefined;
  /** Sent as `args.run_id`; the call then shows in that run's timeline. */
  runId?: string | undefined;
  key?: undefined;
}

export interface RunToolOptions extends Omit<ToolRunOptions, 'key'> {
  /** What makes two calls of the agent and tool the same one, instead of equal `args`. */
  idempotencyKey?: string | undefined;
  /** Whether it is only decided what would be done; default false. */
  dryRun?: boolean | undefined;
}

export type RunOptions = KeyedRunOptions | ToolRunOptions;

export function isToolRun(options: RunOptions): options is ToolRunOptions {
  const { key, agentId, tool } = options;
  const isTool = agentId !== undefined && tool !== undefined;
  if (isTool === (key !== undefined) || (!isTool && (agentId !== undefined || tool !== undefined))) {
    throw new TypeError('ai.run must have either a key, or an agentId and a tool');
  }
  return isTool;
}

export function keyedRunRequest(options: KeyedRunOptions): Request<AiRun> {
  return {
    method: 'POST',
    path: '/ai/run',
    body: acquireBody(options.key, options.ttl, withRunId(metadataOf(options.metadata), options.runId), options),
    attemptId: true,
    parse: (reply) => runOf(objectOf(reply, options.key), options.key),
  };
}

export function toolRequest(options: RunToolOptions): Request<AiToolResult> {
  const args = toJson(options.args ?? {});
  if (!isObject(args)) throw new TypeError('args must be an object');
  return {
    method: 'POST',
    path: '/ai/run',
    body: {
      agent_id: given('agentId', options.agentId),
      tool: given('tool', options.tool),
      args: withRunId(args, options.runId),
      spend_usd: finite('spendUsd', options.spendUsd),
      idempotency_key: options.idempotencyKey,
      dry_run: options.dryRun === true ? true : undefined,
    },
    attemptId: true,
    parse: (reply) => toolResultOf(objectOf(reply)),
  };
}

function withRunId(into: JsonObject | undefined, runId: string | undefined): JsonObject | undefined {
  return runId === undefined ? into : { ...into, run_id: runIdOf(runId) };
}

function runOf(body: JsonObject, key: string): AiRun {
  return {
    ok: unlessFailed(body),
    status: text(body, 'status'),
    key: text(body, 'key') ?? key,
    leaseId: text(body, 'lease_id'),
    version: number(body, 'version'),
    ttl: number(body, 'ttl'),
    ttlLeft: number(body, 'ttl_left'),
    firstSeenAt: text(body, 'first_seen_at'),
    charged: number(body, 'charged'),
    usage: number(body, 'usage'),
    limit: number(body, 'limit'),
    retryAfterSec: number(body, 'retry_after_sec'),
    doneAt: text(body, 'done_at'),
    errorCode: text(body, 'error_code'),
    resultHash: text(body, 'result_hash'),
    result: object(body, 'result'),
    fence: number(body, 'fence'),
    replayed: flag(body, 'replayed') ?? false,
    raw: body,
  };
}

function toolResultOf(body: JsonObject): AiToolResult {
  return {
    ok: flag(body, 'ok'),
    allowed: flag(body, 'allowed') ?? false,
    decision: text(body, 'decision'),
    policyReason: text(body, 'policy_reason'),
    riskLevel: text(body, 'risk_level'),
    result: object(body, 'result'),
    policyVersion: text(body, 'policy_version'),
    callId: text(body, 'call_id'),
    replayed: flag(body, 'replayed') ?? false,
    raw: body,
  };
}
