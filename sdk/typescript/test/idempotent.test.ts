import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError, DuplicateError, idempotent, idempotentAi } from '@onceonly/onceonly-sdk';
import { FakeOnceOnly } from '@onceonly/onceonly-sdk/testing';

const quiet = { logger: { warn: () => undefined } };
const byId = { keyFn: (id: string) => id };

function made(options = {}): { fake: FakeOnceOnly; client: ReturnType<FakeOnceOnly['client']>; logged: string[] } {
  const fake = new FakeOnceOnly();
  const logged: string[] = [];
  return { fake, logged, client: fake.client({ logger: { warn: (message) => logged.push(message) }, ...options }) };
}

const byKey = (key: string) => ({ keyFn: () => key });

describe('idempotent', () => {
  it('keeps the caller’s this', async () => {
    const { client } = made();
    function doCharge(this: Shop, id: string): number {
      return this.charged.push(id);
    }
    class Shop {
      readonly charged: string[] = [];
      readonly charge = idempotent(client, doCharge, byId);
      readonly ask = idempotentAi(client, doCharge, byId);
    }
    const shop = new Shop();
    assert.equal(await shop.charge('a'), 1);
    assert.deepEqual((await shop.ask('b')).result, { data: 2 });
    assert.deepEqual(shop.charged, ['a', 'b']);
  });

  it('is refused without its client, or with options that can not be right', () => {
    const { client } = made();
    const work = (id: string) => id;
    for (const none of [undefined, null, {}, work]) {
      assert.throws(() => idempotent(none as never, work), /^TypeError: client must be a OnceOnly/);
      assert.throws(() => idempotentAi(none as never, work, { key: 'k' }), TypeError);
    }
    for (const options of [
      { onDuplicate: 'ignore' },
      { onException: 'forget' },
      { onDuplicate: 'replay', ttl: 604_801 },
      { onDuplicate: 'replay', failOpen: true },
      { keyFormat: 'old' },
      { ttl: NaN },
      { failOpen: 'false' },
      { keyFn: 'id' },
      { fingerprintFunc: 'id' },
    ]) {
      assert.throws(() => idempotent(client, work, options as never), TypeError);
    }
  });

  it('raises at a duplicate when told to, and tells the hook', async () => {
    const duplicates: unknown[] = [];
    const { client } = made({ onDuplicate: (notice: object) => duplicates.push(notice) });
    const charge = idempotent(client, (id: string) => id, { ...byId, onDuplicate: 'raise' });
    await charge('a');
    await assert.rejects(charge('a'), (error) => {
      assert.ok(error instanceof DuplicateError);
      assert.deepEqual([error.key, error.firstSeenAt, error.errorCode], ['func:a', '2026-05-01T08:00:00Z', null]);
      return true;
    });
    assert.deepEqual(duplicates, [{ key: 'func:a', firstSeenAt: '2026-05-01T08:00:00Z', requestId: 'req_2' }]);
  });

  it('replays the first value at once, to those who wait, and not after a failure', async () => {
    const { client, fake } = made();
    let runs = 0;
    const charge = idempotent(
      client,
      async (id: string) => {
        runs++;
        await new Promise((resolve) => setTimeout(resolve, 30));
        if (id === 'bad') throw new RangeError('declined');
        return { id, paid: true };
      },
      { ...byId, onDuplicate: 'replay' },
    );
    const all = await Promise.all([charge('a'), charge('a'), charge('a')]);
    assert.deepEqual([...all, await charge('a')], Array(4).fill({ id: 'a', paid: true }));
    assert.equal(runs, 1);
    await assert.rejects(charge('bad'), RangeError);
    await assert.rejects(charge('bad'), (error) => error instanceof DuplicateError && error.errorCode === 'fn_error');
    assert.ok(!fake.requests.some(({ path }) => path === '/v1/check-lock'));
  });

  it('replays what JSON makes of any value, and of the first call too', async () => {
    const { client, fake } = made();
    const values: [unknown, unknown][] = [
      [{ data: 5 }, { data: 5 }],
      [{ data: { order: 1 } }, { data: { order: 1 } }],
      [undefined, null],
      [null, null],
      [[1], [1]],
      [{ at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
      [10n, '10'],
    ];
    for (const [index, [value, form]] of values.entries()) {
      const work = idempotent(client, () => value, { keyFn: () => index, onDuplicate: 'replay' });
      assert.deepEqual([await work(), await work()], [form, form]);
      const { body } = fake.requests.findLast(({ path }) => path === '/v1/ai/complete') ?? {};
      assert.deepEqual(body?.['result'], { data: form });
    }
  });

  it('gives a replayed value the type that a model makes of it, and no model without a replay', async () => {
    const { client } = made();
    const model = (value: unknown) => new Date((value as { at: string }).at);
    const at = idempotent(client, () => ({ at: new Date(5) }), { ...byKey('at'), onDuplicate: 'replay', model });
    assert.deepEqual([await at(), await at()], [new Date(5), new Date(5)]);
    const none = idempotent(client, () => null, { ...byKey('none'), onDuplicate: 'replay', model });
    assert.deepEqual([await none(), await none()], [null, null]);
    assert.throws(
      () => idempotent(client, () => 1, { ...byKey('a'), model }),
      /model must go with onDuplicate 'replay'/,
    );
  });

  it('has no value to replay where it was too large to be stored', async () => {
    const { client } = made();
    const work = idempotent(client, () => ['x'.repeat(300_000)], { keyFn: () => 'a', onDuplicate: 'replay' });
    assert.equal((await work())[0]?.length, 300_000);
    await assert.rejects(work(), DuplicateError);
  });

  it('keeps the key when onException gives no boolean, such as a promise', async () => {
    const { client, logged } = made();
    let runs = 0;
    const onException = (() => Promise.resolve(true)) as never;
    const fails = () => {
      runs++;
      throw new RangeError('busy');
    };
    const kept = idempotent(client, fails, { keyFn: () => 'a', onException });
    await assert.rejects(kept(), RangeError);
    assert.equal(await kept(), null);
    await assert.rejects(client.ai.runFn('k', fails, { onException }), RangeError);
    assert.equal((await client.ai.status('k')).errorCode, 'fn_error');
    assert.equal(runs, 2);
    assert.match(logged.join(), /onException must give true or false at once/);
  });

  it('gives the lock back after an error when told to', async () => {
    const { client, logged } = made();
    let runs = 0;
    const fails = () => {
      runs++;
      throw new RangeError('busy');
    };
    const released = idempotent(client, fails, {
      keyFn: () => 'a',
      onException: (error) => error instanceof RangeError,
    });
    await assert.rejects(released(), RangeError);
    await assert.rejects(released(), RangeError);
    assert.equal(runs, 2);
    assert.deepEqual(logged, []);
    const kept = idempotent(client, fails, { keyFn: () => 'b' });
    await assert.rejects(kept(), RangeError);
    assert.equal(await kept(), null);
    assert.equal(runs, 3);
    assert.match(logged.join(), /"func:b" has thrown, and the key stays taken/);
  });

  it('sends what the key stands for', async () => {
    const { client } = made(quiet);
    const pay = (id: string, cents: number) => `${id} ${cents}`;
    const fingerprintFunc = (_: string, cents: number) => ({ cents });
    const lock = idempotent(client, pay, { ...byId, fingerprintFunc });
    assert.equal(await lock('a', 5), 'a 5');
    assert.equal(await lock('a', 5), null);
    await assert.rejects(lock('a', 6), (error) => error instanceof ApiError && error.code === 'key_reused');
    const lease = idempotentAi(client, pay, { ...byId, fingerprintFunc });
    assert.equal((await lease('b', 5)).ok, true);
    await assert.rejects(lease('b', 6), (error) => error instanceof ApiError && error.code === 'key_reused');
  });
});

describe('model', () => {
  const parse = (value: unknown) => {
    const { id } = value as { id?: unknown };
    if (typeof id !== 'string') throw new RangeError('no invoice');
    return { id, typed: true };
  };

  it('gives value its type, of runFn, result and idempotentAi', async () => {
    const { client } = made();
    for (const model of [parse, { parse }]) {
      const ran = await client.ai.runFn('a', () => ({ id: 'A-1' }), { model });
      const read = await client.ai.result('a', { model });
      const wrapped = await idempotentAi(client, () => ({ id: 'A-1' }), { key: 'b', model })();
      for (const { value } of [ran, read, wrapped]) assert.deepEqual(value, { id: 'A-1', typed: true });
    }
    const { value } = await client.ai.runFn('list', () => [1, 2], {
      model: (list: unknown) => (list as number[]).length,
    });
    assert.equal(value, 2);
  });

  it('leaves value null without a result, and its own error comes through', async () => {
    const { client } = made();
    assert.equal((await client.ai.runFn('a', () => undefined, { model: parse })).value, null);
    assert.equal((await client.ai.runFn('b', () => ({ id: 'A-1' }))).value, null);
    await assert.rejects(
      client.ai.runFn('c', () => ({ id: 7 }), { model: parse }),
      RangeError,
    );
    assert.equal((await client.ai.status('c')).status, 'completed');
    await assert.rejects(client.ai.result('c', { model: 'invoice' as never }), TypeError);
  });
});
