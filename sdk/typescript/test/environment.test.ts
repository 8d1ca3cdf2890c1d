import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { NetworkError, OnceOnly } from '@onceonly/onceonly-sdk';

const NAMES = ['ONCEONLY_API_KEY', 'ONCEONLY_BASE_URL', 'ONCEONLY_FAIL_OPEN'] as const;
const before = NAMES.map((name) => [name, process.env[name]] as const);

function set(variables: Partial<Record<(typeof NAMES)[number], string>>): void {
  for (const name of NAMES) {
    const value = variables[name];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}

afterEach(() => set(Object.fromEntries(before.filter(([, value]) => value !== undefined))));

/** A transport that notes what it was asked, and answers. */
function noting(): {
  urls: string[];
  keys: unknown[];
  fetchImpl: (url: string, init: RequestInit) => Promise<Response>;
} {
  const urls: string[] = [];
  const keys: unknown[] = [];
  return {
    urls,
    keys,
    fetchImpl: (url, init) => {
      urls.push(url);
      keys.push((init.headers as Record<string, string>)['Authorization']);
      return Promise.resolve(Response.json({ plan: 'free' }));
    },
  };
}

const away = { apiKey: 'k', baseUrl: 'http://127.0.0.1:9', logger: { warn: () => undefined } };
const broken = { ...away, fetchImpl: () => Promise.reject(new Error('away')) };

describe('the process environment', () => {
  it('gives the API key and the base URL, once: when the client is made', async () => {
    set({ ONCEONLY_API_KEY: 'once_live_env', ONCEONLY_BASE_URL: 'http://env:1' });
    const { urls, keys, fetchImpl } = noting();
    const client = new OnceOnly({ fetchImpl });
    set({ ONCEONLY_API_KEY: 'other', ONCEONLY_BASE_URL: 'http://other:1' });
    await client.me();
    assert.deepEqual([urls, keys], [['http://env:1/v1/me'], ['Bearer once_live_env']]);
  });

  it('gives way to an option', async () => {
    set({ ONCEONLY_API_KEY: 'once_live_env', ONCEONLY_BASE_URL: 'http://env:1' });
    const { urls, keys, fetchImpl } = noting();
    await new OnceOnly({ apiKey: 'mine', baseUrl: 'http://mine:1', fetchImpl }).me();
    assert.deepEqual([urls, keys], [['http://mine:1/v1/me'], ['Bearer mine']]);
  });

  it('must give an API key where no option does', () => {
    set({});
    assert.throws(() => new OnceOnly(), /^TypeError: apiKey must be given, as an argument or in ONCEONLY_API_KEY$/);
    set({ ONCEONLY_API_KEY: ' ' });
    assert.throws(() => new OnceOnly(), TypeError);
  });

  it('gives no base URL where it gives an empty one', async () => {
    set({ ONCEONLY_BASE_URL: '' });
    const { urls, fetchImpl } = noting();
    await new OnceOnly({ apiKey: 'k', fetchImpl }).me();
    assert.deepEqual(urls, ['https://api.onceonly.tech/v1/me']);
  });

  it('turns failing open off, whatever the code says', async () => {
    for (const word of ['false', '0', 'no', 'off', 'FALSE', ' off ']) {
      set({ ONCEONLY_FAIL_OPEN: word });
      const client = new OnceOnly({ ...broken, failOpen: true });
      set({});
      await assert.rejects(client.checkLock({ key: 'k', failOpen: true }), NetworkError);
    }
  });

  it('never turns it on', async () => {
    for (const word of ['true', '1', 'yes', 'on', '']) {
      set({ ONCEONLY_FAIL_OPEN: word });
      assert.equal((await new OnceOnly(broken).checkLock({ key: 'k' })).failedOpen, true);
      await assert.rejects(new OnceOnly({ ...broken, failOpen: false }).checkLock({ key: 'k' }), NetworkError);
    }
  });

  it('with another word is refused', () => {
    set({ ONCEONLY_FAIL_OPEN: 'maybe' });
    assert.throws(() => new OnceOnly(away), /^TypeError: ONCEONLY_FAIL_OPEN must be one of/);
  });
});

describe('options of a client', () => {
  it('of another type than they must be are refused', async () => {
    for (const [options, words] of [
      [{ failOpen: 'false' }, 'failOpen must be true or false'],
      [{ onFailOpen: 'no' }, 'onFailOpen must be a function'],
      [{ onDuplicate: true }, 'onDuplicate must be a function'],
      [{ onRetry: {} }, 'onRetry must be a function'],
      [{ logger: { info: () => undefined } }, 'logger must have a function warn'],
    ] as const) {
      assert.throws(() => new OnceOnly({ ...away, ...(options as object) }), { name: 'TypeError', message: words });
    }
    await assert.rejects(new OnceOnly(broken).checkLock({ key: 'k', failOpen: 'false' as never }), TypeError);
  });

  it('hide no outcome: a logger that throws', async () => {
    const logger = {
      warn: () => {
        throw new Error('of the logger');
      },
    };
    assert.equal((await new OnceOnly({ ...broken, logger }).checkLock({ key: 'k' })).failedOpen, true);
  });

  it('a closed client says so by a code', async () => {
    const client = new OnceOnly(away);
    client.close();
    await assert.rejects(client.me(), { name: 'ClientClosedError', code: 'client_closed' });
  });
});

describe('onFailOpen', () => {
  it('is told what goes ahead unprotected', async () => {
    const notices: unknown[] = [];
    const client = new OnceOnly({
      ...broken,
      onFailOpen: ({ key, reason, cause }) => void notices.push([key, reason, cause instanceof NetworkError]),
    });
    assert.equal((await client.checkLock({ key: 'k' })).failedOpen, true);
    assert.deepEqual(notices, [['k', 'request_error', true]]);
  });

  const refusing: [string, () => unknown][] = [
    ['false', () => false],
    ['a promise of false', () => Promise.resolve(false)],
    [
      'throwing',
      () => {
        throw new Error('no');
      },
    ],
    ['rejecting', () => Promise.reject(new Error('no'))],
  ];
  for (const [name, onFailOpen] of refusing) {
    it(`refuses by ${name}`, async () => {
      await assert.rejects(new OnceOnly({ ...broken, onFailOpen }).checkLock({ key: 'k' }), NetworkError);
    });
  }
});
