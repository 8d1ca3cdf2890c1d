import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ClientClosedError, OnceOnly, RequestTimeoutError, ResultNotRecordedError } from '@onceonly/onceonly-sdk';
import { API_KEY, leasing, locked, serve, type TestServer } from './support/server.js';

const stopped: TestServer[] = [];
const started = async (...args: Parameters<typeof serve>) => {
  const server = await serve(...args);
  stopped.push(server);
  return server;
};
after(() => Promise.all(stopped.map((server) => server.stop())));

const unavailable: Parameters<typeof serve>[0] = (_, response) => {
  response.statusCode = 503;
  return { detail: { error: 'storage_unavailable' } };
};

/** Rejects with what the promise has rejected with, and tells after how many milliseconds. */
async function failure(promise: Promise<unknown>): Promise<{ error: unknown; ms: number }> {
  const start = performance.now();
  try {
    await promise;
  } catch (error) {
    return { error, ms: performance.now() - start };
  }
  return assert.fail('it has not failed');
}

describe('cancelling', () => {
  it('a signal that has aborted already sends nothing', async () => {
    const { client, seen } = await started(() => ({}));
    const reason = new Error('enough');
    const { error } = await failure(client.me({ signal: AbortSignal.abort(reason) }));
    assert.equal(error, reason);
    assert.equal(seen.length, 0);
  });

  it('an abort during the pause between attempts ends the call at once', async () => {
    const { client, seen } = await started(unavailable, {
      maxRetries429: 3,
      retryBackoffSec: 30,
      retryMaxBackoffSec: 30,
    });
    const cancelling = new AbortController();
    const call = failure(client.me({ signal: cancelling.signal }));
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    setTimeout(() => cancelling.abort(), 50);
    const { error, ms } = await call;
    assert.equal(error, cancelling.signal.reason);
    assert.ok(ms < 10_000);
    assert.equal(seen.length, 1);
  });

  it('a cancelled check-lock does not fail open', async () => {
    const { client } = await started(() => undefined);
    const cancelling = new AbortController();
    const call = failure(client.checkLock({ key: 'k', signal: cancelling.signal }));
    setTimeout(() => cancelling.abort(), 20);
    assert.equal((await call).error, cancelling.signal.reason);
  });

  it('a caller whose reason looks like a timeout is cancelled all the same', async () => {
    const { client } = await started(() => undefined);
    const cancelling = new AbortController();
    const call = failure(client.checkLock({ key: 'k', signal: cancelling.signal }));
    const reason = new RequestTimeoutError('mine');
    setTimeout(() => cancelling.abort(reason), 20);
    assert.equal((await call).error, reason);
  });

  it('64 calls may share a signal, with no warning of a leak', async () => {
    const { client } = await started(({ body }) => locked(body['key']));
    const { signal } = new AbortController();
    const keys = Array.from({ length: 64 }, (_, index) => `k${index}`);
    const locks = await Promise.all(keys.map((key) => client.checkLock({ key, signal })));
    assert.deepEqual(
      locks.map(({ key }) => key),
      keys,
    );
  });

  it('aborting a shared signal ends all calls', async () => {
    const { client } = await started(() => undefined);
    const cancelling = new AbortController();
    const calls = Array.from({ length: 64 }, () => failure(client.me({ signal: cancelling.signal })));
    setTimeout(() => cancelling.abort(), 50);
    for (const { error } of await Promise.all(calls)) assert.equal(error, cancelling.signal.reason);
  });

  it('a transport that pays no heed to its signal can be left all the same', async () => {
    const client = new OnceOnly({
      apiKey: API_KEY,
      timeoutMs: 30,
      failOpen: false,
      fetchImpl: () => new Promise(() => undefined),
    });
    const { error } = await failure(client.checkLock({ key: 'k' }));
    assert.ok(error instanceof RequestTimeoutError);
  });
});

describe('closing', () => {
  it('ends calls that run, and refuses further ones', async () => {
    const { client, seen } = await started(() => undefined);
    const calls = Array.from({ length: 8 }, () => failure(client.checkLock({ key: 'k' })));
    while (seen.length < 8) await new Promise((resolve) => setTimeout(resolve, 5));
    client.close();
    for (const { error } of await Promise.all(calls)) assert.ok(error instanceof ClientClosedError);
    assert.ok((await failure(client.me())).error instanceof ClientClosedError);
    await client.aclose();
  });

  it('ends a pause', async () => {
    const { client, seen } = await started(unavailable, {
      maxRetries429: 3,
      retryBackoffSec: 30,
      retryMaxBackoffSec: 30,
    });
    const call = failure(client.checkLock({ key: 'k' }));
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    client.close();
    assert.ok((await call).error instanceof ClientClosedError);
  });

  it('tells a function that runs under a lease', async () => {
    const { client } = await started(leasing());
    const run = client.ai.runFn('k', ({ signal }) => {
      setTimeout(() => client.close(), 20);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
    });
    const { error } = await failure(run);
    // The function has returned, and nobody can be told any more.
    assert.ok(error instanceof ResultNotRecordedError);
    assert.ok(error.result instanceof ClientClosedError);
    assert.ok(error.cause instanceof ClientClosedError);
  });
});

describe('the deadline of a client', () => {
  it('bounds a wait as a whole, which then ends as its own timeout would', async () => {
    const { client } = await started(({ path }) => ({ ok: true, status: 'in_progress', key: 'k', path }), {
      deadlineMs: 200,
    });
    const start = performance.now();
    const { status, errorCode } = await client.ai.wait('k', { pollMin: 0.01, pollMax: 0.01 });
    assert.deepEqual([status, errorCode], ['failed', 'timeout']);
    assert.ok(performance.now() - start < 20_000);
  });
});
