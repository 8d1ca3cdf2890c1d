import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { idempotent, idempotentAi } from '@onceonly/onceonly-sdk';
import { locked, serve, type TestServer } from './support/server.js';

let server: TestServer;
before(async () => {
  server = await serve(({ body }) => locked(body['key']));
});
after(() => server.stop());

/** How many keys there are of calls with one of these arguments each. */
async function countOf(values: readonly unknown[]): Promise<number> {
  const keys = new Set<unknown>();
  for (const value of values) keys.add(await keyOf(value));
  return keys.size;
}

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
    assert.equal(await countOf(values), values.length);
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
      await assert.rejects(keyOf('fine', value), /^TypeError: argument 2 must have a JSON form, .*; give keyFn$/);
      assert.equal(server.seen.length, before_);
    });
  }

  it('is refused for an argument that is too deep, by its name', async () => {
    let deep: unknown = {};
    for (let depth = 0; depth < 20_000; depth++) deep = { deep };
    await assert.rejects(keyOf('fine', deep), /^TypeError: argument 2 must have a JSON form/);
    const published = idempotent(server.client, (value: unknown) => value, { keyId: 'work', keyFormat: 'published' });
    await assert.rejects(published(deep), /^TypeError: argument 1 must show in a key of the published format/);
  });

  it('comes from keyFn, or keyFunc, when there is one', async () => {
    const work = (id: number) => id;
    await idempotent(server.client, work, { keyFn: (id) => `job-${id}`, keyPrefix: 'p' })(7);
    assert.equal(server.seen.at(-1)?.body['key'], 'p:job-7');
    await idempotent(server.client, work, { keyFunc: (id) => Promise.resolve(`job-${id}`) })(8);
    assert.equal(server.seen.at(-1)?.body['key'], 'func:job-8');
  });

  it('needs something that names the function', async () => {
    assert.throws(() => idempotent(server.client, () => 1), TypeError);
    assert.throws(() => idempotent(server.client, () => 1, { keyPrefix: 'refund' }), TypeError);
    await idempotent(server.client, () => 1, { keyPrefix: 'named', keyId: 'refund' })();
    assert.match(String(server.seen.at(-1)?.body['key']), /^named:[0-9a-f]{64}$/);
  });
});

describe('numbers in a key are written by their value', () => {
  const cases: [number | bigint, string][] = [
    [100, '100'],
    [100.0, '100'],
    [100n, '100'],
    [9.5, '9.5'],
    [0, '0'],
    [-0, '0'],
    [0n, '0'],
    [-12.5, '-12.5'],
    [0.000001, '0.000001'],
    [0.0000001, '1E-7'],
    [1.5e-7, '1.5E-7'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1e20, '100000000000000000000'],
    [1e21, '1E+21'],
    [-1.5e30, '-1.5E+30'],
    [2n ** 60n, '1152921504606846976'],
    [1234567890123456789012345n, '1234567890123456789012345'],
    [12345678901234567890123450n, '1.234567890123456789012345E+25'],
    [5e-324, '5E-324'],
    [Number.MAX_VALUE, '1.7976931348623157E+308'],
  ];
  for (const [value, text] of cases) {
    it(`${String(value)} of type ${typeof value} is ${text}`, async () => {
      const canonical = `{"args":["${text}"],"fn":"work","kwargs":{},"v":"v1"}`;
      assert.equal(await keyOf(value), `func:${createHash('sha256').update(canonical).digest('hex')}`);
    });
  }
});

