import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SourceTextModule, createContext, type Module } from 'node:vm';
import { locked, serve, type TestServer } from './support/server.js';

const run = promisify(execFile);
const SDK = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'onceonly-package-'));
let server: TestServer;
let tarball = '';

before(async () => {
  server = await serve(({ path, body }) => (path.endsWith('/me') ? { plan: 'free' } : locked(body['key'])));
  const { stdout } = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
    cwd: SDK,
  });
  tarball = join(folder, stdout.trim());
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

/** An empty project with the packed package in it. */
async function project(name: string, type: 'module' | 'commonjs'): Promise<string> {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, type, private: true }));
  await run('npm', ['install', '--silent', '--offline', '--no-audit', '--no-fund', tarball], { cwd: path });
  return path;
}

const CALL = `
  const client = new OnceOnly({ apiKey: 'once_live_x', baseUrl: process.env.SERVER_URL });
  client.checkLock({ key: 'packed' }).then((lock) => console.log(lock.key, lock.locked, lock instanceof CheckLockResult));`;

describe('the packed package', () => {
  it('depends on nothing', () => {
    const described = JSON.parse(readFileSync(join(SDK, 'package.json'), 'utf8')) as Record<string, unknown>;
    for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies']) {
      assert.equal(described[kind], undefined);
    }
  });

  for (const [type, head] of [
    ['module', `import { CheckLockResult, OnceOnly } from '@onceonly/onceonly-sdk';`],
    ['commonjs', `const { CheckLockResult, OnceOnly } = require('@onceonly/onceonly-sdk');`],
  ] as const) {
    it(`is installed into an empty project and works (${type})`, async () => {
      const path = await project(type, type);
      writeFileSync(join(path, 'index.js'), head + CALL);
      const env = { ...process.env, SERVER_URL: server.url };
      const { stdout, stderr } = await run(process.execPath, ['--throw-deprecation', 'index.js'], { cwd: path, env });
      assert.equal(stdout, 'packed true true\n');
      assert.equal(stderr, '');
      assert.deepEqual(readdirSync(join(path, 'node_modules', '@onceonly')), ['onceonly-sdk']);
      assert.deepEqual(
        readdirSync(join(path, 'node_modules')).filter((name) => !name.startsWith('.')),
        ['@onceonly'],
      );
    });
  }

  it('replays with a client of its other half', async () => {
    const path = await project('halves', 'module');
    writeFileSync(
      join(path, 'index.js'),
      `import { createRequire } from 'node:module';
       import { idempotent } from '@onceonly/onceonly-sdk';
       const { FakeOnceOnly } = createRequire(import.meta.url)('@onceonly/onceonly-sdk/testing');
       const client = new FakeOnceOnly().client();
       const charge = idempotent(client, (id) => ({ paid: id }), { keyFn: (id) => id, onDuplicate: 'replay' });
       console.log(JSON.stringify([await charge('a'), await charge('a')]));`,
    );
    const { stdout } = await run(process.execPath, ['index.js'], { cwd: path });
    assert.equal(stdout, '[{"paid":"a"},{"paid":"a"}]\n');
  });

  it('type-checks in a strict application, however it resolves modules', async () => {
    const path = await project('consumer', 'module');
    cpSync(join(SDK, 'test/consumer/index.ts'), join(path, 'index.ts'));
    writeFileSync(
      join(path, 'index.cts'),
      `import sdk = require('@onceonly/onceonly-sdk');\nexport const made = new sdk.OnceOnly({ apiKey: 'a' });\n`,
    );
    const strict = ['--noEmit', '--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes'];
    const tsc = join(SDK, 'node_modules/typescript/bin/tsc');
    for (const [module, resolution, files] of [
      ['node16', 'node16', ['index.ts', 'index.cts']],
      ['esnext', 'bundler', ['index.ts']],
    ] as const) {
      const how = ['--module', module, '--moduleResolution', resolution, '--target', 'es2022', '--lib', 'es2022,dom'];
      const checked = await run(process.execPath, [tsc, ...strict, ...how, ...files], { cwd: path }).catch(
        (error: unknown) => assert.fail(`${resolution}: ${(error as { stdout: string }).stdout}`),
      );
      assert.equal(checked.stdout, '');
    }
  });
});

