/*
 * Answers that are handed out as the JSON objects they are. The fields that the API documents are named; what a later
 * server adds is in the object too.
 */

type Extensible = Readonly<Record<string, unknown>>;

/** Of `releaseLock`. */
export interface ReleaseBody extends Extensible {
  readonly ok: boolean;
  readonly status: string;
  readonly key: string;
}

/** Of `ai.lease`. */
export interface LeaseBody extends Extensible {
  readonly ok: boolean;
  readonly status: string;
  readonly key: string;
  readonly lease_id: string | null;
  readonly version: number;
  readonly ttl: number | null;
  readonly ttl_left: number | null;
  readonly first_seen_at: string | null;
  readonly done_at: string | null;
  readonly result_hash: string | null;
  readonly error_code: string | null;
  readonly retry_after_sec: number | null;
  readonly usage: number | null;
  readonly limit: number | null;
  readonly charged: number | null;
  readonly fence?: number;
  readonly replayed?: boolean;
}

/** Of `ai.extend`, `ai.complete`, `ai.fail` and `ai.cancel`. */
export interface LeaseChangeBody extends Extensible {
  readonly ok: boolean;
  readonly status: string;
  readonly key: string;
  readonly version: number;
  /** Of `ai.extend` only. */
  readonly ttl?: number;
}

/** Of `me`. */
export interface ProfileBody extends Extensible {
  readonly plan: string;
  readonly email: string | null;
  readonly is_active: boolean;
  readonly current_period_end: string | null;
  readonly key_preview: string;
}

/** Of `updateNotifications`: all three as they are now. */
export interface NotificationsBody extends Extensible {
  readonly email_notifications_enabled: boolean;
  readonly tool_error_notifications_enabled: boolean;
  readonly run_failure_notifications_enabled: boolean;
}

/** Of `usage`. */
export interface UsageBody extends Extensible {
  readonly plan: string;
  /** `YYYY-MM`, UTC. */
  readonly month: string;
  readonly usage: number;
  readonly limit: number | null;
  readonly requests_total_month: number;
  readonly blocked_total_month: number;
}

/** One kind of usage in the answer of `usageAll`. */
export interface UsageKindBody extends Extensible {
  readonly usage: number;
  readonly limit: number | null;
  readonly requests_total_month: number;
  readonly blocked_total_month: number;
  readonly charged_total_month: number;
  readonly polling_total_month: number;
}

/** Of `usageAll`. */
export interface AllUsageBody extends Extensible {
  readonly plan: string;
  readonly month: string;
  readonly make: UsageKindBody;
  readonly ai: UsageKindBody;
}

/** One day of `metrics`. */
export interface MetricsDayBody extends Extensible {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
}

/** One item of the recent feed. */
export interface FeedEventBody extends Extensible {
  /** Unix seconds. */
  readonly ts: number;
  readonly type: string;
  readonly key?: string;
  readonly lease_id?: string;
}

/** Of `events`: a list, newest first. */
export interface EventList extends Array<FeedEventBody> {
  /** Always absent; code written for the published client asks for it. */
  readonly items?: readonly FeedEventBody[];
}

/** Of `postEvent`. */
export interface EventBody extends Extensible {
  readonly ok: boolean;
  readonly event_id: number;
  readonly run_id: string;
}

/** Part of `listRuns`. */
export interface RunBody extends Extensible {
  readonly run_id: string;
  readonly last_ts: number;
  readonly last_type: string;
  readonly events_count: number;
}

/** Of `listRuns`: `total` counts all that match. */
export interface RunListBody extends Extensible {
  readonly total: number;
  readonly items: readonly RunBody[];
}

/** Part of `getRunTimeline`. */
export interface RunEventBody extends Extensible {
  readonly id: number;
  readonly run_id: string;
  readonly ts: number;
  readonly type: string;
}

/** Of `getRunTimeline`: oldest first. */
export interface TimelineBody extends Extensible {
  readonly run_id: string;
  readonly total: number;
  readonly events: readonly RunEventBody[];
}

/** Of `gov.evaluate`. */
export interface EvaluationBody extends Extensible {
  readonly allowed: boolean;
  readonly decision: string;
  readonly policy_reason: string;
  readonly risk_level: string;
}

/** A registered tool. Its secret is never sent back. */
export interface ToolBody extends Extensible {
  readonly name: string;
  readonly scope_id: string;
  readonly url: string;
  readonly timeout_ms: number;
  readonly max_retries: number;
  readonly enabled: boolean;
  readonly description: string | null;
  readonly has_secret: boolean;
}

/** Of `gov.deletePolicy` and `gov.deleteTool`. */
export interface DeletedBody extends Extensible {
  readonly ok: boolean;
  readonly deleted: boolean;
}

/** An agent that has been seen, and its numbers of today. */
export interface AgentBody extends Extensible {
  readonly agent_id: string;
  readonly is_enabled: boolean;
  readonly disabled_reason: string | null;
  readonly disabled_at: string | null;
}

/** A governed call that has reserved something. */
export interface CallBody extends Extensible {
  readonly call_id: string;
  readonly agent_id: string;
  readonly tool: string;
  /** `reserved`, `executed`, `failed` or `unknown`. */
  readonly state: string;
}

/** Of `gov.listCalls`: newest first; `total` counts all that match. */
export interface CallListBody extends Extensible {
  readonly total: number;
  readonly items: readonly CallBody[];
}
