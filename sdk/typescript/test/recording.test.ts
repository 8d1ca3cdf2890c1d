import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import {
  type ApiError,
  type LeaseContext,
  LeaseLostError,
  OnceOnly,
  ResultNotRecordedError,
} from '@onceonly/onceonly-sdk';
import { FakeOnceOnly } from '@onceonly/onceonly-sdk/testing';
import { API_KEY, leasing, serve, type Answering, type TestServer } from './support/server.js';

const stopped: TestServer[] = [];
const started = async (...args: Parameters<typeof serve>) => {
  const server = await serve(...args);
  stopped.push(server);
  return server;
};
after(() => Promise.all(stopped.map((server) => server.stop())));

const quick = { retryBackoffSec: 0.01, retryMaxBackoffSec: 0.02, logger: { warn: () => undefined } };

/** Answers 503 to the first requests of a path, else as the other does. */
function failing(path: string, times: number, answering: Answering): Answering {
  let left = times;
  return (seen, response) => {
    if (seen.path !== path || left-- <= 0) return answering(seen, response);
    response.statusCode = 503;
    return { detail: { error: 'storage_unavailable' } };
  };
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail('it was not rejected'),
    (error: unknown) => error,
  );
}

const untilAborted = ({ signal }: LeaseContext) =>
  new Promise<string>((resolve) => signal.addEventListener('abort', () => resolve('stopped')));

describe('the outcome of a function', () => {
  it('is told until the lease ends, however few retries there are', async () => {
    const { client, seen } = await started(failing('/v1/ai/complete', 20, leasing()), quick);
    assert.equal((await client.ai.runFn('k', () => 5)).status, 'completed');
    assert.equal(seen.filter(({ path }) => path === '/v1/ai/complete').length, 21);
  });

  it('survives a restart of the server within the lease', async () => {
    const answering = leasing();
    const first = createServer((request, response) => {
      request.resume().on('end', () => {
        const body = { key: 'k' };
        response.end(
          JSON.stringify(answering({ method: 'POST', path: request.url ?? '', headers: {}, body }, response)),
        );
      });
    });
    const port = await listening(first, 0);
    const client = new OnceOnly({ apiKey: API_KEY, baseUrl: `http://127.0.0.1:${port}`, ...quick });
    let again: ReturnType<typeof createServer> | undefined;
    const run = client.ai.runFn('k', async () => {
      first.closeAllConnections();
      first.close();
      await once(first, 'close');
      setTimeout(() => {
        again = createServer(first.listeners('request')[0] as never);
        void listening(again, port);
      }, 300);
      return 5;
    });
    assert.equal((await run).status, 'completed');
    again?.closeAllConnections();
    again?.close();
  });

  it('that can not be recorded until the lease ends is in the error', async () => {
    const { client, seen } = await started(
      (request, response) => failing('/v1/ai/complete', Infinity, noExtend(leasing(1)))(request, response),
      quick,
    );
    const error = await rejection(client.ai.runFn('k', () => ({ paid: 7 }), { extendEvery: 0.1 }));
    assert.ok(error instanceof ResultNotRecordedError);
    assert.deepEqual(error.result, { paid: 7 });
    assert.equal(error.statusCode, 503);
    assert.match(error.message, /has run, and its result could not be recorded/);
    assert.ok(!seen.some(({ path }) => path === '/v1/ai/fail'));
  });

  it('is told once when the server says no for good', async () => {
    const lease = leasing();
    const { client, seen } = await started((request, response) => {
      if (request.path !== '/v1/ai/complete') return lease(request, response);
      response.statusCode = 401;
      return { detail: 'Invalid API Key' };
    }, quick);
    const error = await rejection(client.ai.runFn('k', () => 7));
    assert.ok(error instanceof ResultNotRecordedError);
    assert.equal(error.result, 7);
    assert.equal(seen.filter(({ path }) => path === '/v1/ai/complete').length, 1);
  });

  it('is told while the lease is still extended', async () => {
    const { client, seen } = await started(failing('/v1/ai/complete', 40, leasing(3)), {
      ...quick,
      retryBackoffSec: 0.05,
      retryMaxBackoffSec: 0.05,
    });
    assert.equal((await client.ai.runFn('k', () => 5, { extendEvery: 0.1 })).status, 'completed');
    const completing = seen.findIndex(({ path }) => path === '/v1/ai/complete');
    assert.ok(seen.slice(completing).some(({ path }) => path === '/v1/ai/extend'));
  });

  it('whose lease another has got meanwhile is in the LeaseLostError', async () => {
    const lease = leasing();
    const { client } = await started((request, response) => {
      if (request.path !== '/v1/ai/complete') return lease(request, response);
      response.statusCode = 409;
      return { detail: { error: 'lease_mismatch' } };
    }, quick);
    const error = await rejection(client.ai.runFn('k', () => 7));
    assert.ok(error instanceof LeaseLostError);
    assert.deepEqual([error.ran, error.result, error.code], [true, 7, 'lease_mismatch']);
  });
});

