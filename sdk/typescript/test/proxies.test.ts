import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { NetworkError, OnceOnly } from '@onceonly/onceonly-sdk';
import { Agent, fetch as fetchBy, ProxyAgent } from 'undici';
import { API_KEY } from './support/server.js';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'onceonly-tls-'));
const tunnels: string[] = [];
const servers: Server[] = [];
let url = '';
let proxyUrl = '';
let ca = '';

/** Makes a CA, and a certificate of it for 127.0.0.1. */
async function makeCertificates(): Promise<void> {
  const openssl = (...words: string[]) => run('openssl', words, { cwd: folder });
  const quick = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1\n');
  await openssl('req', '-x509', ...quick, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Our CA');
  await openssl('req', ...quick, '-keyout', 'tls.key', '-out', 'tls.csr', '-subj', '/CN=127.0.0.1');
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  await openssl('x509', '-req', '-in', 'tls.csr', ...signing, '-out', 'tls.pem');
}

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

before(async () => {
  await makeCertificates();
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  ca = read('ca.pem');
  const api = createTlsServer({ key: read('tls.key'), cert: read('tls.pem') }, (_, response) => {
    response.setHeader('content-type', 'application/json').end('{"plan":"free"}');
  });
  url = `https://127.0.0.1:${await listening(api)}`;
  const proxy = createServer();
  proxy.on('connect', (request, client) => {
    tunnels.push(request.url ?? '');
    const { hostname, port } = new URL(`http://${request.url ?? ''}`);
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => upstream.destroy());
  });
  proxyUrl = `http://127.0.0.1:${await listening(proxy)}`;
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

describe('certificates', () => {
  it('of nobody that is trusted are refused, and a lock that fails open says that it stays so', async () => {
    const logged: string[] = [];
    const client = new OnceOnly({ apiKey: API_KEY, baseUrl: url, logger: { warn: (line) => logged.push(line) } });
    await assert.rejects(client.me(), (error) => {
      assert.ok(error instanceof NetworkError);
      assert.match(error.message, new RegExp(`^can't reach ${url}: .*(certificate|issuer)`));
      return true;
    });
    assert.equal((await client.checkLock({ key: 'k' })).failedOpen, true);
    assert.match(logged.join(), /it will not go away by itself/);
  });

  it('of a private CA are trusted by an agent of undici', async () => {
    const dispatcher = new Agent({ connect: { ca } });
    const client = new OnceOnly({
      apiKey: API_KEY,
      baseUrl: url,
      fetchImpl: (to, init) => fetchBy(to, { ...init, dispatcher }),
    });
    assert.equal((await client.me()).plan, 'free');
    await dispatcher.destroy();
  });

  it('of a private CA are trusted by NODE_EXTRA_CA_CERTS', async () => {
    const program = `
      const { OnceOnly } = await import('@onceonly/onceonly-sdk');
      console.log((await new OnceOnly({ apiKey: 'k', baseUrl: '${url}' }).me()).plan);`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      env,
      timeout: 60_000,
    });
    assert.equal(stdout, 'free\n');
  });
});

describe('proxies', () => {
  it('are passed by an agent that names one', async () => {
    tunnels.length = 0;
    const dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca } });
    const client = new OnceOnly({
      apiKey: API_KEY,
      baseUrl: url,
      fetchImpl: (to, init) => fetchBy(to, { ...init, dispatcher }),
    });
    assert.equal((await client.me()).plan, 'free');
    assert.deepEqual(tunnels, [new URL(url).host]);
    await dispatcher.destroy();
  });

  it('are passed by the variables of the environment', async () => {
    tunnels.length = 0;
    const program = `
      const { EnvHttpProxyAgent, fetch } = await import('undici');
      const { OnceOnly } = await import('@onceonly/onceonly-sdk');
      const dispatcher = new EnvHttpProxyAgent();
      const fetchImpl = (url, init) => fetch(url, { ...init, dispatcher });
      console.log((await new OnceOnly({ apiKey: 'k', baseUrl: '${url}', fetchImpl }).me()).plan);`;
    const variables = { HTTPS_PROXY: proxyUrl, https_proxy: proxyUrl, NO_PROXY: '', no_proxy: '' };
    const env = { ...process.env, ...variables, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      env,
      timeout: 60_000,
    });
    assert.equal(stdout, 'free\n');
    assert.deepEqual(tunnels, [new URL(url).host]);
  });
});
