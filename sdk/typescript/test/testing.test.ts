import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError, type FetchInit, OnceOnly } from '@onceonly/onceonly-sdk';
import { FakeOnceOnly } from '@onceonly/onceonly-sdk/testing';

describe('the OnceOnly in memory', () => {
  it('has a clock that the test moves', async () => {
    const fake = new FakeOnceOnly();
    const client = fake.client();
    assert.equal((await client.checkLock({ key: 'k', ttl: 60 })).locked, true);
    fake.advance(59);
    assert.equal((await client.checkLock({ key: 'k', ttl: 60 })).duplicate, true);
    fake.advance(1);
    assert.equal((await client.checkLock({ key: 'k', ttl: 60 })).locked, true);
    assert.equal(fake.now.toISOString(), '2026-05-01T08:01:00.000Z');
    assert.throws(() => fake.advance(-1), TypeError);
  });

  it('ends a wait when a lease runs out, or a keyed run is completed', async () => {
    const fake = new FakeOnceOnly();
    const client = fake.client();
    const run = client.ai.runAndWait({ key: 'run' });
    while (fake.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    fake.completeRun('run', { pages: 3 });
    assert.deepEqual((await run).result, { pages: 3 });
    const given = client.ai.runAndWait({ key: 'given-up', autoExtend: false });
    while (fake.requests.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    fake.advance(100_000);
    assert.deepEqual([(await given).status, (await given).errorCode], ['not_found', 'not_found']);
    const failing = client.ai.runAndWait({ key: 'failing' });
    while (fake.requests.length < 8) await new Promise((resolve) => setTimeout(resolve, 5));
    fake.failRun('failing', 'boom');
    assert.equal((await failing).errorCode, 'boom');
  });

  it('answers governed calls as it is told, and notes what was asked', async () => {
    const fake = new FakeOnceOnly();
    const client = fake.client();
    fake.decide('mail.send', ({ args }) => ({ result: { sent_to: args['to'] } }));
    fake.decide('mail.send', { allowed: false, policy_reason: 'blocked_tool' }, 'bot-2');
    fake.decide('pay', new Error('tool_error'));
    const sent = await client.ai.runTool({ agentId: 'bot-1', tool: 'mail.send', args: { to: 'ada' } });
    assert.deepEqual([sent.allowed, sent.decision, sent.result], [true, 'executed', { sent_to: 'ada' }]);
    const blocked = await client.ai.runAndWait({ agentId: 'bot-2', tool: 'mail.send' });
    assert.deepEqual([blocked.allowed, blocked.policyReason], [false, 'blocked_tool']);
    const unknown = await client.ai.runTool({ agentId: 'bot-1', tool: 'other' });
    assert.equal(unknown.decision, 'blocked');
    await assert.rejects(
      client.ai.runTool({ agentId: 'bot-1', tool: 'pay' }),
      (error) => error instanceof ApiError && error.code === 'tool_error',
    );
    assert.deepEqual(fake.requests[0]?.body?.['args'], { to: 'ada' });
    assert.deepEqual([fake.requests[0]?.method, fake.requests[0]?.path], ['POST', '/v1/ai/run']);
  });

  it('answers anything else as it is told', async () => {
    const fake = new FakeOnceOnly();
    fake.answer('GET', '/v1/me', { plan: 'free' });
    const client = fake.client();
    assert.equal((await client.me()).plan, 'free');
    await assert.rejects(client.usage(), (error) => error instanceof ApiError && error.code === 'not_scripted');
  });

  it('refuses what the server refuses', async () => {
    const fake = new FakeOnceOnly();
    const ask = async (path: string, body: unknown, attemptId?: string) => {
      const { signal } = new AbortController();
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const headers = attemptId === undefined ? {} : { 'X-OnceOnly-Attempt-Id': attemptId };
      const init: FetchInit = { method: 'POST', headers, redirect: 'manual', signal, body: text };
      return (await fake.fetchImpl(`http://f/v1${path}`, init)).status;
    };
    const client = fake.client();
    const { lease_id: leaseId } = await client.ai.lease('k', 60);
    const big = { a: 'x'.repeat(3000) };
    for (const [path, body, status] of [
      ['/ai/complete', { key: 'k', lease_id: leaseId, result: { a: 'x'.repeat(3e6) } }, 413],
      ['/ai/complete', { key: 'k', lease_id: leaseId, result: [1] }, 422],
      ['/ai/extend', { key: 'k' }, 422],
      ['/check-lock/release', { key: 'k' }, 422],
      ['/check-lock', { key: 'a', metadata: big }, 422],
      ['/ai/lease', { key: 'a', metadata: big }, 200],
      ['/check-lock', { key: 'a', metadata: [1] }, 422],
      ['/check-lock', { key: 'a', fingerprint: '' }, 422],
      ['/check-lock', { key: 'a', fingerprint: 'x'.repeat(129) }, 422],
      ['/check-lock', { key: 'a\0' }, 422],
      ['/check-lock', '{bad', 422],
      ['/check-lock', [1], 422],
    ] as const) {
      assert.equal(await ask(path, body), status, `${path} ${JSON.stringify(body).slice(0, 80)}`);
    }
    assert.equal(await ask('/check-lock', { key: 'a' }, 'x y'), 422);
    await assert.rejects(client.ai.status('k', { wait: -1 }), (error) => error instanceof ApiError);
    await client.ai.complete('k', String(leaseId));
    await assert.rejects(client.ai.extend('k', String(leaseId)), (error) => {
      assert.ok(error instanceof ApiError);
      assert.deepEqual(error.detail, { error: 'lease_finished', status: 'completed', version: 2 });
      return true;
    });
  });

  it('knows an attempt that comes again', async () => {
    const fake = new FakeOnceOnly();
    let lose = true;
    const fetchImpl = async (url: string, init: FetchInit) => {
      const answer = await fake.fetchImpl(url, init);
      if (!lose) return answer;
      lose = false;
      throw new Error('lost');
    };
    const losing = new OnceOnly({
      apiKey: 'k',
      baseUrl: 'http://f',
      fetchImpl,
      maxRetries429: 1,
      retryBackoffSec: 0.001,
    });
    const lock = await losing.checkLock({ key: 'k' });
    assert.deepEqual([lock.locked, lock.replayed], [true, true]);
  });
});
