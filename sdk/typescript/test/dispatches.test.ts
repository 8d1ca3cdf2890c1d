import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { DispatchVerificationError, verifyDispatch } from '@onceonly/onceonly-sdk';

const SECRET = 'demo-secret-1';
const NOW = 1_777_622_400;
const BODY =
  '{"tool":"mail.send","agent_id":"a1","args":{"to":"żółć@example.org","n":9.50},"idempotency_key":"ik_1","fence":7}';

const hmac = (text: string, secret = SECRET) => createHmac('sha256', secret).update(text).digest('hex');
const second = (t = NOW, body = BODY, secret = SECRET) => `t=${t},v1=${hmac(`${t}.${body}`, secret)}`;
const options = { now: NOW };

describe('verifyDispatch', () => {
  const signed = { 'X-OnceOnly-Signature-V2': second(), 'X-OnceOnly-Signature': hmac(BODY) };

  it('gives what a dispatch says, whatever holds body and headers', async () => {
    const bytes = new TextEncoder().encode(BODY);
    for (const body of [BODY, bytes, Buffer.from(BODY), Uint8Array.from(bytes).buffer]) {
      for (const headers of [
        signed,
        new Headers(signed),
        new Map(Object.entries(signed)),
        { 'x-onceonly-signature-v2': [second()], other: undefined },
      ]) {
        const { tool, agentId, args, runId, idempotencyKey, fence, raw } = await verifyDispatch(
          body,
          headers,
          SECRET,
          options,
        );
        assert.deepEqual([tool, agentId, runId, idempotencyKey, fence], ['mail.send', 'a1', null, 'ik_1', 7]);
        assert.deepEqual(args, { to: 'żółć@example.org', n: 9.5 });
        assert.deepEqual(raw, JSON.parse(BODY));
      }
    }
  });

  it('pays no heed to what other headers hold, and refuses none at all', async () => {
    const odd = { ...signed, host: null, 'content-length': 15, 'x-onceonly-timestamp': null };
    await verifyDispatch(BODY, odd as never, SECRET, options);
    for (const none of [undefined, null, [null], { 'X-OnceOnly-Signature-V2': null }]) {
      await assert.rejects(verifyDispatch(BODY, none as never, SECRET, options), DispatchVerificationError);
    }
  });

  it('takes each of several secrets and of several signatures', async () => {
    await verifyDispatch(BODY, signed, ['new-secret', SECRET], options);
    const both = { 'X-OnceOnly-Signature-V2': `t=${NOW},v1=${'0'.repeat(64)},v1=${hmac(`${NOW}.${BODY}`)}` };
    await verifyDispatch(BODY, both, SECRET, options);
  });

  it('takes the first signature alone only when told to, and with its time', async () => {
    const old = { 'X-OnceOnly-Signature': hmac(BODY), 'X-OnceOnly-Timestamp': String(NOW) };
    await assert.rejects(verifyDispatch(BODY, old, SECRET, options), DispatchVerificationError);
    await verifyDispatch(BODY, old, SECRET, { ...options, allowV1: true });
    for (const wrong of [{ 'X-OnceOnly-Timestamp': String(NOW) }, { 'X-OnceOnly-Signature': hmac(BODY) }]) {
      await assert.rejects(
        verifyDispatch(BODY, wrong, SECRET, { ...options, allowV1: true }),
        DispatchVerificationError,
      );
    }
  });

  const refused: [string, string, Record<string, string>][] = [
    ['no signature', BODY, {}],
    ['another body', BODY.replace('9.50', '9.5'), signed],
    ['another secret', BODY, { 'X-OnceOnly-Signature-V2': second(NOW, BODY, 'other') }],
    [
      'another time than was signed',
      BODY,
      { 'X-OnceOnly-Signature-V2': second().replace(String(NOW), String(NOW + 1)) },
    ],
    ['two times', BODY, { 'X-OnceOnly-Signature-V2': `t=1,${second()}` }],
    ['a first signature that does not fit', BODY, { ...signed, 'X-OnceOnly-Signature': hmac('x') }],
    ['a time that is too old', BODY, { 'X-OnceOnly-Signature-V2': second(NOW - 301) }],
    ['a time that is too young', BODY, { 'X-OnceOnly-Signature-V2': second(NOW + 301) }],
    ['a body that is no JSON', 'x', { 'X-OnceOnly-Signature-V2': second(NOW, 'x') }],
    ['a body that is no object', '[]', { 'X-OnceOnly-Signature-V2': second(NOW, '[]') }],
    ['half a signature', BODY, { 'X-OnceOnly-Signature-V2': second().slice(0, -1) }],
  ];
  for (const [name, body, headers] of refused) {
    it(`refuses ${name}, and shows no signature that would fit`, async () => {
      await assert.rejects(verifyDispatch(body, headers, SECRET, options), (error: Error) => {
        const fitting = [hmac(body), ...[NOW, NOW + 1, NOW - 301, NOW + 301].map((t) => hmac(`${t}.${body}`))];
        return error instanceof DispatchVerificationError && !fitting.some((each) => error.message.includes(each));
      });
    });
  }

  it('refuses what was parsed already, and no secret', async () => {
    await assert.rejects(verifyDispatch(JSON.parse(BODY) as never, signed, SECRET, options), TypeError);
    for (const none of ['', [], [''], undefined]) {
      await assert.rejects(verifyDispatch(BODY, signed, none as never, options), TypeError);
    }
  });
});
