import type { TestEvent } from 'node:test/reporters';

/** Tells only what has failed, and the counts at the end. */
export default async function* closing(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type === 'test:fail') yield `\nnot ok: ${event.data.name}\n${String(event.data.details.error.cause)}\n`;
    if (event.type === 'test:diagnostic' && /^(tests|pass|fail|skipped|duration_ms) /.test(event.data.message)) {
      yield `# ${event.data.message}\n`;
    }
  }
}
