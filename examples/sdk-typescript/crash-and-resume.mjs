// A worker that is killed in the middle of its work; the next one goes on where it stopped, and is alone.
//
// Takes a little over 10 seconds: a dead worker's lease must run out, and 10 seconds is the shortest there is.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { ApiError, OnceOnly } from '@onceonly/onceonly-sdk';

import { SERVER, claim, say, title, unique, until } from './story.mjs';

const PAGES = 6;

/** What the work is about: a file of pages, which outlives its writers. It refuses a smaller fence than its last. */
class Book {
  constructor(path) {
    this.path = path;
  }

  pages() {
    return readFileSync(this.path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  write(page, leaseId, fence) {
    const last = this.pages().at(-1);
    if (last && fence < last.fence) return false;
    appendFileSync(this.path, `${JSON.stringify({ page, leaseId, fence })}\n`);
    return true;
  }
}

/** Writes what is missing. With waitOnConflict: false it answers at once when another is at it. */
function writeBook(client, key, book, pause = async () => {}) {
  const work = async (lease) => {
    for (let page = book.pages().length + 1; page <= PAGES; page++) {
      lease.signal.throwIfAborted();
      book.write(page, lease.leaseId, lease.fence);
      await pause(page);
    }
    return { pages: PAGES };
  };
  return client.ai.runFn(key, work, { ttl: 10, extendEvery: 1, waitOnConflict: false });
}

/** The process that is going to be killed, while it looks for a word for page 4. */
async function worker(key, path) {
  const client = new OnceOnly(SERVER);
  await writeBook(client, key, new Book(path), (page) => sleep(page === 3 ? 60_000 : 0));
}

async function main(path) {
  writeFileSync(path, '');
  const [key, book] = [unique('write_book'), new Book(path)];
  const client = new OnceOnly(SERVER);

  title('A worker writes a book, and is killed');
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), key, path], { stdio: 'inherit' });
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal)));
  await until(() => book.pages().length >= 3 || child.exitCode !== null);
  child.kill('SIGKILL');
  claim('it has ended by signal 9', (await exited) === 'SIGKILL');
  const dead = book.pages().at(-1);
  claim('in the middle of its work', dead.page === 3);

  title('The next worker');
  let result = await writeBook(client, key, book);
  claim('is told that the key is taken', result.errorCode === 'not_acquired');
  say("... waits for 10 s at most, until the dead one's lease ends");
  while (result.errorCode === 'not_acquired') {
    await client.ai.status(key, { wait: 15 });
    result = await writeBook(client, key, book);
  }
  claim('takes over and completes', result.status === 'completed' && result.result.pages === PAGES);
  const pages = book.pages();
  claim('it has gone on where the dead one stopped', pages.map(({ page }) => page).join() === '1,2,3,4,5,6');
  claim('with a larger fence', pages.at(-1).fence > dead.fence);

  title('What the dead one would still do, had it only slept');
  claim('its page is refused', !book.write(4, dead.leaseId, dead.fence));
  try {
    await client.ai.complete(key, dead.leaseId, { pages: 4 });
    claim('so is its end of the work', false);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    claim('so is its end of the work', error.statusCode === 409 && error.code === 'lease_mismatch');
  }
  claim('the result stands', (await client.ai.result(key)).result.pages === PAGES);
  await client.close();
}

if (process.argv.length === 4) {
  await worker(...process.argv.slice(2));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'onceonly-book-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  await main(join(folder, 'pages'));
}
