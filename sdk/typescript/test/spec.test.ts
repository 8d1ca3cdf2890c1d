import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as sdk from '@onceonly/onceonly-sdk';
import { camel, POSITIONS } from './conformance/verbs.js';
import { Surface } from './spec/surface.js';
import { type Argument, argumentsIn, codes, ROOT, sectionUnder, tableUnder } from './spec/tables.js';

const surface = new Surface();
const client = new sdk.OnceOnly({ apiKey: 'once_live_spec' });
const verbs = tableUnder('Verbs');
const methods = verbs.filter(
  ({ verb = '' }) => !['idempotent', 'idempotent_ai', 'verify_dispatch', 'close'].includes(verb),
);

/** Class and method of a spelling such as `ai.runFn`. */
function placeOf(spelling: string): { owner: 'OnceOnly' | 'Ai' | 'Gov'; object: object; method: string } {
  const [method = '', resource] = spelling.split('.').reverse();
  if (resource === 'ai') return { owner: 'Ai', object: client.ai, method };
  if (resource === 'gov') return { owner: 'Gov', object: client.gov, method };
  return { owner: 'OnceOnly', object: client, method };
}

function typescriptOf(row: Record<string, string>): string {
  const [spelling = ''] = codes(row['TypeScript'] ?? '');
  return spelling;
}

/** The arguments in a row; an alias has those of the verb that it stands for, with that verb's own defaults. */
function argumentsOf(row: Record<string, string>): Argument[] {
  const cell = row['arguments'] ?? '';
  const [, original] = /^(?:as|the options of) (ai\.\w+)$/.exec(cell) ?? [];
  return original === undefined ? argumentsIn(cell) : argumentsOf(rowOf(original));
}

function rowOf(verb: string): Record<string, string> {
  const row = verbs.find((each) => each['verb'] === verb);
  assert.ok(row, `no row of ${verb}`);
  return row;
}

describe('spec/sdk.md: the client', () => {
  const rows = tableUnder('Client').filter((row) => typescriptOf(row) !== '');
  for (const row of rows) {
    it(`has the option ${typescriptOf(row)}`, () => {
      assert.ok(surface.properties('ClientOptions').includes(typescriptOf(row)));
    });
  }
  it('has no other options', () => {
    assert.deepEqual(surface.properties('ClientOptions').sort(), rows.map(typescriptOf).sort());
  });
  it('has the defaults', () => {
    const standards: Record<string, string> = Object.fromEntries(
      rows.map((row) => [row['option'] ?? '', row['default'] ?? '']),
    );
    const { baseUrl, timeoutMs, failOpen, maxRetries429, retryBackoffSec, retryMaxBackoffSec, userAgent } =
      sdk.CLIENT_DEFAULTS;
    assert.ok(standards['base_url']?.endsWith(`else \`${baseUrl}\``));
    assert.equal(standards['timeout'], `${timeoutMs / 1000} s`);
    assert.equal(standards['fail_open'], String(failOpen));
    assert.equal(standards['key_format'], `\`${sdk.CLIENT_DEFAULTS.keyFormat}\``);
    assert.equal(standards['max_retries_429'], String(maxRetries429));
    assert.equal(standards['retry_backoff'], `${retryBackoffSec} s`);
    assert.equal(standards['retry_max_backoff'], `${retryMaxBackoffSec} s`);
    assert.equal(userAgent, `onceonly-typescript-sdk/${sdk.VERSION}`);
  });
});

