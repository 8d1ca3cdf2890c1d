import { finite, given, pathPart, query } from '../args.js';
import type { AgentBody, CallBody, CallListBody, DeletedBody, EvaluationBody, ToolBody } from '../bodies.js';
import type { Request } from '../http.js';
import { flag, isObject, type JsonObject, listOf, number, object, objectOf, objects, text, texts } from '../read.js';
import type { AgentLogItem, AgentMetrics, AgentStatus, Policy } from '../results.js';
import { toJson } from '../values.js';
import { get, page } from './account.js';

/** An agent's limits and lists, by their names on the wire. Storing it replaces the one before. */
export interface PolicyDocument {
  agent_id?: string | undefined;
  allowed_tools?: readonly string[] | undefined;
  blocked_tools?: readonly string[] | undefined;
  max_actions_per_hour?: number | undefined;
  max_spend_usd_per_day?: number | undefined;
  /** By tool, for each day. */
  max_calls_per_tool?: Readonly<Record<string, number>> | undefined;
  pricing_rules?: readonly { readonly tool: string; readonly price_usd: number }[] | undefined;
  [field: string]: unknown;
}

/** A tool to be registered, by its names on the wire. Registering it again replaces it. */
export interface ToolDocument {
  name: string;
  /** `global` or `agent:<agent id>`. */
  scope_id?: string | undefined;
  url: string;
  /** The secret has at least 8 characters and is never sent back. */
  auth: { type: string; secret: string; [field: string]: unknown };
  timeout_ms?: number | undefined;
  max_retries?: number | undefined;
  enabled?: boolean | undefined;
  description?: string | undefined;
  [field: string]: unknown;
}

export function upsertPolicyRequest(policy: PolicyDocument, agentId: string | undefined): Request<Policy> {
  const document = documentOf('policy', policy);
  const id = agentId ?? policy.agent_id;
  return {
    method: 'POST',
    path: `/policies/${pathPart('agent_id', id)}`,
    body: { ...document, agent_id: id },
    parse: (reply) => policyOf(objectOf(reply)),
  };
}

export function templateRequest(agentId: string, template: string, overrides: PolicyDocument): Request<Policy> {
  return {
    method: 'POST',
    path: `/policies/${pathPart('agentId', agentId)}/from-template`,
    body: { agent_id: agentId, template: given('template', template), overrides: documentOf('overrides', overrides) },
    parse: (reply) => policyOf(objectOf(reply)),
  };
}

export function listPoliciesRequest(): Request<Policy[]> {
  return { method: 'GET', path: '/policies', parse: (reply) => listOf(reply).map(policyOf) };
}

export function getPolicyRequest(agentId: string): Request<Policy> {
  return {
    method: 'GET',
    path: `/policies/${pathPart('agentId', agentId)}`,
    parse: (reply) => policyOf(objectOf(reply)),
  };
}

export function deletePolicyRequest(agentId: string): Request<DeletedBody> {
  return remove(`/policies/${pathPart('agentId', agentId)}`);
}

export function evaluateRequest(
  agentId: string,
  tool: string,
  args: JsonObject | undefined,
  spendUsd: number | undefined,
): Request<EvaluationBody> {
  return {
    method: 'POST',
    path: `/policies/${pathPart('agentId', agentId)}/evaluate`,
    body: {
      tool: given('tool', tool),
      args: args === undefined ? undefined : documentOf('args', args),
      spend_usd: finite('spendUsd', spendUsd),
    },
    parse: (reply) => objectOf(reply) as EvaluationBody,
  };
}

export function createToolRequest(tool: ToolDocument): Request<ToolBody> {
  const document = documentOf('tool', tool);
  given('name', document['name']);
  return { method: 'POST', path: '/tools', body: document, parse: (reply) => objectOf(reply) as ToolBody };
}

export function listToolsRequest(scopeId: string): Request<ToolBody[]> {
  return get(`/tools${scope(scopeId)}`, 'list');
}

export function getToolRequest(name: string, scopeId: string): Request<ToolBody> {
  return get(`/tools/${pathPart('name', name)}${scope(scopeId)}`, 'object');
}

export function toggleToolRequest(name: string, enabled: boolean, scopeId: string): Request<ToolBody> {
  if (typeof enabled !== 'boolean') throw new TypeError('enabled must be true or false');
  return {
    method: 'POST',
    path: `/tools/${pathPart('name', name)}/toggle${scope(scopeId)}`,
    body: { enabled },
    parse: (reply) => objectOf(reply) as ToolBody,
  };
}

export function deleteToolRequest(name: string, scopeId: string): Request<DeletedBody> {
  return remove(`/tools/${pathPart('name', name)}${scope(scopeId)}`);
}

