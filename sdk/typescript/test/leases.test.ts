import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { idempotentAi, type LeaseContext, LeaseLostError, OnceOnly } from '@onceonly/onceonly-sdk';
import { FakeOnceOnly } from '@onceonly/onceonly-sdk/testing';
import { leasing, serve, type TestServer } from './support/server.js';

const stopped: TestServer[] = [];
const started = async (...args: Parameters<typeof serve>) => {
  const server = await serve(...args);
  stopped.push(server);
  return server;
};
after(() => Promise.all(stopped.map((server) => server.stop())));

const conflict: Parameters<typeof serve>[0] = (_, response) => {
  response.statusCode = 409;
  return { ok: false, status: 'conflict', detail: { error: 'lease_mismatch', status: 'in_progress', version: 3 } };
};

const untilAborted = ({ signal }: LeaseContext) =>
  new Promise<string>((resolve) => signal.addEventListener('abort', () => resolve('stopped')));

describe('runFn', () => {
  it('tells the function its lease', async () => {
    const { client } = await started(leasing());
    const contexts: LeaseContext[] = [];
    const { result } = await client.ai.runFn('k', (context) => {
      contexts.push(context);
      return 5;
    });
    assert.deepEqual(result, { data: 5 });
    const [context] = contexts;
    assert.ok(context);
    assert.deepEqual([context.key, context.leaseId, context.fence, context.signal.aborted], ['k', 'lease_1', 7, false]);
  });

  it('aborts the signal with a LeaseLostError when the lease is lost, and ends in it', async () => {
    const lease = leasing(3);
    const { client } = await started((seen, response) =>
      seen.path === '/v1/ai/extend' ? conflict(seen, response) : lease(seen, response),
    );
    let reason: unknown;
    const told: unknown[] = [];
    const run = client.ai.runFn(
      'k',
      async (context) => {
        await untilAborted(context);
        reason = context.signal.reason;
      },
      { extendEvery: 0.05, onLeaseLost: (error) => told.push(error.code) },
    );
    await assert.rejects(run, (error: LeaseLostError) => error.ran && error.code === 'lease_mismatch');
    assert.ok(reason instanceof LeaseLostError);
    assert.ok(!reason.ran);
    assert.deepEqual(told, ['lease_mismatch']);
  });

  it('outlives an onLeaseLost that throws', async () => {
    const lease = leasing(3);
    const logged: string[] = [];
    const { client } = await started(
      (seen, response) => (seen.path === '/v1/ai/extend' ? conflict(seen, response) : lease(seen, response)),
      { logger: { warn: (message) => logged.push(message) } },
    );
    const onLeaseLost = () => {
      throw new Error('of mine');
    };
    await assert.rejects(client.ai.runFn('k', untilAborted, { extendEvery: 0.05, onLeaseLost }), LeaseLostError);
    assert.match(logged.join(), /of mine/);
  });

  it('a broken extend is tried again, and no rejection is left unhandled', async () => {
    const lease = leasing();
    let extends_ = 0;
    const { client } = await started((seen, response) => {
      if (seen.path !== '/v1/ai/extend') return lease(seen, response);
      extends_++;
      if (extends_ > 2) return lease(seen, response);
      response.destroy();
      return undefined;
    });
    const done = async () => {
      while (extends_ < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    assert.equal((await client.ai.runFn('k', done, { extendEvery: 0.03 })).status, 'completed');
  });

  it('an extend that is under way ends with the function', async () => {
    const lease = leasing();
    let extends_ = 0;
    const { client } = await started(
      (seen, response) => {
        if (seen.path !== '/v1/ai/extend') return lease(seen, response);
        extends_++;
        return undefined;
      },
      { timeoutMs: 60_000 },
    );
    const done = async () => {
      while (extends_ < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const start = performance.now();
    assert.equal((await client.ai.runFn('k', done, { extendEvery: 0.03 })).status, 'completed');
    assert.ok(performance.now() - start < 30_000);
  });

  it('a function that fails after its call was cancelled is recorded as failed', async () => {
    const { client, seen } = await started(leasing());
    const cancelling = new AbortController();
    const run = client.ai.runFn(
      'k',
      async (context) => {
        setTimeout(() => cancelling.abort(), 10);
        await untilAborted(context);
        context.signal.throwIfAborted();
      },
      { signal: cancelling.signal },
    );
    await assert.rejects(run, { name: 'AbortError' });
    assert.deepEqual(
      seen.map(({ path }) => path),
      ['/v1/ai/lease', '/v1/ai/fail'],
    );
  });

  it('does not keep a process alive by extending', async () => {
    const { url } = await started(leasing());
    const program = `
      const { OnceOnly } = await import('@onceonly/onceonly-sdk');
      const client = new OnceOnly({ apiKey: 'once_live_x', baseUrl: '${url}' });
      await client.ai.runFn('k', () => 1, { extendEvery: 60 });
      client.ai.runFn('k', () => new Promise(() => {}), { extendEvery: 60 });`;
    const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      timeout: 30_000,
    });
    assert.equal(stderr, '');
  });

  it('64 functions run at once', async () => {
    const { client, seen } = await started(leasing());
    let runs = 0;
    await Promise.all(Array.from({ length: 64 }, (_, index) => client.ai.runFn(`k${index}`, () => ++runs)));
    assert.equal(runs, 64);
    assert.equal(seen.filter(({ path }) => path === '/v1/ai/complete').length, 64);
  });
});

describe('runFn, when things go wrong', () => {
  const quiet = { warn: () => undefined };

  it('refuses options that can not be right before the lease is asked for', async () => {
    const { client, seen } = await started(leasing());
    for (const options of [
      { ttl: NaN },
      { timeout: Infinity },
      { pollMin: 'x' },
      { pollMax: NaN },
      { extendEvery: 0 },
      { errorCode: ' ' },
      { fingerprint: '' },
      { onLeaseLost: 'tell' },
      { model: 'invoice' },
    ]) {
      await assert.rejects(
        client.ai.runFn('k', () => 1, options as never),
        TypeError,
      );
      assert.throws(() => idempotentAi(client, () => 1, { key: 'k', ...options } as never), TypeError);
    }
    assert.equal(seen.length, 0);
  });

  it('keeps the own error of a function whose lease is lost', async () => {
    const lease = leasing(3);
    const { client } = await started(
      (seen, response) => (seen.path === '/v1/ai/extend' ? conflict(seen, response) : lease(seen, response)),
      { logger: quiet },
    );
    const declined = new RangeError('card declined');
    const run = client.ai.runFn(
      'k',
      async (context) => {
        await untilAborted(context);
        throw declined;
      },
      { extendEvery: 0.05 },
    );
    await assert.rejects(run, (error: LeaseLostError) => {
      assert.deepEqual(
        [error.cause, error.code, error.statusCode, error.ran],
        [declined, 'lease_mismatch', 409, false],
      );
      return true;
    });
  });

  it('throws on whatever a function has thrown, also with a logger that throws', async () => {
    const nothing = Object.create(null) as object;
    const loud = {
      warn: () => {
        throw new Error('of the logger');
      },
    };
    for (const thrown of [nothing, undefined, 'text', new RangeError('own')] as Error[]) {
      const fake = new FakeOnceOnly();
      const client = fake.client({ logger: loud });
      const run = client.ai.runFn('k', () => {
        throw thrown;
      });
      assert.equal(await run.catch((error: unknown) => error), thrown);
      assert.equal((await client.ai.status('k')).errorCode, 'fn_error');
    }
  });

  it('asks for a failed key again only right after it was told that it is released', async () => {
    const leases: object[] = [
      { status: 'polling' },
      { status: 'polling' },
      { status: 'failed', error_code: 'declined' },
    ];
    const statuses: object[] = [{ status: 'failed', error_code: 'released' }, { status: 'not_found' }];
    const results: object[] = [
      { status: 'failed', error_code: 'released' },
      { status: 'failed', error_code: 'declined' },
    ];
    const { client, seen } = await started(({ path }) => {
      const answers = path.endsWith('/lease') ? leases : path.includes('/status') ? statuses : results;
      return { ok: true, key: 'k', ...answers.shift() };
    });
    const { errorCode } = await client.ai.runFn('k', () => assert.fail('it ran'), { pollMin: 0.01 });
    assert.equal(errorCode, 'declined');
    const asked = seen.filter(({ path }) => path.endsWith('/lease')).map(({ body }) => body['retry_failed']);
    assert.deepEqual(asked, [undefined, true, undefined]);
  });

  it('never becomes a busy loop', async () => {
    const fake = new FakeOnceOnly();
    let polls = 0;
    let completes = 0;
    const client = new OnceOnly({
      apiKey: 'k',
      baseUrl: 'http://f',
      logger: quiet,
      retryBackoffSec: 0,
      retryMaxBackoffSec: 0,
      fetchImpl: async (url, init) => {
        if (url.includes('/ai/status')) {
          polls++;
          return Response.json({ ok: true, status: 'in_progress' });
        }
        if (!url.endsWith('/ai/complete')) return fake.fetchImpl(url, init);
        completes++;
        throw new Error('away');
      },
    });
    await client.ai.wait('a', { timeout: 0.5, pollMin: 0, pollMax: 0 });
    assert.ok(polls <= 11, `${polls} polls in half a second`);
    const run = client.ai.runFn('k', () => 1, { ttl: 10 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    client.close();
    await assert.rejects(run, { name: 'ResultNotRecordedError' });
    assert.ok(completes <= 12, `${completes} attempts in half a second`);
  });
});

describe('idempotentAi', () => {
  it('appends the context only when asked to', async () => {
    const { client } = await started(leasing());
    const counts: unknown[] = [];
    const plain = idempotentAi(client, (...args: string[]) => void counts.push(args.length), { key: 'k' });
    const leased = idempotentAi(
      client,
      (id: string, context: LeaseContext) => void counts.push([id, context.leaseId]),
      { keyFn: (id) => `job:${id}`, passContext: true },
    );
    await plain('a', 'b');
    await leased('c');
    assert.deepEqual(counts, [2, ['c', 'lease_1']]);
  });

  it('needs a key', async () => {
    const { client } = await started(leasing());
    assert.throws(() => idempotentAi(client, () => 1, {}), TypeError);
    await assert.rejects(idempotentAi(client, () => 1, { keyFn: () => ' ' })(), TypeError);
  });
});