describe('spec/sdk.md: the verbs', () => {
  assert.ok(methods.length >= 44);
  for (const row of methods) {
    const spelling = typescriptOf(row);
    const { owner, object, method } = placeOf(spelling);
    const verb = row['verb'] ?? '';

    it(`${spelling} is there, and so is ${spelling}Async`, () => {
      const runtime = object as Record<string, unknown>;
      assert.equal(typeof runtime[method], 'function');
      assert.equal(typeof runtime[`${method}Async`], 'function');
      assert.ok(surface.properties(owner).includes(`${method}Async`));
    });

    it(`${spelling} takes the arguments`, () => {
      const wanted = argumentsOf(row);
      const parameters = surface.parameters(owner, method);
      const options = parameters.at(-1);
      const positioned = POSITIONS[verb] ?? [];
      assert.ok(verb in POSITIONS);
      assert.deepEqual(
        parameters.slice(0, -1).map(({ name }) => name),
        positioned.map(camel),
      );
      assert.ok(options);
      const fields = surface.propertiesOf(options.type);
      assert.ok(fields.includes('signal'));
      for (const { name } of wanted) {
        if (!positioned.includes(name)) assert.ok(fields.includes(camel(name)), `${spelling} takes no ${name}`);
      }
    });

    it(`${spelling} has the defaults`, () => {
      const parameters = surface.parameters(owner, method);
      for (const { name, standard, optional } of argumentsOf(row)) {
        const parameter = parameters.find((each) => each.name === camel(name) && POSITIONS[verb]?.includes(name));
        if (parameter === undefined) continue;
        assert.equal(parameter.optional, optional, `${name} of ${spelling}`);
        const written = parameter.standard?.replaceAll("'", '');
        if (name !== 'overrides') assert.equal(written, standard, `${name} of ${spelling}`);
      }
    });
  }

  it('wait, runAndWait and runFn have the defaults', () => {
    const shown = (defaults: object, name: string) =>
      String((defaults as Record<string, string | number | boolean>)[camel(name)]);
    for (const [verb, defaults] of [
      ['ai.wait', sdk.WAIT_DEFAULTS],
      ['ai.run_and_wait', { ...sdk.WAIT_DEFAULTS, retryFailed: false }],
      ['ai.run_fn', sdk.RUN_FN_DEFAULTS],
      ['idempotent', sdk.IDEMPOTENT_DEFAULTS],
      ['verify_dispatch', sdk.DISPATCH_DEFAULTS],
    ] as const) {
      for (const { name, standard } of argumentsOf(rowOf(verb))) {
        if (standard !== undefined) assert.equal(shown(defaults, name), standard, `${name} of ${verb}`);
      }
    }
  });

  it('idempotent and idempotentAi take the options', () => {
    for (const verb of ['idempotent', 'idempotent_ai']) {
      const [, , options] = surface.functionParameters(camel(verb));
      assert.ok(options);
      const fields = surface.propertiesOf(options.type);
      const wanted = argumentsOf(rowOf(verb)).filter(({ name }) => name !== 'function');
      for (const { name } of wanted) assert.ok(fields.includes(camel(name)), `${verb} takes no ${name}`);
    }
    const fields = surface.propertiesOf(surface.functionParameters('idempotentAi')[2]?.type ?? assert.fail());
    const inherited = argumentsOf(rowOf('ai.run_fn')).map(({ name }) => camel(name));
    for (const name of ['key', 'keyFn', 'metadata', 'metadataFn', ...inherited]) {
      if (name !== 'fn') assert.ok(fields.includes(name), `idempotentAi takes no ${name}`);
    }
  });

  it('there are no verbs that the table does not name', () => {
    const named = new Set([...methods.map(typescriptOf), 'close', 'aclose', 'ai', 'gov']);
    for (const [prefix, owner] of [
      ['', 'OnceOnly'],
      ['ai.', 'Ai'],
      ['gov.', 'Gov'],
    ] as const) {
      for (const name of surface.properties(owner)) {
        assert.ok(named.has(prefix + name.replace(/Async$/, '')), `${prefix}${name} is in no row`);
      }
    }
  });
});

describe('spec/sdk.md: the outcomes', () => {
  for (const { type = '', fields = '' } of tableUnder('Outcomes')) {
    it(`${type} has the fields`, () => {
      const named = fields
        .replace(/\([^)]*the same\)/, '')
        .split(/[,;]/)
        .map((field) => camel(field.trim().replace('()', '')));
      assert.deepEqual(surface.properties(type).sort(), named.sort());
    });
  }
});

describe('spec/sdk.md: the errors', () => {
  const above: string[] = [];
  for (const line of sectionUnder('Errors').split('\n')) {
    const [, branches = '', name] = /^([│├└─ ]*)([A-Z]\w+Error)\b/.exec(line) ?? [];
    if (name === undefined) continue;
    const depth = branches.length / 3;
    above[depth] = name;
    const parent = depth === 0 ? 'Error' : (above[depth - 1] ?? '');
    it(`${name} is a kind of ${parent}`, () => {
      const classes = { ...sdk, Error } as unknown as Record<string, new (message: string) => Error>;
      const made = new (classes[name] ?? assert.fail(`no ${name}`))('why');
      assert.equal(Object.getPrototypeOf(classes[name]), classes[parent]);
      assert.equal(made.name, name);
      assert.ok(depth === 0 || made instanceof sdk.OnceOnlyError);
    });
  }
  it('have the fields', () => {
    const error = new sdk.OnceOnlyError('why');
    const facts = { statusCode: null, code: null, detail: null, requestId: null, retryAfterSec: null };
    assert.deepEqual(Object.fromEntries(Object.entries(error)), { ...facts, name: 'OnceOnlyError' });
    assert.equal(above[0], 'OnceOnlyError');
  });
});

describe('the package', () => {
  const read = (path: string) => readFileSync(new URL(`sdk/typescript/${path}`, ROOT), 'utf8');

  it('says its version once', () => {
    assert.equal((JSON.parse(read('package.json')) as { version: string }).version, sdk.VERSION);
  });

  it('has a README with the headings', () => {
    const wanted = /this order: ([^]*?)\.\n/.exec(sectionUnder('READMEs'))?.[1]?.split(/ ·\s/);
    const headings = [...read('README.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, wanted);
  });
});