describe('a fresh clone', () => {
  /** The sources as they are in the repository: nothing is installed, and nothing is built. */
  function clone(name: string): string {
    const path = join(folder, name);
    const left = new Set(['node_modules', 'dist', 'build']);
    cpSync(SDK, path, { recursive: true, filter: (from) => !left.has(relative(SDK, from)) });
    return path;
  }
  const inside = ['LICENSE', 'README.md', 'dist', 'package.json'];
  const offline = { ...process.env, npm_config_prefer_offline: 'true' };

  it('is packed with what it is built to, and with its licence', async () => {
    const path = clone('packed');
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: path, env: offline });
    const [described] = JSON.parse(stdout) as { files: { path: string }[] }[];
    const files = described?.files.map((file) => file.path) ?? [];
    for (const file of ['LICENSE', 'README.md', 'package.json', 'dist/esm/index.js', 'dist/cjs/testing/index.js']) {
      assert.ok(files.includes(file), `${file} is not in the package`);
    }
    assert.ok(files.every((file) => file.startsWith('dist/') || inside.includes(file)));
  });

  it('is installed by its folder into another project', async () => {
    const path = clone('beside');
    const user = join(folder, 'user');
    mkdirSync(user);
    writeFileSync(join(user, 'package.json'), JSON.stringify({ name: 'user', type: 'module', private: true }));
    await run('npm', ['install', '--no-audit', '--no-fund', path], { cwd: user, env: offline });
    writeFileSync(join(user, 'index.js'), `import { CheckLockResult, OnceOnly } from '@onceonly/onceonly-sdk';${CALL}`);
    const env = { ...process.env, SERVER_URL: server.url };
    assert.equal((await run(process.execPath, ['index.js'], { cwd: user, env })).stdout, 'packed true true\n');
  });

  it('that can not be built says so, and is not packed empty', async () => {
    const path = clone('broken');
    rmSync(join(path, 'package-lock.json'));
    const env = { ...offline, npm_config_offline: 'true', npm_config_cache: join(folder, 'no-cache') };
    const failed = await run('npm', ['pack', '--pack-destination', path], { cwd: path, env }).then(
      () => assert.fail('it was packed'),
      (error: unknown) => error as { stderr: string },
    );
    assert.match(failed.stderr, /The package can't be built: its compiler is not installed/);
  });
});

describe('the build', () => {
  const built = (part: string) =>
    readdirSync(join(SDK, 'dist', part), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .map((name) => join(SDK, 'dist', part, name));

  for (const part of ['esm', 'cjs']) {
    it(`imports nothing but itself, and names no global of Node (${part})`, () => {
      const files = built(part);
      assert.ok(files.length > 15);
      for (const file of files) {
        // One file reads the process environment, where there is one.
        if (file.endsWith('environment.js')) continue;
        const code = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '');
        for (const [, from] of code.matchAll(/(?:from |import\(|require\()["']([^"']+)["']/g)) {
          assert.match(from ?? '', /^\.\.?\//, file);
        }
        const [found] = /\bnode:|\bprocess\b|\bBuffer\b|\bsetImmediate\b|\b__dirname\b|\bglobal\./.exec(code) ?? [];
        assert.equal(found, undefined, file);
      }
    });
  }

  it('runs in a context that has the globals of the web and none of Node', async () => {
    const lines: string[] = [];
    const context = createContext({
      ...{ AbortController, AbortSignal, clearTimeout, crypto, fetch, performance, setTimeout, TextEncoder, URL },
      console: { log: (line: string) => lines.push(line) },
    });
    const modules = new Map<string, SourceTextModule>();
    const load = (url: URL): SourceTextModule => {
      const known = modules.get(url.href);
      if (known !== undefined) return known;
      const module = new SourceTextModule(readFileSync(url, 'utf8'), { context, identifier: url.href });
      modules.set(url.href, module);
      return module;
    };
    const link = (specifier: string, parent: Module) => load(new URL(specifier, parent.identifier));
    const index = load(new URL('../../dist/esm/index.js', import.meta.url));
    await index.link(link);
    await index.evaluate();
    const program = new SourceTextModule(
      `import { idempotent, OnceOnly } from 'index';
       const client = new OnceOnly({ apiKey: 'once_live_x', baseUrl: '${server.url}' });
       const work = idempotent(client, (value) => value.a, { keyId: 'bare' });
       console.log([await work({ a: 'worked' }), (await client.me()).plan, typeof process].join());`,
      { context, identifier: 'file:///program.js' },
    );
    await program.link(() => index);
    await program.evaluate();
    assert.deepEqual(lines, ['worked,free,undefined']);
  });
});
