// A tool that OnceOnly calls, from Node 20 or newer without any package: `node backend.mjs`.
//
// It believes a request only if its signature is right and fresh, acts once for each idempotency key, remembers that
// across restarts, and refuses an owner that has been overtaken. Copy it and put your own effect into `act`.
//
// TOOL_SECRETS  the tool's secret, or two with a comma between them while one is rotated
// TOOL_STORE    the file that remembers (default: tool-backend.jsonl)
// TOOL_PORT     where to listen on 127.0.0.1 (default: a free port, which is printed)
import { createHmac, timingSafeEqual } from 'node:crypto';
import { fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

const TOLERANCE_SECONDS = 300;
const BODY_BYTES_MAX = 1 << 20;

/** The request is not acted upon. A status of 4xx tells OnceOnly that nothing has happened. */
class Refused extends Error {
  constructor(status, reason) {
    super(reason);
    this.status = status;
  }
}

const secrets = (process.env.TOOL_SECRETS ?? '').split(',').filter(Boolean);
if (secrets.length === 0) {
  console.error('Set TOOL_SECRETS first; examples/README.md tells how.');
  process.exit(1);
}

/** Whether one of the secrets has signed these parts. Every secret is tried, so that the time taken tells nothing. */
function isSigned(parts, signature) {
  const given = Buffer.from(signature);
  return secrets
    .map((secret) => {
      const mac = createHmac('sha256', secret);
      for (const part of parts) mac.update(part);
      const right = Buffer.from(mac.digest('hex'));
      return given.length === right.length && timingSafeEqual(given, right);
    })
    .includes(true);
}

/** Both signatures. The second covers the instant too, so that an old request stays old. */
function verify(headers, body, nowSeconds) {
  const fields = (headers['x-onceonly-signature-v2'] ?? '').split(',').map((part) => part.trim().split('='));
  const instants = fields.filter(([name]) => name === 't').map(([, value]) => value ?? '');
  const signatures = fields.filter(([name]) => name === 'v1').map(([, value]) => value ?? '');
  if (instants.length !== 1 || !/^\d{1,12}$/.test(instants[0]) || signatures.length < 1 || signatures.length > 4) {
    throw new Refused(401, 'no signature');
  }
  if (!signatures.map((signature) => isSigned([`${instants[0]}.`, body], signature)).includes(true)) {
    throw new Refused(401, 'wrong signature');
  }
  if (Math.abs(nowSeconds - Number(instants[0])) > TOLERANCE_SECONDS) {
    throw new Refused(401, 'too old, or from the future');
  }
  const published = headers['x-onceonly-signature']; // left out for tools that are set to `signature: v2`
  if (published !== undefined && !isSigned([body], published)) throw new Refused(401, 'wrong signature');
}

/** What was done, in a file of one line each, which is read again at the start. */
class Ledger {
  #results = new Map();
  #fences = new Map();
  #file;

  constructor(path) {
    this.#file = openSync(path, 'a+');
    const lines = readFileSync(path);
    // The last one may have been cut off by a crash: then it was not answered.
    const whole = lines.subarray(0, lines.lastIndexOf('\n') + 1);
    ftruncateSync(this.#file, whole.length);
    for (const line of whole.toString('utf8').split('\n').slice(0, -1)) this.#remember(JSON.parse(line));
  }

  /** The stored result of this idempotency key, or that of acting now. */
  once({ idempotency_key: key, run_id: runId = null, fence = null, args }) {
    if (this.#results.has(key)) return this.#results.get(key);
    if (fence !== null && fence < (this.#fences.get(runId) ?? 0)) {
      throw new Refused(409, 'an owner with a larger fence was here');
    }
    const entry = { key, result: act(key, args), run_id: runId, fence };
    // The effect of this example is the line itself. Yours and its record belong into one transaction of your
    // database; where that can't be, hand the key on to whoever carries out the effect.
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    fsyncSync(this.#file);
    this.#remember(entry);
    return entry.result;
  }

  get acted() {
    return this.#results.size;
  }

  #remember({ key, result, run_id: runId, fence }) {
    this.#results.set(key, result);
    if (fence !== null) this.#fences.set(runId, Math.max(fence, this.#fences.get(runId) ?? 0));
  }
}

/** Your effect goes here. What it returns is the call's result, a JSON object. */
function act(key, args) {
  return { message_id: `m-${key.slice(0, 8)}`, to: args.to ?? null };
}

async function bodyOf(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Refused(413, 'too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function call(request) {
  const body = await bodyOf(request);
  verify(request.headers, body, Date.now() / 1000);
  const payload = JSON.parse(body.toString('utf8'));
  if (typeof payload?.idempotency_key !== 'string' || typeof payload.args !== 'object' || payload.args === null) {
    throw new Refused(400, 'not a call of OnceOnly');
  }
  // The header is for proxies and logs; what is signed is the body.
  const header = request.headers['idempotency-key'];
  if (header !== undefined && header !== payload.idempotency_key) {
    throw new Refused(400, 'header and body name two keys');
  }
  return ledger.once(payload);
}

function reply(response, status, answer) {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
}

const ledger = new Ledger(process.env.TOOL_STORE ?? 'tool-backend.jsonl');
const server = createServer(async (request, response) => {
  try {
    reply(response, 200, request.method === 'POST' ? await call(request) : { acted: ledger.acted });
  } catch (error) {
    if (error instanceof Refused) reply(response, error.status, { error: error.message });
    else if (error instanceof SyntaxError) reply(response, 400, { error: 'not a call of OnceOnly' });
    else {
      console.error(error);
      reply(response, 500, { error: 'broken' });
    }
  }
});
server.listen(Number(process.env.TOOL_PORT ?? 0), '127.0.0.1', () => {
  console.log(`The tool is ready on http://127.0.0.1:${server.address().port}/`);
});