class Paid {
  constructor(readonly id: string) {}
}
class Shipped {
  constructor(readonly id: string) {}
}
class Secret {
  readonly shown = 1;
  readonly #id: string;
  constructor(id: string) {
    this.#id = id;
  }
  reveal() {
    return this.#id;
  }
}
class Derived extends Secret {
  readonly more = 2;
}
class Cart extends Array<string> {
  readonly #customer: string;
  constructor(customer: string) {
    super('a');
    this.#customer = customer;
    Object.defineProperty(this, 'at', { value: () => this.#customer, enumerable: false });
  }
}
class Photo extends Uint8Array {
  readonly #kind: string;
  constructor(kind: string) {
    super(2);
    this.#kind = kind;
  }
  kind() {
    return this.#kind;
  }
}
class Zoned extends Date {
  readonly zone = 'UTC';
}
class Amount extends Number {
  readonly currency = 'EUR';
}
class Computed {
  get id() {
    return String(1);
  }
}
class Said {
  readonly #id: string;
  constructor(id: string) {
    this.#id = id;
  }
  toJSON() {
    return { id: this.#id };
  }
}

describe('values of classes in a key', () => {
  it('have the name of their class before their fields', async () => {
    const canonical = String.raw`{"args":["Paid{\"id\":\"A-1\"}"],"fn":"work","kwargs":{},"v":"v1"}`;
    const hash = createHash('sha256').update(canonical).digest('hex');
    assert.equal(await keyOf(new Paid('A-1')), `func:${hash}`);
  });

  it('are others than equal fields of another class, also within lists, maps and objects', async () => {
    for (const within of [
      (value: unknown) => value,
      (value: unknown) => [value],
      (value: unknown) => ({ value }),
      (value: unknown) => new Map([['a', value]]),
      (value: unknown) => new Set([value]),
    ]) {
      const keys = [new Paid('A-1'), new Shipped('A-1'), { id: 'A-1' }, new Paid('A-2')];
      assert.equal(await countOf(keys.map(within)), keys.length);
      assert.equal(await keyOf(within(new Paid('A-1'))), await keyOf(within(new Paid('A-1'))));
    }
  });

  it('may say themselves what they are in JSON', async () => {
    const keys = [new URL('http://a/1'), new URL('http://a/2'), new Said('a'), new Said('b'), 'http://a/1'];
    assert.equal(await countOf(keys), keys.length);
  });

  it('of a class of the same name as a built-in one are values of that class', async () => {
    const Own = runInNewContext('(class Map { constructor(a) { this.a = a; } })') as new (a: number) => object;
    assert.notEqual(await keyOf(new Own(1)), await keyOf(new Map([['a', 1]])));
    assert.equal(await keyOf(runInNewContext('[1]')), await keyOf([1]));
    assert.equal(await keyOf(runInNewContext('new Date(0)')), await keyOf(new Date(0)));
  });

  it('may be bytes, and may copy their fields', async () => {
    assert.notEqual(await keyOf(Buffer.from('a')), await keyOf(Buffer.from('b')));
    class Copied {
      readonly kind = 'copied';
      constructor(fields: object) {
        Object.assign(this, fields);
      }
    }
    assert.notEqual(await keyOf(new Copied({ id: 1 })), await keyOf(new Copied({ id: 2 })));
  });

  /** As TypeScript, Babel and esbuild write private fields for older engines. */
  const lowered = (body: string) => {
    const hidden = new WeakMap();
    const nothing = () => undefined;
    const names = {
      keep: nothing,
      hidden,
      __classPrivateFieldSet: nothing,
      _classPrivateFieldInitSpec: nothing,
      __privateAdd: nothing,
    };
    return runInNewContext(`(${body})`, names) as new () => object;
  };
  const Lowered = lowered('class Lowered { constructor() { this.shown = 1; hidden.set(this, 2); } }');
  const ByTypeScript = lowered(
    'class Typed { constructor() { this.shown = 1; __classPrivateFieldSet(this, hidden, 2, "f"); } }',
  );
  const ByBabel = lowered(
    'class Old { constructor() { this.shown = 1; _classPrivateFieldInitSpec(this, hidden, 2); } }',
  );
  const ByEsbuild = lowered('class Es { constructor() { this.shown = 1; __privateAdd(this, hidden, 2); } }');
  const ByHelper = lowered('class Kept { constructor() { this.shown = 1; keep(this, 2); } }');
  const Commented = lowered('class C { shown = 1\n  #cents // in cents\n  constructor() { this.#cents = 5 } }');
  const CommentedInside = lowered('class C { shown = 1; #cents /* in cents */ = 0; }');
  const Minified = lowered('class M{#a;b=1;constructor(){this.#a=1}}');

  const refused: [string, unknown][] = [
    ['with private fields', new Secret('a')],
    ['with private fields of the class above', new Derived('a')],
    ['with private fields that were minified', new Minified()],
    ['with private fields for older engines, by hand', new Lowered()],
    ['with private fields for older engines, by TypeScript', new ByTypeScript()],
    ['with private fields for older engines, by Babel', new ByBabel()],
    ['with private fields for older engines, by esbuild', new ByEsbuild()],
    ['with private fields for older engines, by a helper', new ByHelper()],
    ['with private fields and a comment behind their name', new Commented()],
    ['with private fields and a comment before their value', new CommentedInside()],
    ['that are lists with private fields', new Cart('ada')],
    ['that are bytes with private fields', new Photo('png')],
    ['that are bytes with further properties', Object.assign(new Uint8Array(2), { label: 'a' })],
    ['that are dates of a class', new Zoned(0)],
    ['that are dates with further properties', Object.assign(new Date(0), { zone: 'UTC' })],
    ['that are boxed numbers', new Amount(5)],
    ['that are boxed texts', Object('a')],
    ['with inherited fields', Object.assign(Object.create({ amount: 5 }) as object, { id: 1 })],
    ['that say nothing of themselves in JSON', { toJSON: () => undefined }],
    ['with accessors only', new Computed()],
    ['with symbols as names', { [Symbol('s')]: 1, a: 1 }],
    ['with hidden properties', Object.defineProperty({ a: 1 }, 'b', { value: 2 })],
    [
      'of a class without a name',
      new (class {
        readonly a = 1;
      })(),
    ],
    ['that is a list with more than items', /(\d)/.exec('a1')],
    ['that is an error', new Error('why')],
  ];
  for (const [name, value] of refused) {
    it(`are refused ${name}, before anything is sent`, async () => {
      const before_ = server.seen.length;
      await assert.rejects(keyOf({ deep: [value] }), /^TypeError: argument 1 must have a JSON form/);
      assert.equal(server.seen.length, before_);
    });
  }
});

describe('no key is no key', () => {
  for (const none of [null, undefined, '', ' \n', 1.5, NaN, true, {}, ['a'], new Date(0)]) {
    it(`${JSON.stringify(none)} of type ${typeof none} is refused in every wrapper, before anything is sent`, async () => {
      const before_ = server.seen.length;
      const keyFn = () => none as never;
      const work = (id: number) => id;
      await assert.rejects(idempotent(server.client, work, { keyFn })(1), TypeError);
      await assert.rejects(idempotent(server.client, work, { keyFunc: keyFn })(1), TypeError);
      await assert.rejects(idempotent(server.client, work, { keyFn, keyFormat: 'published' })(1), TypeError);
      await assert.rejects(idempotent(server.client, work, { keyFn, onDuplicate: 'replay' })(1), TypeError);
      await assert.rejects(idempotentAi(server.client, work, { keyFn })(1), TypeError);
      assert.throws(() => idempotentAi(server.client, work, { key: none as never }), TypeError);
      assert.equal(server.seen.length, before_);
    });
  }

  it('an integer is one', async () => {
    for (const key of [0, 7, 7n, -7]) {
      await idempotent(server.client, (id: number) => id, { keyFn: () => key, keyPrefix: 'job' })(1);
      assert.equal(server.seen.at(-1)?.body['key'], `job:${key}`);
    }
  });
});
