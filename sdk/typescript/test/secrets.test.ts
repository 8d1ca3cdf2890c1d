import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { OnceOnly, ProtocolError } from '@onceonly/onceonly-sdk';
import { API_KEY } from './support/server.js';

/** Everything that a logger may make of a value. */
function shown(value: unknown): string {
  const options = { depth: Infinity, showHidden: true, getters: true };
  const stack = value instanceof Error ? `${value.stack}${value.message}` : '';
  return `${inspect(value, options)}${JSON.stringify(value)}${String(value)}${stack}`;
}

/** A server that sends back what it was sent. */
const echoing =
  (status: number, type: string) =>
  (_: string, init: RequestInit): Promise<Response> => {
    const { Authorization } = init.headers as Record<string, string>;
    const body =
      type === 'text/html' ? `<p>${Authorization}</p>` : JSON.stringify({ detail: { error: Authorization } });
    return Promise.resolve(new Response(body, { status, headers: { 'content-type': type } }));
  };

describe('the API key', () => {
  it('is in no client', () => {
    const client = new OnceOnly({ apiKey: API_KEY });
    for (const each of [client, client.ai, client.gov]) assert.ok(!shown(each).includes(API_KEY));
  });

  it('is in no error, even when the server sends it back', async () => {
    for (const [status, type] of [
      [400, 'application/json'],
      [401, 'text/html'],
      [500, 'text/html'],
    ] as const) {
      const client = new OnceOnly({ apiKey: API_KEY, fetchImpl: echoing(status, type) });
      const error: unknown = await client.me().catch((thrown: unknown) => thrown);
      assert.ok(error instanceof Error);
      assert.ok(!shown(error).includes(API_KEY), shown(error));
    }
    const client = new OnceOnly({ apiKey: API_KEY, fetchImpl: echoing(200, 'text/html') });
    const error: unknown = await client.me().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ProtocolError);
    assert.ok(!shown(error).includes(API_KEY));
  });

  it('is in no error of a server that is away, nor in the warning', async () => {
    const logged: string[] = [];
    const client = new OnceOnly({
      apiKey: API_KEY,
      baseUrl: 'http://127.0.0.1:1',
      logger: { warn: (message) => logged.push(message) },
    });
    const error: unknown = await client.me().catch((thrown: unknown) => thrown);
    assert.ok(!shown(error).includes(API_KEY));
    assert.equal((await client.checkLock({ key: 'k' })).failedOpen, true);
    assert.equal(logged.length, 1);
    assert.ok(!logged.join().includes(API_KEY));
  });

  it('is in no error in another form, in another place, or of a transport that tells it', async () => {
    const [head, ...rest] = API_KEY;
    const code = head?.charCodeAt(0).toString(16).padStart(4, '0');
    const escaped = `\\u${code}${rest.join('')}`;
    const encoded = `%${head?.charCodeAt(0).toString(16)}${rest.join('')}`;
    const answers: [number, string][] = [
      [400, `{"detail":{"error":"bad","message":"${escaped}"}}`],
      [400, `{"detail":[{"${API_KEY}":["${API_KEY}"]}]}`],
      [400, `<p>${escaped} ${encoded}</p>`],
      [200, `{"headers":{"Authorization":"Bearer ${API_KEY}"}}`],
      [200, `[["${escaped}"]]`],
    ];
    for (const [status, body] of answers) {
      const fetchImpl = () => Promise.resolve(new Response(body, { status }));
      const client = new OnceOnly({ apiKey: API_KEY, fetchImpl });
      const error: unknown = await client.checkLock({ key: 'k' }).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof Error);
      for (const form of [API_KEY, escaped, encoded]) assert.ok(!shown(error).includes(form), shown(error));
    }
    const item = `{"items":[{"detail":{"error":"bad","message":"${API_KEY}"}}]}`;
    const batch = new OnceOnly({ apiKey: API_KEY, fetchImpl: () => Promise.resolve(new Response(item)) });
    assert.ok(!shown(await batch.checkLockBatch([{ key: 'k' }])).includes(API_KEY));
    const telling = new OnceOnly({
      apiKey: API_KEY,
      fetchImpl: (_, init) => Promise.reject(new Error(`bad header ${init.headers['Authorization']}`)),
    });
    await assert.rejects(telling.me(), (error: Error) => !error.message.includes(API_KEY));
  });

  it('that no header can hold is refused without being shown', () => {
    for (const apiKey of [`${API_KEY}\n`, `${API_KEY}é`, '', ' ']) {
      assert.throws(
        () => new OnceOnly({ apiKey }),
        (error: Error) => error instanceof TypeError && !error.message.includes(API_KEY),
      );
    }
  });
});