export function listAgentsRequest(): Request<AgentBody[]> {
  return get('/agents', 'list');
}

export function getAgentRequest(agentId: string): Request<AgentBody> {
  return get(`/agents/${pathPart('agentId', agentId)}`, 'object');
}

/** Disables or enables an agent; an empty reason is none. */
export function switchAgentRequest(
  agentId: string,
  verb: 'disable' | 'enable',
  reason: string | undefined,
): Request<AgentStatus> {
  return {
    method: 'POST',
    path: `/agents/${pathPart('agentId', agentId)}/${verb}`,
    body: reason ? { reason } : {},
    parse: (reply) => {
      const body = objectOf(reply);
      const enabled = flag(body, 'is_enabled') ?? flag(body, 'enabled');
      return {
        agentId: text(body, 'agent_id'),
        isEnabled: enabled,
        enabled,
        disabledReason: text(body, 'disabled_reason'),
        disabledAt: text(body, 'disabled_at'),
        raw: body,
      };
    },
  };
}

export function agentLogsRequest(agentId: string, limit: number): Request<AgentLogItem[]> {
  return {
    method: 'GET',
    path: `/agents/${pathPart('agentId', agentId)}/logs${query({ limit: finite('limit', limit) })}`,
    parse: (reply) => listOf(reply).map(logItemOf),
  };
}

export function agentMetricsRequest(agentId: string, period: string): Request<AgentMetrics> {
  return {
    method: 'GET',
    path: `/agents/${pathPart('agentId', agentId)}/metrics${query({ period: given('period', period) })}`,
    parse: (reply) => {
      const body = objectOf(reply);
      return {
        agentId: text(body, 'agent_id'),
        period: text(body, 'period'),
        totalActions: number(body, 'total_actions'),
        blockedActions: number(body, 'blocked_actions'),
        totalSpendUsd: number(body, 'total_spend_usd'),
        topTools: objects(body, 'top_tools'),
        raw: body,
      };
    },
  };
}

export function listCallsRequest(
  state: string | undefined,
  agentId: string | undefined,
  limit: number,
  offset: number,
): Request<CallListBody> {
  return get(`/calls${page(limit, offset, { state, agent_id: agentId })}`, 'object');
}

export function getCallRequest(callId: string): Request<CallBody> {
  return get(`/calls/${pathPart('callId', callId)}`, 'object');
}

export function resolveCallRequest(
  callId: string,
  outcome: string,
  result: JsonObject | undefined,
  note: string | undefined,
): Request<CallBody> {
  return {
    method: 'POST',
    path: `/calls/${pathPart('callId', callId)}/resolve`,
    body: {
      outcome: given('outcome', outcome),
      result: result === undefined ? undefined : documentOf('result', result),
      note,
    },
    parse: (reply) => objectOf(reply) as CallBody,
  };
}

function scope(scopeId: string): string {
  return query({ scope_id: given('scopeId', scopeId) });
}

function remove(path: string): Request<DeletedBody> {
  return { method: 'DELETE', path, parse: (reply) => objectOf(reply) as DeletedBody };
}

/** A document of the caller as JSON. The message names no content, which may be secret. */
function documentOf(name: string, value: unknown): JsonObject {
  const document = toJson(value);
  if (!isObject(document)) throw new TypeError(`${name} must be an object`);
  return document;
}

function policyOf(body: JsonObject): Policy {
  const policy = object(body, 'policy') ?? body;
  return {
    agentId: text(body, 'agent_id') ?? text(policy, 'agent_id'),
    policy,
    allowedTools: texts(policy, 'allowed_tools'),
    blockedTools: texts(policy, 'blocked_tools'),
    maxActionsPerHour: number(policy, 'max_actions_per_hour'),
    maxSpendUsdPerDay: number(policy, 'max_spend_usd_per_day'),
    maxCallsPerTool: object(policy, 'max_calls_per_tool') as Record<string, number> | null,
    pricingRules: objects(policy, 'pricing_rules'),
    raw: body,
  };
}

function logItemOf(row: JsonObject): AgentLogItem {
  const reason = text(row, 'reason');
  return {
    ts: number(row, 'ts'),
    agentId: text(row, 'agent_id'),
    tool: text(row, 'tool'),
    allowed: flag(row, 'allowed'),
    decision: text(row, 'decision'),
    policyReason: text(row, 'policy_reason') ?? reason,
    reason,
    riskLevel: text(row, 'risk_level'),
    argsHash: text(row, 'args_hash'),
    spendUsd: number(row, 'spend_usd'),
    raw: row,
  };
}
