import { addAsyncAliases, type AsyncAliases } from './aliases.js';
import type { CallOptions } from './args.js';
import type { AgentBody, CallBody, CallListBody, DeletedBody, EvaluationBody, ToolBody } from './bodies.js';
import type { Http } from './http.js';
import type { JsonObject } from './read.js';
import * as governance from './requests/governance.js';
import type { PolicyDocument, ToolDocument } from './requests/governance.js';
import type { AgentLogItem, AgentMetrics, AgentStatus, Policy } from './results.js';

class GovVerbs {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Stores an agent's policy in place of the one before. The agent is named by `policy.agent_id` or `agentId`. */
  async upsertPolicy(policy: PolicyDocument, agentId?: string, options: CallOptions = {}): Promise<Policy> {
    return this.#http.send(governance.upsertPolicyRequest(policy, agentId), options);
  }

  /** Stores a policy made of a template of the server (such as `moderate`); `overrides` replace its fields. */
  async policyFromTemplate(
    agentId: string,
    template: string,
    overrides: PolicyDocument = {},
    options: CallOptions = {},
  ): Promise<Policy> {
    return this.#http.send(governance.templateRequest(agentId, template, overrides), options);
  }

  async listPolicies(options: CallOptions = {}): Promise<Policy[]> {
    return this.#http.send(governance.listPoliciesRequest(), options);
  }

  async getPolicy(agentId: string, options: CallOptions = {}): Promise<Policy> {
    return this.#http.send(governance.getPolicyRequest(agentId), options);
  }

  async deletePolicy(agentId: string, options: CallOptions = {}): Promise<DeletedBody> {
    return this.#http.send(governance.deletePolicyRequest(agentId), options);
  }

  /** Tells what would be decided on a call, check by check, and does nothing. */
  async evaluate(
    agentId: string,
    tool: string,
    args?: JsonObject,
    spendUsd?: number,
    options: CallOptions = {},
  ): Promise<EvaluationBody> {
    return this.#http.send(governance.evaluateRequest(agentId, tool, args, spendUsd), options);
  }

  /** Registers a tool, in place of one of the same name and scope. */
  async createTool(tool: ToolDocument, options: CallOptions = {}): Promise<ToolBody> {
    return this.#http.send(governance.createToolRequest(tool), options);
  }

  async listTools(scopeId = 'global', options: CallOptions = {}): Promise<ToolBody[]> {
    return this.#http.send(governance.listToolsRequest(scopeId), options);
  }

  async getTool(name: string, scopeId = 'global', options: CallOptions = {}): Promise<ToolBody> {
    return this.#http.send(governance.getToolRequest(name, scopeId), options);
  }

  async toggleTool(name: string, enabled: boolean, scopeId = 'global', options: CallOptions = {}): Promise<ToolBody> {
    return this.#http.send(governance.toggleToolRequest(name, enabled, scopeId), options);
  }

  async deleteTool(name: string, scopeId = 'global', options: CallOptions = {}): Promise<DeletedBody> {
    return this.#http.send(governance.deleteToolRequest(name, scopeId), options);
  }

  async listAgents(options: CallOptions = {}): Promise<AgentBody[]> {
    return this.#http.send(governance.listAgentsRequest(), options);
  }

  async getAgent(agentId: string, options: CallOptions = {}): Promise<AgentBody> {
    return this.#http.send(governance.getAgentRequest(agentId), options);
  }

  /** Stops an agent, or all of them with `*`, until it is enabled again. `raw.stopped` tells what was under way. */
  async disableAgent(agentId: string, reason?: string, options: CallOptions = {}): Promise<AgentStatus> {
    return this.#http.send(governance.switchAgentRequest(agentId, 'disable', reason), options);
  }

  async enableAgent(agentId: string, reason?: string, options: CallOptions = {}): Promise<AgentStatus> {
    return this.#http.send(governance.switchAgentRequest(agentId, 'enable', reason), options);
  }

  /** An agent's decisions, newest first. */
  async agentLogs(agentId: string, limit = 100, options: CallOptions = {}): Promise<AgentLogItem[]> {
    return this.#http.send(governance.agentLogsRequest(agentId, limit), options);
  }

  /** `period` is `hour`, `day` or `week`, and ends now. */
  async agentMetrics(agentId: string, period = 'day', options: CallOptions = {}): Promise<AgentMetrics> {
    return this.#http.send(governance.agentMetricsRequest(agentId, period), options);
  }

  /** Governed calls, newest first; `state` is `reserved`, `executed`, `failed` or `unknown`. */
  async listCalls(
    state?: string,
    agentId?: string,
    limit = 50,
    offset = 0,
    options: CallOptions = {},
  ): Promise<CallListBody> {
    return this.#http.send(governance.listCallsRequest(state, agentId, limit, offset), options);
  }

  async getCall(callId: string, options: CallOptions = {}): Promise<CallBody> {
    return this.#http.send(governance.getCallRequest(callId), options);
  }

  /** Settles a call whose outcome is `unknown`, by the word of a person or a probe: `executed` or `failed`. */
  async resolveCall(
    callId: string,
    outcome: string,
    result?: JsonObject,
    note?: string,
    options: CallOptions = {},
  ): Promise<CallBody> {
    return this.#http.send(governance.resolveCallRequest(callId, outcome, result, note), options);
  }
}

addAsyncAliases(GovVerbs.prototype);

/** Policies, tools, agents and calls: `client.gov`. Each method has an `…Async` alias. */
export class Gov extends GovVerbs {}

export interface Gov extends AsyncAliases<GovVerbs> {}
