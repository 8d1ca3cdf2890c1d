// Type-checked against the installed package as an application would be: what the documents show must compile.
import {
  ApiError,
  type AiResult,
  CheckLockResult,
  type ClientOptions,
  createClient,
  idempotent,
  idempotentAi,
  type LeaseContext,
  OnceOnly,
  VERSION,
} from '@onceonly/onceonly-sdk';

const options: ClientOptions = { apiKey: 'once_live_x', baseUrl: 'http://localhost:8080', maxRetries429: 3 };
export const client: OnceOnly = createClient(options);

export async function documented(): Promise<void> {
  const lock: CheckLockResult = await client.checkLockAsync({ key: 'k', ttl: 60, meta: { a: 1 } });
  const proceed: boolean = lock.shouldProceed();
  const run = await client.ai.runAsync({ key: 'k', metadata: { run_id: 'r' } });
  const version: number | null = run.version;
  const tool = await client.ai.run({ agentId: 'a', tool: 't' });
  const allowed: boolean = tool.allowed;
  const lease = await client.ai.lease('k', 1800, { chat_id: 'c' });
  await client.ai.extend('k', String(lease.lease_id), 1800);
  const final: AiResult = await client.ai.runFn('k', async ({ signal }) => signal.aborted, { timeout: 60 });
  const made = await client.gov.createToolAsync({ name: 't', url: 'u', auth: { type: 'hmac_sha256', secret: 's' } });
  const profile = await client.me();
  const makeUsage = await client.usage('make');
  const allUsage = await client.usageAll();
  const event = await client.postEvent({ runId: 'r', type: 't' });
  const timeline = await client.getRunTimeline('r', 200, 0);
  const recentEvents = await client.events(20, 0, { signal: new AbortController().signal });
  console.log(proceed, version, allowed, final.result, made.name, profile.email, profile['added_later']);
  console.log(makeUsage.usage, allUsage.plan, event.event_id, timeline.total, VERSION);
  console.log(recentEvents.length ?? recentEvents.items?.length ?? 0);
}

export const charge: (id: string) => Promise<{ status: string }> = idempotent(
  client,
  async (id: string) => ({ status: `paid ${id}` }),
  { keyPrefix: 'payments', onDuplicate: async (id) => ({ status: `duplicate ${id}` }) },
);

export const orNull: (id: string) => Promise<number | null> = idempotent(client, (id: string) => id.length, {
  keyPrefix: 'lengths',
});

export const chat = idempotentAi(client, async (id: string, lease: LeaseContext) => ({ id, fence: lease.fence }), {
  keyFn: (id) => `chat:${id}`,
  passContext: true,
});

export async function misused(): Promise<void> {
  await chat('c').catch((error: unknown) => error instanceof ApiError && error.code);
  // @ts-expect-error a key is needed
  await client.checkLock({ ttl: 60 });
  // @ts-expect-error either a key, or an agent and a tool
  await client.ai.run({ key: 'k', agentId: 'a', tool: 't' });
  // @ts-expect-error the function takes a text
  await charge(7);
}
