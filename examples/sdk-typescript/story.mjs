// How the examples tell what they do, and hold themselves to it, and a tool for them to call.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const { ONCEONLY_URL, ONCEONLY_API_KEY } = process.env;
if (!ONCEONLY_URL || !ONCEONLY_API_KEY) {
  console.error('Set ONCEONLY_URL and ONCEONLY_API_KEY first; examples/README.md tells how.');
  process.exit(1);
}

/** Where the server is: new OnceOnly({ ...SERVER, … }). */
export const SERVER = { apiKey: ONCEONLY_API_KEY, baseUrl: ONCEONLY_URL };

export const title = (text) => console.log(text);

export const say = (line) => console.log(`     ${line}`);

/** Prints a promise that was kept; ends the example with exit status 1 if it was not. */
export function claim(what, kept) {
  console.log(`  ${kept ? 'ok' : 'BROKEN'} ${what}`);
  if (!kept) process.exit(1);
}

/** A key that no earlier run has used, so that an example can run again on the same server. */
export const unique = (name) => `${name}_${randomUUID().slice(0, 13)}`;

/** Asks again and again until the answer is a true value, and returns it, or the last one when time is up. */
export async function until(ask, secondsMax = 20) {
  const deadline = performance.now() + secondsMax * 1000;
  for (;;) {
    const answer = await ask();
    if (answer || performance.now() >= deadline) return answer;
    await sleep(50);
  }
}

/**
 * Starts a tool on this machine and gives its URL. `work` gets the arguments of a call and its idempotency key, and
 * gives the result; null closes the connection without an answer.
 */
export async function serveTool(work) {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const result = work(JSON.parse(text).args, request.headers['idempotency-key']);
    if (result === null) return request.socket.destroy();
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(result));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  // The program ends when its story has been told, not when nobody calls the tool any more.
  server.unref();
  server.on('connection', (connection) => connection.unref());
  return `http://127.0.0.1:${server.address().port}/`;
}
