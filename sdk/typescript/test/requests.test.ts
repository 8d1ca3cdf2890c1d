import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApiError, createClient, NetworkError, OnceOnly, ProtocolError } from '@onceonly/onceonly-sdk';
import { API_KEY, locked, serve, type TestServer } from './support/server.js';

let server: TestServer;
before(async () => {
  server = await serve(({ body }) => locked(body['key']));
});
after(() => server.stop());

describe('arguments that can not be right are refused before anything is sent', () => {
  const client = new OnceOnly({ apiKey: API_KEY, fetchImpl: () => assert.fail('something was sent') });
  const cases: [string, () => Promise<unknown>][] = [
    ['a TTL that is no number', () => client.checkLock({ key: 'k', ttl: NaN })],
    ['a request id that no header can hold', () => client.checkLock({ key: 'k', requestId: 'a\nb' })],
    ['a request id that is not ASCII', () => client.checkLock({ key: 'k', requestId: 'né' })],
    ['a path part that is ..', () => client.gov.getPolicy('..')],
    ['a run id that is .', () => client.getRunTimeline(' . ')],
    ['half a surrogate pair in a path', () => client.gov.getTool('a\ud800')],
    ['half a surrogate pair in a query', () => client.ai.status('a\ud800')],
    ['args that are no object', () => client.ai.runTool({ agentId: 'a', tool: 't', args: [] as never })],
    ['an agent without a tool', () => client.ai.run({ key: 'k', agentId: 'a' } as never)],
    ['a switch that is neither on nor off', () => client.gov.toggleTool('t', 1 as never)],
    ['an interval without length', () => client.ai.wait('k', { leaseId: 'l', extendEvery: 0 })],
    ['a function that is none', () => client.ai.runFn('k', 1 as never)],
    ['a blank error code', () => client.ai.runFn('k', () => 1, { errorCode: ' ' })],
    ['no time between extends', () => client.ai.runFn('k', () => 1, { extendEvery: 0 })],
    ['no options at all', () => client.checkLock({} as never)],
  ];
  for (const [name, call] of cases) it(name, () => assert.rejects(call, TypeError));

  const options: [string, object][] = [
    ['a base URL that is none', { baseUrl: 'localhost:8080/v1' }],
    ['a base URL that is no http', { baseUrl: 'ftp://a/' }],
    ['a base URL with a user', { baseUrl: 'http://a:b@c/' }],
    ['a timeout of 0', { timeoutMs: 0 }],
    ['a timeout that is a text', { timeoutMs: '5' }],
    ['less than no retries', { maxRetries429: -1 }],
    ['a user agent with a line break', { userAgent: 'a\r\nb: c' }],
  ];
  for (const [name, option] of options) {
    it(name, () => assert.throws(() => createClient({ apiKey: API_KEY, ...option }), TypeError));
  }
});

describe('requests', () => {
  it('go to /v1 of a base URL without a path, and to any other path as it is', async () => {
    const urls: string[] = [];
    const fetchImpl = (url: string) => {
      urls.push(url);
      return Promise.resolve(Response.json({ plan: 'free' }));
    };
    for (const baseUrl of ['http://h:1', 'http://h:1/', 'http://h:1/v1/', 'http://h:1/x/y', undefined]) {
      await new OnceOnly({ apiKey: API_KEY, baseUrl, fetchImpl }).me();
    }
    const expected = [
      'http://h:1/v1',
      'http://h:1/v1',
      'http://h:1/v1',
      'http://h:1/x/y',
      'https://api.onceonly.tech/v1',
    ];
    assert.deepEqual(
      urls,
      expected.map((base) => `${base}/me`),
    );
  });

  it('64 at once each get their own answer and attempt id', async () => {
    const keys = Array.from({ length: 64 }, (_, index) => `par-${index}`);
    const results = await Promise.all(keys.map((key) => server.client.checkLock({ key })));
    assert.deepEqual(
      results.map(({ key }) => key),
      keys,
    );
    const ids = server.seen.filter(({ body }) => String(body['key']).startsWith('par-'));
    assert.equal(new Set(ids.map(({ headers }) => headers['x-onceonly-attempt-id'])).size, 64);
  });

  it('have an alias for the names of the Python client', async () => {
    assert.equal((await server.client.checkLockAsync({ key: 'alias' })).key, 'alias');
    class Renaming extends OnceOnly {
      override me() {
        return Promise.resolve({ plan: 'mine' } as Awaited<ReturnType<OnceOnly['me']>>);
      }
    }
    assert.equal((await new Renaming({ apiKey: API_KEY }).meAsync()).plan, 'mine');
  });

  it('shouldProceed and isDuplicate say what to do', async () => {
    const lock = await server.client.checkLock({ key: 'k' });
    assert.deepEqual([lock.shouldProceed(), lock.isDuplicate()], [true, false]);
  });
});

describe('failures', () => {
  const answering = (body: string, init: ResponseInit) => () => Promise.resolve(new Response(body, init));

  it('a transport that throws is a NetworkError with its cause', async () => {
    const cause = new Error('cable');
    const fetchImpl = () => {
      throw cause;
    };
    const error: unknown = await new OnceOnly({ apiKey: API_KEY, fetchImpl }).me().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof NetworkError);
    assert.equal(error.cause, cause);
    assert.match(error.message, /cable/);
  });

  it('says why a connection was refused', async () => {
    const client = new OnceOnly({ apiKey: API_KEY, baseUrl: 'http://127.0.0.1:1' });
    await assert.rejects(client.me(), /^NetworkError: can't reach http:\/\/127\.0\.0\.1:1: .*(ECONNREFUSED|bad port)/);
  });

  it('a long text that is no JSON is cut', async () => {
    const fetchImpl = answering('x'.repeat(100_000), { status: 500 });
    const error: unknown = await new OnceOnly({ apiKey: API_KEY, fetchImpl }).me().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ApiError);
    assert.equal(String(error.detail).length, 1000);
  });

  it('an answer without a body is a ProtocolError when it is 2xx, and an ApiError else', async () => {
    const made = (status: number) => new OnceOnly({ apiKey: API_KEY, fetchImpl: answering('', { status }) });
    await assert.rejects(made(200).me(), ProtocolError);
    await assert.rejects(made(404).me(), /^ApiError: HTTP 404$/);
  });

  it('a list where an object belongs is a ProtocolError, and the other way round', async () => {
    const made = (body: string) => new OnceOnly({ apiKey: API_KEY, fetchImpl: answering(body, { status: 200 }) });
    await assert.rejects(made('[]').me(), ProtocolError);
    await assert.rejects(made('{}').events(), ProtocolError);
    await assert.rejects(made('[1]').gov.listAgents(), ProtocolError);
    assert.deepEqual(await made('{"data": []}').events(), []);
  });
});
