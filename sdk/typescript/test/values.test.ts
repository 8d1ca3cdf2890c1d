import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { serve, leasing, type TestServer } from './support/server.js';

let server: TestServer;
before(async () => {
  server = await serve(leasing());
});
after(() => server.stop());

/** What is stored when a function returns this value. */
async function stored(value: unknown): Promise<unknown> {
  const { result } = await server.client.ai.runFn('k', () => value);
  return result;
}

class Point {
  readonly #hidden = 1;
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
  get sum(): number {
    return this.x + this.y + this.#hidden;
  }
}

const cyclic: { name: string; self?: unknown } = { name: 'a' };
cyclic.self = cyclic;

const deep: unknown[] = [];
for (let i = 0, at = deep; i < 200; i++) {
  const next: unknown[] = [];
  at.push(next);
  at = next;
}

describe('what a function returns is stored as JSON', () => {
  const cases: [string, unknown, unknown][] = [
    ['undefined', undefined, null],
    ['null', null, null],
    ['an object', { a: [1, { b: null }] }, { a: [1, { b: null }] }],
    ['a list', [1, 'a'], { data: [1, 'a'] }],
    ['a text', 'so', { data: 'so' }],
    ['false', false, { data: false }],
    ['NaN and infinities', { a: NaN, b: [Infinity, -Infinity] }, { a: 'NaN', b: ['Infinity', '-Infinity'] }],
    ['a BigInt', { n: 2n ** 64n, small: 5n }, { n: '18446744073709551616', small: '5' }],
    ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['an invalid date', new Date(NaN), { data: 'Invalid Date' }],
    [
      'a map',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, new Map()],
      ]),
      { a: 1, '2': {} },
    ],
    ['a set', new Set([1, 'b']), { data: [1, 'b'] }],
    ['bytes', new Uint8Array([1, 255]), { data: [1, 255] }],
    ['an instance', new Point(1, 2), { x: 1, y: 2 }],
    ['a value with toJSON', { toJSON: () => ({ said: 1 }) }, { said: 1 }],
    ['an error', new RangeError('far'), { name: 'RangeError', message: 'far' }],
    ['a symbol and a function', { s: Symbol('s'), f: Math.max }, { s: 'Symbol(s)', f: String(Math.max) }],
    ['a pattern', { p: /a+/ }, { p: '/a+/' }],
    ['a cycle', cyclic, { name: 'a', self: '[circular]' }],
    ['the same object twice', { a: cyclic.name, b: [[], []] }, { a: 'a', b: [[], []] }],
    ['undefined fields and items', { a: undefined, b: [undefined] }, { b: [null] }],
    ['half a surrogate pair', { 'k\ud800': 'v\udc00', ok: '😀' }, { 'k\ufffd': 'v\ufffd', ok: '😀' }],
    [
      'a getter that throws',
      {
        a: 1,
        get b() {
          return assert.fail();
        },
      },
      { data: '[unreadable]' },
    ],
    ['__proto__ as a field', JSON.parse('{"__proto__": {"a": 1}}'), JSON.parse('{"__proto__": {"a": 1}}')],
  ];
  for (const [name, value, expected] of cases) {
    it(name, async () => {
      assert.deepEqual(await stored(value), expected);
    });
  }

  it('what is nested deeper than the server takes is told as text', async () => {
    assert.match(JSON.stringify(await stored(deep)), /\[too deep\]/);
  });
});

describe('metadata is an object', () => {
  const cases: [string, unknown, unknown][] = [
    ['an object', { a: new Set([1n]) }, { a: ['1'] }],
    ['a text', 'so', { value: 'so' }],
    ['a list', [1, 2], { value: '[1,2]' }],
    ['nothing', undefined, undefined],
  ];
  for (const [name, metadata, expected] of cases) {
    it(name, async () => {
      await server.client.ai.lease('k', 60, metadata);
      assert.deepEqual(server.seen.at(-1)?.body['metadata'], expected);
    });
  }
});
