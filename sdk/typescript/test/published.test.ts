import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { idempotent } from '@onceonly/onceonly-sdk';
import { FakeOnceOnly } from '@onceonly/onceonly-sdk/testing';

class Paid {
  constructor(readonly id: string) {}
}

/** The keys that the published client 3.0.5 sends for calls of the function `charge`, by the text that it hashes. */
const VECTORS: [string, unknown[], string][] = [
  ['no arguments', [], '{"v":"v1","fn":"charge","args":[],"kwargs":{}}'],
  ['a text', ['a'], String.raw`{"v":"v1","fn":"charge","args":["\"a\""],"kwargs":{}}`],
  ['a text with letters and quotes', ['é"'], String.raw`{"v":"v1","fn":"charge","args":["\"é\\\"\""],"kwargs":{}}`],
  ['numbers', [100, 9.5, 1e21, -0], '{"v":"v1","fn":"charge","args":["100","9.5","1e+21","0"],"kwargs":{}}'],
  ['nothing', [null, undefined], '{"v":"v1","fn":"charge","args":["null",null],"kwargs":{}}'],
  [
    'names in any order',
    [{ b: 1, a: true }],
    String.raw`{"v":"v1","fn":"charge","args":["{\"a\":true,\"b\":1}"],"kwargs":{}}`,
  ],
  [
    'a nested object, of which only names of the outer one show',
    [{ a: { a: 1, z: 2 }, b: [{ a: 1, z: 2 }] }],
    String.raw`{"v":"v1","fn":"charge","args":["{\"a\":{\"a\":1},\"b\":[{\"a\":1}]}"],"kwargs":{}}`,
  ],
  ['a list', [[1, 'a', { x: 1 }]], String.raw`{"v":"v1","fn":"charge","args":["[1,\"a\",{}]"],"kwargs":{}}`],
  ['a date', [new Date(0)], String.raw`{"v":"v1","fn":"charge","args":["\"1970-01-01T00:00:00.000Z\""],"kwargs":{}}`],
  ['an instance', [new Paid('A-1')], String.raw`{"v":"v1","fn":"charge","args":["{\"id\":\"A-1\"}"],"kwargs":{}}`],
  ['a BigInt', [5n], '{"v":"v1","fn":"charge","args":["5"],"kwargs":{}}'],
];

/** Some of the keys themselves, so that the hash is fixed too. */
const HASHES: [unknown[], string][] = [
  [[], '8d864aa8ebacd40f3e13e2d5dd7b82f7f69c415887c74464fd82f7fe1c733c14'],
  [['a'], 'a0fc352c87bf73bbcde58a1ccffc0b214b004ee60936ed32f7e171c94f4fb0f6'],
];

function charge(...args: unknown[]): number {
  return args.length;
}

async function keyOf(args: unknown[], options = {}, fn = charge): Promise<unknown> {
  const fake = new FakeOnceOnly();
  await idempotent(fake.client(), fn, { keyFormat: 'published', ...options })(...args);
  return fake.requests[0]?.body?.['key'];
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

describe('keyFormat published', () => {
  for (const [name, args, text] of VECTORS) {
    it(`derives what the published client does of ${name}`, async () => {
      assert.equal(await keyOf(args), `func:${hashOf(text)}`);
    });
  }

  for (const [args, hash] of HASHES) {
    it(`is fixed for ${JSON.stringify(args)}`, async () => assert.equal(await keyOf(args), `func:${hash}`));
  }

  it('takes prefix, version and id, and calls a function without a name anonymous', async () => {
    const text = '{"v":"2","fn":"mine","args":[],"kwargs":{}}';
    assert.equal(await keyOf([], { keyPrefix: 'p', keyVersion: '2', keyId: 'mine' }), `p:${hashOf(text)}`);
    const anonymous = '{"v":"v1","fn":"anonymous","args":[],"kwargs":{}}';
    assert.equal(
      await keyOf(
        [],
        {},
        (
          () => () =>
            1
        )(),
      ),
      `func:${hashOf(anonymous)}`,
    );
  });

  it('is an option of the client too, which an own one replaces', async () => {
    const fake = new FakeOnceOnly();
    const client = fake.client({ keyFormat: 'published' });
    await idempotent(client, charge)(1);
    await idempotent(client, charge, { keyFormat: 'default' })(1);
    const [published, own] = fake.requests.map(({ body }) => body?.['key']);
    assert.equal(published, await keyOf([1]));
    assert.notEqual(own, published);
    assert.throws(() => fake.client({ keyFormat: 'old' as never }), TypeError);
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  const refused: [string, unknown][] = [
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a map', new Map([['a', 1]])],
    ['a set', new Set([1])],
    ['a pattern', /a/],
    ['a promise', Promise.resolve(1)],
    ['an error', new Error('why')],
    ['NaN', NaN],
    ['a cycle', cycle],
    ['a BigInt within a list', [1n]],
    ['a set within an object', { a: new Set([1]) }],
  ];
  for (const [name, value] of refused) {
    it(`refuses ${name}, of which the published client writes nothing, or no more than its kind`, async () => {
      await assert.rejects(keyOf(['fine', value]), /^TypeError: argument 2 must show in a key/);
    });
  }
});
