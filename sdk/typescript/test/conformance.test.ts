import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Beginning, Driver, type Step } from './conformance/driver.js';
import { startHarness } from './conformance/harness.js';

interface Scenario {
  readonly id: string;
  readonly modes: readonly string[];
  readonly sdks?: readonly string[];
}

const harness = await startHarness();
const { scenarios } = await harness.ask<{ scenarios: Scenario[] }>('/scenarios');

/** Runs one scenario; everything that the harness has found wrong. */
async function problemsOf(id: string, mode: string): Promise<string[]> {
  const beginning = await harness.ask<Beginning>('/begin', { id, mode, sdk: 'typescript' });
  const { run } = beginning;
  const driver = new Driver(beginning, mode);
  const problems: string[] = [];
  for (let index = 0; index < beginning.steps; index++) {
    const step = await harness.ask<Step>('/step', { run, index });
    const outcome = await driver.make(step);
    const judged = await harness.ask<{ problems: string[] }>('/outcome', { run, index, ...outcome });
    problems.push(...judged.problems.map((problem) => `step ${index} (${step.call}): ${problem}`));
  }
  driver.close();
  const end = await harness.ask<{ problems: string[] }>('/end', { run });
  return [...problems, ...end.problems];
}

describe('conformance', { concurrency: 4 }, () => {
  after(() => harness.stop());
  assert.ok(scenarios.length > 0, 'the harness has no scenarios');
  for (const { id, modes, sdks } of scenarios) {
    if (sdks !== undefined && !sdks.includes('typescript')) continue;
    for (const mode of modes) {
      it(`${id} (${mode})`, { timeout: 60_000 }, async () => {
        assert.deepEqual(await problemsOf(id, mode), []);
      });
    }
  }
});