describe('a lease that no extend reaches', () => {
  it('is lost when its end has passed by the clock, and the function is told', async () => {
    const { client, seen } = await started(noExtend(leasing(1)), { ...quick, timeoutMs: 60_000 });
    const told: (ApiError | LeaseLostError)[] = [];
    let reason: unknown;
    const start = performance.now();
    const error = await rejection(
      client.ai.runFn(
        'k',
        async (context) => {
          await untilAborted(context);
          reason = context.signal.reason;
          context.signal.throwIfAborted();
        },
        { ttl: 1, extendEvery: 0.2, onLeaseLost: (lost) => told.push(lost) },
      ),
    );
    assert.ok(performance.now() - start >= 950);
    assert.ok(error instanceof LeaseLostError);
    assert.equal(error, reason);
    assert.deepEqual([error.code, error.ran], ['lease_expired', false]);
    assert.deepEqual(told, [error]);
    assert.ok(!seen.some(({ path }) => path === '/v1/ai/fail'));
  });

  it('takes a value that the function still returns', async () => {
    const { client } = await started(noExtend(leasing(1)), quick);
    const told: unknown[] = [];
    const { status } = await client.ai.runFn(
      'k',
      async (context) => {
        await untilAborted(context);
        return 5;
      },
      { ttl: 1, extendEvery: 0.2, onLeaseLost: (lost) => told.push(lost.code) },
    );
    assert.equal(status, 'completed');
    assert.deepEqual(told, ['lease_expired']);
  });
});

describe('who waits for a key', () => {
  it('takes over when its owner has died', async () => {
    const fake = new FakeOnceOnly();
    const client = fake.client();
    await client.ai.lease('k', 30);
    const run = client.ai.runFn('k', () => 'mine', { timeout: 60 });
    while (fake.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    fake.advance(31);
    assert.deepEqual((await run).result, { data: 'mine' });
  });

  it('takes over when its owner has given it back', async () => {
    const fake = new FakeOnceOnly();
    const client = fake.client(quick);
    let runs = 0;
    const work = async () => {
      if (++runs > 1) return 'second';
      while (fake.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error('busy');
    };
    const first = client.ai.runFn('k', work, { onException: 'release' });
    const second = client.ai.runFn('k', work, { onException: 'release' });
    assert.match(String(await rejection(first)), /busy/);
    assert.deepEqual((await second).result, { data: 'second' });
  });

  it('is told within its timeout that nobody has ended', async () => {
    const client = new FakeOnceOnly().client();
    await client.ai.lease('k', 30);
    const { ok, errorCode } = await client.ai.runFn('k', () => 1, { timeout: 0.1 });
    assert.deepEqual([ok, errorCode], [false, 'timeout']);
  });
});

describe('onException', () => {
  for (const [name, onException, code] of [
    ['keep', 'keep', 'fn_error'],
    ['nothing', undefined, 'fn_error'],
    ['release', 'release', 'released'],
    ['a function that says yes', (error: unknown) => error instanceof RangeError, 'released'],
    ['a function that says no', (error: unknown) => error instanceof SyntaxError, 'fn_error'],
    [
      'a function that throws',
      () => {
        throw new Error('of mine');
      },
      'fn_error',
    ],
  ] as const) {
    it(`${name}: the key is stored as ${code}, and the error is thrown again`, async () => {
      const logged: string[] = [];
      const client = new FakeOnceOnly().client({ logger: { warn: (message) => logged.push(message) } });
      const mine = new RangeError('far');
      const options = onException === undefined ? {} : { onException };
      const thrown = await rejection(
        client.ai.runFn(
          'k',
          () => {
            throw mine;
          },
          options,
        ),
      );
      assert.equal(thrown, mine);
      assert.equal((await client.ai.status('k')).errorCode, code);
      assert.equal(
        logged.some((message) => message.includes('kept as failed')),
        code === 'fn_error',
      );
    });
  }
});

/** As the other, but no extend is ever answered. */
function noExtend(answering: Answering): Answering {
  return (seen, response) => (seen.path === '/v1/ai/extend' ? undefined : answering(seen, response));
}

async function listening(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
