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

import { FakeOnceOnly } from '@onceonly/onceonly-sdk/testing';

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

async function reserve(seat: string, row = 1, ...tags: string[]): Promise<{ seat: string; row: number }> {
  return { seat, row: row + tags.length };
}

/** Default parameters and the rest keep their types, and neither `raise` nor `replay` adds null. */
export const replayed: (seat: string, row?: number, ...tags: string[]) => Promise<{ seat: string; row: number }> =
  idempotent(client, reserve, { keyPrefix: 'seats', onDuplicate: 'replay' });
export const raised: (seat: string, row?: number) => Promise<{ seat: string; row: number }> = idempotent(
  client,
  reserve,
  {
    onDuplicate: 'raise',
    keyFn: (seat, row) => `${seat}:${row ?? 1}`,
  },
);
export const told: (seat: string, row?: number) => Promise<{ seat: string; row: number } | null> = idempotent(
  client,
  reserve,
);
export const chosen: (seat: string) => Promise<{ seat: string; row: number } | 'again'> = idempotent(client, reserve, {
  returnValueOnDuplicate: 'again' as const,
});

/** Inline ones too. */
export const inline: (seat: string, row?: number) => Promise<{ seat: string; row: number } | null> = idempotent(
  client,
  async (seat: string, row = 1) => ({ seat, row }),
  { keyId: 'inline' },
);
export const inlineAi: (seat: string, row?: number) => Promise<AiResult> = idempotentAi(
  client,
  async (seat: string, row = 1) => ({ seat, row }),
  { keyFn: (seat) => seat },
);
export const nothing: (seat: string) => Promise<number | null> = idempotent(
  client,
  async function one(seat: string) {
    return seat.length;
  },
  { onDuplicate: 'tell', returnValueOnDuplicate: undefined },
);
/** What is replayed is what JSON makes of it, in every call. */
export const dated: () => Promise<{ at: string; tags: string[]; note?: string }> = idempotent(
  client,
  async function dated(): Promise<{ at: Date; tags: Set<string>; note?: string; tell: () => void }> {
    return { at: new Date(), tags: new Set(), tell: () => undefined };
  },
  { onDuplicate: 'replay' },
);

export class Shop {
  readonly rate = 2;
  readonly price = idempotent(
    client,
    function price(this: Shop, cents: number) {
      return this.rate * cents;
    },
    { onDuplicate: 'replay', keyFn: (cents) => cents },
  );
}

export async function typed(): Promise<number> {
  const schema = { parse: (value: unknown) => ({ cents: Number((value as { cents: unknown }).cents) }) };
  const run = await client.ai.runFn('k', () => ({ cents: 5 }), { model: schema });
  const read = await client.ai.result('k', { model: (value) => (value as { cents: number }).cents });
  const wrapped = await idempotentAi(client, reserve, { key: 'k', model: schema })('12A');
  const cents: number = (await idempotent(client, reserve, { onDuplicate: 'replay', model: schema })('12A')).cents;
  const fake = new FakeOnceOnly();
  const outcome = await fake.client().ai.runAndWait({ agentId: 'a', tool: 't' });
  const allowed: boolean = outcome.allowed;
  const price: number = await new Shop().price(7);
  return (run.value?.cents ?? 0) + (read.value ?? 0) + (wrapped.value?.cents ?? 0) + price + cents + Number(allowed);
}

export async function misusedToo(): Promise<void> {
  // @ts-expect-error the value of a duplicate is null
  const nothing: { seat: string } = await told('12A');
  // @ts-expect-error the second argument is a number
  await replayed('12A', '1');
  const row = idempotent(client, async (seat: string, at = 1) => `${seat} ${at}`, { keyId: 'row' });
  // @ts-expect-error the second argument of an inline function is a number
  await row('12A', {});
  const day = await idempotent(client, async () => new Date(), { keyId: 'day', onDuplicate: 'replay' })();
  // @ts-expect-error a date that is replayed is a text
  day.getTime();
  const { price } = new Shop();
  // @ts-expect-error a method needs its object
  const alone: number = await price(7);
  // @ts-expect-error no such choice
  idempotent(client, reserve, { onDuplicate: 'ignore' });
  console.log(nothing, alone);
}
