/*
 * How the verbs of spec/sdk.md are spelled in TypeScript: which arguments have a position, and that all others are
 * fields of the last one. The conformance driver calls by it, and the table test holds it against the types.
 */

/** By neutral verb: its arguments with a position; undefined where the published client takes one options object. */
export const POSITIONS: Readonly<Record<string, readonly string[] | undefined>> = {
  check_lock: undefined,
  check_lock_batch: ['items'],
  release_lock: ['key', 'lock_id'],
  me: [],
  update_notifications: undefined,
  usage: ['kind'],
  usage_all: [],
  metrics: ['from_day', 'to_day'],
  events: ['limit', 'offset'],
  post_event: undefined,
  list_runs: ['limit', 'offset', 'q'],
  get_run_timeline: ['run_id', 'limit', 'offset'],
  ai_run: undefined,
  ai_run_and_wait: undefined,
  'ai.run': undefined,
  'ai.run_and_wait': undefined,
  'ai.run_tool': undefined,
  'ai.run_fn': ['key', 'fn'],
  'ai.lease': ['key', 'ttl', 'metadata'],
  'ai.status': ['key'],
  'ai.result': ['key'],
  'ai.wait': ['key'],
  'ai.extend': ['key', 'lease_id', 'ttl'],
  'ai.complete': ['key', 'lease_id', 'result', 'result_hash'],
  'ai.fail': ['key', 'lease_id', 'error_code', 'error_hash'],
  'ai.cancel': ['key', 'lease_id', 'reason'],
  'gov.upsert_policy': ['policy', 'agent_id'],
  'gov.policy_from_template': ['agent_id', 'template', 'overrides'],
  'gov.list_policies': [],
  'gov.get_policy': ['agent_id'],
  'gov.delete_policy': ['agent_id'],
  'gov.evaluate': ['agent_id', 'tool', 'args', 'spend_usd'],
  'gov.create_tool': ['tool'],
  'gov.list_tools': ['scope_id'],
  'gov.get_tool': ['name', 'scope_id'],
  'gov.toggle_tool': ['name', 'enabled', 'scope_id'],
  'gov.delete_tool': ['name', 'scope_id'],
  'gov.list_agents': [],
  'gov.get_agent': ['agent_id'],
  'gov.disable_agent': ['agent_id', 'reason'],
  'gov.enable_agent': ['agent_id', 'reason'],
  'gov.agent_logs': ['agent_id', 'limit'],
  'gov.agent_metrics': ['agent_id', 'period'],
  'gov.list_calls': ['state', 'agent_id', 'limit', 'offset'],
  'gov.get_call': ['call_id'],
  'gov.resolve_call': ['call_id', 'outcome', 'result', 'note'],
  verify_dispatch: ['body', 'headers', 'secrets'],
};

export function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** An object with its own names, but not those of objects in it, in camel case. */
export function camelFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [camel(name), value]));
}
