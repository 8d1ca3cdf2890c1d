import { wordsOf } from './words.js';
import { hexOf } from './canonical.js';
import { DispatchVerificationError } from './errors.js';
import { isObject, type JsonObject, number, object, text } from './read.js';

/** A tool call that the server has sent to a tool's backend. */
export interface Dispatch {
  readonly tool: string | null;
  readonly agentId: string | null;
  readonly args: JsonObject | null;
  readonly runId: string | null;
  readonly requestId: string | null;
  /** The same in all attempts of one call: what makes them one effect. */
  readonly idempotencyKey: string | null;
  /** Of keyed runs; refuse one that is below the largest that was seen. */
  readonly fence: number | null;
  /** The whole body. */
  readonly raw: JsonObject;
}

/** The headers of a request, as `fetch`, Node, or a framework has them. */
export type DispatchHeaders =
  Iterable<readonly [string, string]> | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyDispatchOptions {
  /** How many seconds a dispatch may be older, or younger, than `now`; default 300. */
  tolerance?: number | undefined;
  /** Unix seconds; default this machine's clock. */
  now?: number | undefined;
  /** Whether a dispatch without the second signature is taken, whose time nobody has signed; default false. */
  allowV1?: boolean | undefined;
}

export const DISPATCH_DEFAULTS = { tolerance: 300, allowV1: false } as const;

/**
 * Proves that a dispatch comes from the server, and gives what is in it. `body` is the request's body as it came, before
 * anybody has parsed it; `secrets` is the tool's secret, or several while one is rotated.
 *
 * Rejects with a DispatchVerificationError when a signature is missing or does not fit any secret, when the dispatch is
 * too old or too young, and when its body is no JSON object.
 */
export async function verifyDispatch(
  body: string | Uint8Array | ArrayBuffer,
  headers: DispatchHeaders,
  secrets: string | readonly string[],
  options: VerifyDispatchOptions = {},
): Promise<Dispatch> {
  const bytes = bytesOf(body);
  const keys = await Promise.all(secretsOf(secrets).map(importKey));
  const found = lowerCased(headers);
  const now = options.now ?? Date.now() / 1000;
  const tolerance = options.tolerance ?? DISPATCH_DEFAULTS.tolerance;
  const first = found.get('x-onceonly-signature');
  const second = found.get('x-onceonly-signature-v2');
  let sentAt: string;
  if (second !== undefined) {
    const { t, signatures } = partsOf(second);
    if (!(await fits(keys, join(`${t}.`, bytes), signatures))) throw refused('X-OnceOnly-Signature-V2 does not fit');
    sentAt = t;
  } else {
    if (options.allowV1 !== true) throw refused('X-OnceOnly-Signature-V2 is missing');
    if (first === undefined) throw refused('X-OnceOnly-Signature is missing');
    sentAt = found.get('x-onceonly-timestamp')?.trim() ?? '';
  }
  if (first !== undefined && !(await fits(keys, bytes, [first.trim()]))) {
    throw refused('X-OnceOnly-Signature does not fit');
  }
  if (!/^\d{1,15}$/.test(sentAt)) throw refused('its time is missing');
  if (!(Math.abs(now - Number(sentAt)) <= tolerance)) throw refused(`it was not sent within ${tolerance} s of now`);
  return dispatchOf(bytes);
}

function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return new Uint8Array(body);
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  throw new TypeError('body must be the raw text or bytes of the request, not what was parsed of it');
}

function secretsOf(secrets: unknown): string[] {
  const all: unknown[] = Array.isArray(secrets) ? secrets : [secrets];
  if (all.length === 0) throw new TypeError('secrets must not be empty');
  return all.map((secret) => {
    if (typeof secret !== 'string' || secret === '') throw new TypeError('secrets must be texts that are not empty');
    return secret;
  });
}

function importKey(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, ['sign']);
}

const READ = new Set(['x-onceonly-signature', 'x-onceonly-signature-v2', 'x-onceonly-timestamp']);

/** The headers that are read here; frameworks may have anything in the others. */
function lowerCased(headers: unknown): Map<string, string> {
  const found = new Map<string, string>();
  if (typeof headers !== 'object' || headers === null) throw refused('it has no headers');
  const entries = Symbol.iterator in headers ? (headers as Iterable<unknown>) : Object.entries(headers);
  for (const entry of entries) {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string') continue;
    const name = entry[0].toLowerCase();
    const value: unknown = entry[1];
    if (READ.has(name) && value !== undefined && value !== null) found.set(name, textOf(value));
  }
  return found;
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : wordsOf(value);
}

/** Reads `t=<unix>,v1=<hex>[,v1=<hex>]`. */
function partsOf(header: string): { t: string; signatures: string[] } {
  const parts = header.split(',').map((part) => part.trim());
  const valuesOf = (name: string) =>
    parts.filter((part) => part.startsWith(name)).map((part) => part.slice(name.length));
  const times = valuesOf('t=');
  if (times.length !== 1) throw refused('X-OnceOnly-Signature-V2 must have one time');
  return { t: times[0] ?? '', signatures: valuesOf('v1=') };
}

function join(head: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const headBytes = new TextEncoder().encode(head);
  const joined = new Uint8Array(headBytes.length + bytes.length);
  joined.set(headBytes);
  joined.set(bytes, headBytes.length);
  return joined;
}

/** Whether one of the signatures is that of one of the keys. All are compared, so that the time tells nothing. */
async function fits(
  keys: readonly CryptoKey[],
  bytes: Uint8Array<ArrayBuffer>,
  signatures: string[],
): Promise<boolean> {
  let fitting = 0;
  for (const key of keys) {
    const expected = hexOf(await crypto.subtle.sign('HMAC', key, bytes));
    for (const signature of signatures) fitting |= equal(expected, signature);
  }
  return fitting === 1;
}

/** 1 if both texts are equal, else 0; in a time that tells only whether they are equally long. */
function equal(expected: string, given: string): number {
  if (expected.length !== given.length) return 0;
  let different = 0;
  for (let i = 0; i < expected.length; i++) different |= expected.charCodeAt(i) ^ given.charCodeAt(i);
  return different === 0 ? 1 : 0;
}

function dispatchOf(bytes: Uint8Array): Dispatch {
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refused('its body is no JSON');
  }
  if (!isObject(raw)) throw refused('its body is no JSON object');
  return {
    tool: text(raw, 'tool'),
    agentId: text(raw, 'agent_id'),
    args: object(raw, 'args'),
    runId: text(raw, 'run_id'),
    requestId: text(raw, 'request_id'),
    idempotencyKey: text(raw, 'idempotency_key'),
    fence: number(raw, 'fence'),
    raw,
  };
}

function refused(why: string): DispatchVerificationError {
  return new DispatchVerificationError(`the dispatch is refused: ${why}`);
}
