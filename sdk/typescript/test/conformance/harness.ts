import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../../../spec/conformance/harness.py', import.meta.url));

/** The program that hands out the scenarios and judges what came of them. */
export interface Harness {
  ask<T>(path: string, body?: object): Promise<T>;
  stop(): Promise<void>;
}

/** Uses the harness at ONCEONLY_CONFORMANCE_URL, or starts one of its own. */
export async function startHarness(): Promise<Harness> {
  const running = process.env['ONCEONLY_CONFORMANCE_URL'];
  if (running !== undefined) return { ask: askerOf(running), stop: () => Promise.resolve() };
  const program = spawn('python3', [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: program.stdout });
  const [first] = (await Promise.race([
    once(lines, 'line'),
    once(program, 'exit').then(([code]) => {
      throw new Error(`the harness has ended with ${String(code)}`);
    }),
  ])) as [string];
  const { url } = JSON.parse(first) as { url: string };
  return {
    ask: askerOf(url),
    stop: async () => {
      const ended = once(program, 'exit');
      program.stdin.end();
      await ended;
    },
  };
}

function askerOf(url: string): Harness['ask'] {
  return async <T>(path: string, body?: object): Promise<T> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = (await (await fetch(url + path, init)).json()) as T & { error?: string };
    if (answer.error !== undefined) throw new Error(`the harness refuses ${path}: ${answer.error}`);
    return answer;
  };
}
