import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { idempotent } from '@onceonly/onceonly-sdk';
import { locked, serve, type TestServer } from './support/server.js';

let server: TestServer;
before(async () => {
  server = await serve(({ body }) => locked(body['key']));
});
after(() => server.stop());

/** The key of a call with these arguments. */
async function keyOf(...args: unknown[]): Promise<unknown> {
  const work = idempotent(server.client, (...all: unknown[]) => all.length, { keyId: 'work' });
  await work(...args);
  return server.seen.at(-1)?.body['key'];
}

describe('the key of an idempotent call', () => {
  it('is the hash of canonical JSON', async () => {
    const canonical = String.raw`{"args":["\"é\"","{\"a\":[1,null],\"b\":true}"],"fn":"work","kwargs":{},"v":"v1"}`;
    const hash = createHash('sha256').update(canonical).digest('hex');
    assert.equal(await keyOf('é', { b: true, a: [1, undefined], c: undefined }), `func:${hash}`);
  });

  const same: [string, unknown[], unknown[]][] = [
    ['other orders of properties', [{ a: 1, b: { c: 2, d: 3 } }], [{ b: { d: 3, c: 2 }, a: 1 }]],
    ['other orders of a set', [new Set([1, 2])], [new Set([2, 1])]],
    [
      'other orders of a map',
      [
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
      ],
      [
        new Map([
          ['b', 2],
          ['a', 1],
        ]),
      ],
    ],
    ['arguments left out at the end', ['a'], ['a', undefined]],
    ['another name for one instant', [new Date('2026-01-01T00:00:00Z')], [new Date('2026-01-01T01:00:00+01:00')]],
  ];
  for (const [name, first, second] of same) {
    it(`is the same for ${name}`, async () => assert.equal(await keyOf(...first), await keyOf(...second)));
  }

  it('is another for other values', async () => {
    const values = [
      1,
      '1',
      true,
      null,
      [],
      {},
      [1],
      ['1'],
      { a: 1 },
      { a: '1' },
      2n ** 60n,
      2n ** 60n + 1n,
      new Date(0),
      'é',
      'e',
    ];
    const keys = new Set(await Promise.all(values.map((value) => keyOf(value))));
    assert.equal(keys.size, values.length);
    assert.notEqual(await keyOf('a', 'b'), await keyOf('b', 'a'));
  });

  const cycle: unknown[] = [];
  cycle.push({ cycle });
  const refused: [string, unknown][] = [
    ['a function', () => 1],
    ['a function deep inside', { a: [{ b: Math.max }] }],
    ['a symbol', Symbol('s')],
    ['NaN', { a: NaN }],
    ['a cycle', cycle],
    ['an invalid date', new Date(NaN)],
    ['a promise', Promise.resolve(1)],
    ['a pattern', /a/],
    ['a map whose keys are objects', new Map([[{}, 1]])],
  ];
  for (const [name, value] of refused) {
    it(`is refused for ${name}, before anything is sent`, async () => {
      const before_ = server.seen.length;
      await assert.rejects(keyOf('fine', value), /^TypeError: argument 2 of an idempotent function has no JSON form/);
      assert.equal(server.seen.length, before_);
    });
  }

  it('comes from keyFn, or keyFunc, when there is one', async () => {
    const work = (id: number) => id;
    await idempotent(server.client, work, { keyFn: (id) => `job-${id}`, keyPrefix: 'p' })(7);
    assert.equal(server.seen.at(-1)?.body['key'], 'p:job-7');
    await idempotent(server.client, work, { keyFunc: (id) => Promise.resolve(`job-${id}`) })(8);
    assert.equal(server.seen.at(-1)?.body['key'], 'func:job-8');
  });

  it('needs something that names the function', async () => {
    assert.throws(() => idempotent(server.client, () => 1), TypeError);
    await idempotent(server.client, () => 1, { keyPrefix: 'named' })();
    assert.match(String(server.seen.at(-1)?.body['key']), /^named:[0-9a-f]{64}$/);
  });
});
