import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { NetworkError, OnceOnly, RateLimitError, type RetryNotice } from '@onceonly/onceonly-sdk';
import { API_KEY, serve } from './support/server.js';

const PROFILE = '{"plan":"free"}';

interface Speaker {
  readonly url: string;
  /** How many requests have come. */
  readonly requests: () => number;
  readonly stop: () => void;
}

/** A server that answers a connection's first request and does with the second one as it is told. */
async function speaker(second: (socket: Socket) => void, firstToo = false): Promise<Speaker> {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let answered = false;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      requests++;
      if (answered || firstToo) {
        second(socket);
        return;
      }
      answered = true;
      const type = 'Content-Type: application/json\r\nConnection: keep-alive';
      socket.write(`HTTP/1.1 200 OK\r\n${type}\r\nContent-Length: ${PROFILE.length}\r\n\r\n${PROFILE}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Makes calls one after the other until one has met a connection that was used before. */
async function callsUntilReused(client: OnceOnly, { requests }: Speaker): Promise<void> {
  for (let calls = 1; calls <= 20; calls++) {
    await client.me();
    if (requests() > calls) return;
  }
  assert.fail('no connection was used twice');
}

describe('a connection that was used before and proves dead', () => {
  for (const [name, die] of [
    ['closed', (socket: Socket) => socket.end()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ] as const) {
    it(`is no failure when it is ${name}: the attempt is made once more`, async () => {
      const server = await speaker(die);
      const retries: RetryNotice[] = [];
      const client = new OnceOnly({ apiKey: API_KEY, baseUrl: server.url, onRetry: (notice) => retries.push(notice) });
      await callsUntilReused(client, server);
      assert.ok(retries.length > 0 && retries.every(({ attempt, pause }) => attempt === 1 && pause === 0));
      server.stop();
    });
  }

  it('is a failure when it is an event, which might be written twice', async () => {
    const server = await speaker((socket) => socket.end());
    const client = new OnceOnly({ apiKey: API_KEY, baseUrl: server.url });
    await assert.rejects(async () => {
      for (let calls = 0; calls < 20; calls++) {
        await client.postEvent({ runId: 'r', type: 't' });
      }
    }, NetworkError);
    server.stop();
  });

  it('is a failure where a part of the answer may have been the outcome of what must not be done twice', async () => {
    const server = await speaker((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'));
    const client = new OnceOnly({ apiKey: API_KEY, baseUrl: server.url });
    await assert.rejects(async () => {
      for (let calls = 0; calls < 20; calls++) await client.releaseLock('k', 'l');
    }, NetworkError);
    server.stop();
  });

  it('a fresh one that is closed or reset is a failure', async () => {
    for (const die of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
      const server = await speaker(die, true);
      const client = new OnceOnly({ apiKey: API_KEY, baseUrl: server.url });
      await assert.rejects(client.me(), NetworkError);
      assert.equal(server.requests(), 1);
      server.stop();
    }
  });
});

describe('Retry-After', () => {
  it('of more than the longest pause is not waited for', async () => {
    const server = await serve(
      (_, response) => {
        response.statusCode = 429;
        response.setHeader('Retry-After', '3600');
        return { detail: { error: 'rate_limited' } };
      },
      { maxRetries429: 5, retryMaxBackoffSec: 2 },
    );
    await assert.rejects(
      server.client.checkLock({ key: 'k' }),
      (error) => error instanceof RateLimitError && error.retryAfterSec === 3600,
    );
    assert.equal(server.seen.length, 1);
    await server.stop();
  });
});

describe('each further attempt', () => {
  it('is told to onRetry and to a logger that wants to know, and never as a warning', async () => {
    const notices: RetryNotice[] = [];
    const lines: string[] = [];
    const server = await serve(
      (_, response) => {
        response.statusCode = 503;
        return { detail: { error: 'storage_unavailable' } };
      },
      {
        maxRetries429: 2,
        retryBackoffSec: 0.01,
        onRetry: (notice) => {
          notices.push(notice);
          throw new Error('of mine');
        },
        logger: { warn: (line) => lines.push(`warn ${line}`), debug: (line) => lines.push(`debug ${line}`) },
      },
    );
    await assert.rejects(server.client.me(), /storage_unavailable/);
    assert.deepEqual(
      notices.map(({ method, path, attempt, failure }) => [method, path, attempt, failure.statusCode]),
      [
        ['GET', '/v1/me', 1, 503],
        ['GET', '/v1/me', 2, 503],
      ],
    );
    assert.ok(notices.every(({ pause }) => pause > 0 && pause <= 0.02));
    assert.equal(lines.filter((line) => line.startsWith('debug')).length, 2);
    assert.equal(lines.filter((line) => line.startsWith('warn')).length, 2);
    assert.ok(lines.filter((line) => line.startsWith('warn')).every((line) => line.includes('onRetry has thrown')));
    await server.stop();
  });
});
