import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OnceOnly, type ClientOptions } from '@onceonly/onceonly-sdk';

export const API_KEY = 'once_live_test_0123456789abcdef';

/** A request as a test's server has got it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

/** Answers a request; what it returns is the JSON of a 200. Undefined: the answer has been written, or never will be. */
export type Answering = (request: Seen, response: ServerResponse) => unknown;

/** A server for one test, and a client of it. */
export interface TestServer {
  readonly client: OnceOnly;
  readonly seen: Seen[];
  readonly url: string;
  stop(): Promise<void>;
}

export async function serve(answering: Answering, options: Partial<ClientOptions> = {}): Promise<TestServer> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const request_ = await read(request);
      seen.push(request_);
      const answer = answering(request_, response);
      if (answer !== undefined) {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(answer));
      }
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new OnceOnly({ apiKey: API_KEY, baseUrl: url, ...options });
  return {
    client,
    seen,
    url,
    stop: async () => {
      client.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
}

/** Answers as a server does that holds leases: every key is acquired, and what is completed is the result. */
export function leasing(leaseTtl = 300): Answering {
  let result: unknown = null;
  return ({ path, body }) => {
    if (path.startsWith('/v1/ai/lease')) {
      return {
        ok: true,
        status: 'acquired',
        key: body['key'],
        lease_id: 'lease_1',
        ttl: leaseTtl,
        version: 1,
        fence: 7,
      };
    }
    if (path.startsWith('/v1/ai/complete')) result = body['result'] ?? null;
    if (path.startsWith('/v1/ai/result')) return { ok: true, status: 'completed', key: 'k', result };
    return { ok: true, status: 'done', key: body['key'], version: 2 };
  };
}

/** The body of an answer to check-lock. */
export function locked(key: unknown): object {
  return { success: true, status: 'locked', key, ttl: 60, first_seen_at: null };
}
