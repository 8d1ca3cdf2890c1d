import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { idempotent, idempotentAi } from '@onceonly/onceonly-sdk';
import { FakeOnceOnly } from '@onceonly/onceonly-sdk/testing';

const quiet = { logger: { warn: () => undefined } };

function* lines(): Generator<number> {
  yield 1;
}
async function* pages(): AsyncGenerator<number> {
  yield await Promise.resolve(1);
}

class Job {
  readonly done = Promise.resolve(1);
}

describe('work that has only started', () => {
  it('is refused before anything is sent where the function says so', async () => {
    const fake = new FakeOnceOnly();
    const client = fake.client();
    for (const fn of [lines, pages]) {
      assert.throws(() => idempotent(client, fn as never), /^TypeError: fn must not be a generator function/);
      assert.throws(() => idempotentAi(client, fn as never, { key: 'k' }), TypeError);
      await assert.rejects(client.ai.runFn('k', fn), TypeError);
    }
    assert.equal(fake.requests.length, 0);
  });

  const values: [string, () => unknown][] = [
    ['a generator', () => lines()],
    ['an async generator', () => pages()],
    ['a promise of a generator', () => Promise.resolve(lines())],
    ['a function', () => () => 1],
    ['a stream of the web', () => new ReadableStream()],
    ['a stream of Node', () => Readable.from([1])],
    ['an observable', () => ({ '@@observable': () => undefined })],
    ['an iterator of a map', () => new Map([[1, 2]]).entries()],
    ['promises within a list', () => [Promise.resolve(1), Promise.resolve(2)]],
    ['a promise within an object', () => ({ a: { b: Promise.resolve(1) } })],
    ['promises within a set', () => new Set([Promise.resolve(1)])],
    ['promises within a map', () => new Map([['a', Promise.resolve(1)]])],
    ['a promise in a field of a class', () => new Job()],
    ['a generator within a list', () => [lines()]],
  ];
  for (const [name, make] of values) {
    it(`is never completed: ${name}`, async () => {
      const fake = new FakeOnceOnly();
      const client = fake.client(quiet);
      await assert.rejects(client.ai.runFn('k', make), /^TypeError: the function must return its outcome/);
      await assert.rejects(idempotentAi(client, make, { key: 'k2' })(), TypeError);
      await assert.rejects(idempotent(client, make, { keyFn: () => 'k3' })(), TypeError);
      assert.ok(!fake.requests.some(({ path }) => path === '/v1/ai/complete'));
      assert.equal((await client.ai.status('k')).status, 'failed');
    });
  }

  it('is ended where that can be', async () => {
    const ended: string[] = [];
    const generator = (function* () {
      try {
        yield 1;
      } finally {
        ended.push('generator');
      }
    })();
    generator.next();
    const stream = new ReadableStream({ cancel: () => void ended.push('stream') });
    const readable = new Readable({
      read: () => undefined,
      destroy: (_, done) => done(void ended.push('readable')),
    });
    const client = new FakeOnceOnly().client(quiet);
    for (const [index, value] of [generator, stream, readable].entries()) {
      await assert.rejects(
        client.ai.runFn(`k${index}`, () => value),
        TypeError,
      );
    }
    assert.deepEqual(ended, ['generator', 'stream', 'readable']);
  });

  it('does not end the process when it is rejected later', async () => {
    const rejected: unknown[] = [];
    const note = (reason: unknown) => rejected.push(reason);
    process.on('unhandledRejection', note);
    const late = async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      throw new RangeError('late');
    };
    const client = new FakeOnceOnly().client(quiet);
    await assert.rejects(
      client.ai.runFn('k', () => [late(), { again: late() }, new Set([late()])]),
      TypeError,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.off('unhandledRejection', note);
    assert.deepEqual(rejected, []);
  });

  it('is nothing whose methods only have names like those of streams, and none of them is called', async () => {
    const called: string[] = [];
    const call = (name: string) => () => called.push(name);
    class Subscription {
      readonly id = 'sub-1';
      subscribe() {
        called.push('subscribe');
      }
      cancel() {
        called.push('cancel');
      }
      destroy() {
        called.push('destroy');
      }
    }
    const unreadable = new Proxy(
      {},
      {
        get: (_, name) => {
          if (name === 'then') return undefined;
          throw new Error(`no ${String(name)}`);
        },
      },
    );
    const done: unknown[] = [
      new Subscription(),
      { pipe: call('pipe'), parse: call('parse') },
      { items: [1], [Symbol.asyncIterator]: call('iterate') },
      { data: 1, request: { pipe: call('pipe'), destroy: call('destroy'), cancel: call('cancel') } },
      { next: call('next'), return: call('return') },
      unreadable,
    ];
    const client = new FakeOnceOnly().client(quiet);
    for (const [index, value] of done.entries()) {
      assert.equal((await client.ai.runFn(`k${index}`, () => value)).status, 'completed');
      const wrapped = idempotent(client, () => value, { keyFn: () => `w${index}` });
      assert.equal(await wrapped(), value);
    }
    assert.deepEqual(called, []);
  });

  it('is no list, map, set, date, bytes, or object with a cycle', async () => {
    const client = new FakeOnceOnly().client(quiet);
    const cycle: unknown[] = [];
    cycle.push(cycle, { cycle });
    const done = [[1], new Map([['a', 1]]), new Set([1]), new Date(0), new Uint8Array(2), cycle, { then: 1 }];
    for (const [index, value] of done.entries()) {
      assert.equal((await client.ai.runFn(`k${index}`, () => value)).status, 'completed');
    }
  });
});
