import { type CallOptions, finite, given, pathPart, query, runIdOf } from '../args.js';
import type {
  AllUsageBody,
  EventBody,
  EventList,
  MetricsDayBody,
  NotificationsBody,
  ProfileBody,
  RunListBody,
  TimelineBody,
  UsageBody,
} from '../bodies.js';
import type { Request } from '../http.js';
import { isObject, type JsonObject, listOf, objectOf } from '../read.js';
import { toJson } from '../values.js';

/** Which mails are sent; at least one must be given, and the others stay as they are. */
export interface NotificationOptions extends CallOptions {
  emailNotificationsEnabled?: boolean | undefined;
  toolErrorNotificationsEnabled?: boolean | undefined;
  runFailureNotificationsEnabled?: boolean | undefined;
}

/** Something that happened in a run. */
export interface EventOptions extends CallOptions {
  /** Trimmed; not blank. */
  runId: string;
  /** Such as `run_started`, `agent_step`, `tool_call`, `tool_result`, `run_finished`, or a word of yours. */
  type: string;
  /** Unix seconds; default now. */
  ts?: number | undefined;
  status?: string | undefined;
  durationMs?: number | undefined;
  step?: string | undefined;
  tool?: string | undefined;
  reqId?: string | undefined;
  leaseId?: string | undefined;
  agentId?: string | undefined;
  message?: string | undefined;
  data?: JsonObject | undefined;
  /** Further fields of the event, which the server may come to know. They don't replace those above. */
  extra?: JsonObject | undefined;
}

export function meRequest(): Request<ProfileBody> {
  return get('/me', 'object');
}

export function notificationsRequest(options: NotificationOptions): Request<NotificationsBody> {
  const body = {
    email_notifications_enabled: options.emailNotificationsEnabled,
    tool_error_notifications_enabled: options.toolErrorNotificationsEnabled,
    run_failure_notifications_enabled: options.runFailureNotificationsEnabled,
  };
  if (Object.values(body).every((each) => each === undefined)) {
    throw new TypeError('updateNotifications must have at least one of its flags');
  }
  return { method: 'POST', path: '/me/notifications', body, parse: (reply) => objectOf(reply) as NotificationsBody };
}

export function usageRequest(kind: string): Request<UsageBody> {
  return get(`/usage${query({ kind: given('kind', kind) })}`, 'object');
}

export function usageAllRequest(): Request<AllUsageBody> {
  return get('/usage/all', 'object');
}

export function metricsRequest(fromDay: string, toDay: string): Request<MetricsDayBody[]> {
  return get(`/metrics${query({ from_day: given('fromDay', fromDay), to_day: given('toDay', toDay) })}`, 'list');
}

export function eventsRequest(limit: number, offset: number): Request<EventList> {
  return get(`/events${page(limit, offset)}`, 'list');
}

export function postEventRequest(options: EventOptions): Request<EventBody> {
  const extra = toJson(options.extra ?? {});
  const data = toJson(options.data);
  if (!isObject(extra) || (data !== undefined && !isObject(data))) {
    throw new TypeError('data and extra must be objects');
  }
  const body: JsonObject = {
    ...extra,
    run_id: runIdOf(options.runId),
    type: given('type', options.type),
    ts: finite('ts', options.ts),
    status: options.status,
    duration_ms: finite('durationMs', options.durationMs),
    step: options.step,
    tool: options.tool,
    req_id: options.reqId,
    lease_id: options.leaseId,
    agent_id: options.agentId,
    message: options.message,
    data,
  };
  return {
    method: 'POST',
    path: '/events',
    body,
    // An event has no key that would tell a second one from the first one again.
    repeat: 'refused',
    parse: (reply) => objectOf(reply) as EventBody,
  };
}

export function listRunsRequest(limit: number, offset: number, q: string | undefined): Request<RunListBody> {
  return get(`/runs${page(limit, offset, { q })}`, 'object');
}

export function timelineRequest(runId: string, limit: number, offset: number): Request<TimelineBody> {
  return get(`/runs/${pathPart('runId', runIdOf(runId))}${page(limit, offset)}`, 'object');
}

/** The query of a page of a list. */
export function page(limit: number, offset: number, more: Record<string, string | undefined> = {}): string {
  return query({ ...more, limit: finite('limit', limit), offset: finite('offset', offset) });
}

/** A request that only reads. */
export function get<T>(path: string, shape: 'object' | 'list'): Request<T> {
  return {
    method: 'GET',
    path,
    parse: (reply) => (shape === 'list' ? listOf(reply) : objectOf(reply)) as T,
  };
}
