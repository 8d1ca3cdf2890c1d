import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { idempotent, idempotentAi, OnceOnly } from '@onceonly/onceonly-sdk';

const client = new OnceOnly({ apiKey: 'once_live_named' });

describe('the name of a function', () => {
  const refused = /^TypeError: fn must have a name of its own/;

  it('is none where many may have it', () => {
    function charge() {
      return 1;
    }
    const named = { default: () => 1 };
    for (const fn of [charge.bind(undefined), Math.max, named.default]) {
      assert.throws(() => idempotent(client, fn), refused);
      idempotent(client, fn, { keyId: 'charge' });
    }
    for (const keyId of ['', ' ']) {
      assert.throws(() => idempotent(client, charge, { keyId }), /^TypeError: keyId must not be empty/);
    }
    assert.throws(() => idempotent(client, () => 1, { keyId: null as never }), refused);
  });

  it('is kept by what wraps it, which shares no key with it', () => {
    function pay() {
      return 1;
    }
    const wrapped = idempotent(client, pay);
    assert.equal(wrapped.name, 'pay');
    assert.equal(idempotentAi(client, pay, { key: 'k' }).name, 'pay');
    assert.throws(() => idempotent(client, wrapped), refused);
    idempotent(client, wrapped, { keyPrefix: 'outer' });
  });
});

describe('two functions of one name', () => {
  const charge = (() => {
    return function work() {
      return 'charged';
    };
  })();
  const refund = (() => {
    return function work() {
      return 'refunded';
    };
  })();

  it('are refused under one prefix and version on one client', () => {
    const client = new OnceOnly({ apiKey: 'once_live_names' });
    idempotent(client, charge, { keyPrefix: 'p' });
    idempotent(client, charge, { keyPrefix: 'p' });
    assert.throws(() => idempotent(client, refund, { keyPrefix: 'p' }), /^TypeError: fn must have a name of its own/);
    assert.throws(() => idempotent(client, refund, { keyPrefix: 'p', keyFormat: 'published' }), TypeError);
    idempotent(client, refund, { keyPrefix: 'q' });
    idempotent(client, refund, { keyPrefix: 'p', keyVersion: 'v2' });
    idempotent(client, refund, { keyPrefix: 'p', keyId: 'refund' });
    idempotent(client, refund, { keyPrefix: 'p', keyFn: () => 'k' });
    idempotent(new OnceOnly({ apiKey: 'once_live_other' }), refund, { keyPrefix: 'p' });
  });
});
