import { OnceOnly } from '../client.js';
import type { ClientOptions } from '../options.js';
import { isObject, type JsonObject } from '../read.js';
import type { FetchImpl, FetchInit } from '../transport.js';
import { bodyOf, refusedAttemptId } from './input.js';
import { FakeLeases } from './leases.js';
import { FakeLocks } from './locks.js';
import { type FakeAnswer, FakeClock, ok, refused } from './state.js';

/** A request that a client has made of a {@link FakeOnceOnly}. */
export interface FakeRequest {
  readonly method: string;
  /** From `/v1`, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: JsonObject | null;
  readonly attemptId: string | null;
}

/** A governed call, as the fake is asked to answer it. */
export interface FakeCall {
  readonly agentId: string;
  readonly tool: string;
  readonly args: JsonObject;
  readonly spendUsd: number | null;
}

/**
 * What a governed call is answered with: a decision by its fields on the wire (`allowed`, `decision`, `policy_reason`,
 * `risk_level`, `result`, …), of which those that are left out are those of an executed call; or an Error, whose message is
 * the code of a 502 (`tool_error`).
 */
export type FakeDecision = JsonObject | Error;

/**
 * A OnceOnly server in memory, for the tests of code that uses this package: locks, leases, keyed runs, releases,
 * batches, waiting, fingerprints and attempt ids are as the server has them. Its clock stands still until a test moves
 * it. Governed calls are answered as the test says. Nothing is sent over a network, and each fake is a world of its own.
 */
export class FakeOnceOnly {
  /** Everything that was asked, in order. */
  readonly requests: FakeRequest[] = [];
  /** For the option `fetchImpl` of a client. */
  readonly fetchImpl: FetchImpl;
  readonly #clock = new FakeClock();
  readonly #locks = new FakeLocks(this.#clock);
  readonly #leases = new FakeLeases(this.#clock);
  readonly #decisions = new Map<string, FakeDecision | ((call: FakeCall) => FakeDecision)>();
  readonly #answers = new Map<string, unknown>();
  readonly #replayed = new Map<string, FakeAnswer>();

  constructor() {
    this.fetchImpl = (url, init) => this.#fetch(url, init);
  }

  /** A client of this fake. Options replace those that it would have otherwise. */
  client(options: ClientOptions = {}): OnceOnly {
    return new OnceOnly({
      apiKey: 'once_test_fake',
      baseUrl: 'http://onceonly.test',
      ...options,
      fetchImpl: this.fetchImpl,
    });
  }

  /** The instant of the fake's clock. */
  get now(): Date {
    return new Date(this.#clock.nowMs);
  }

  /** Moves the clock on: locks and leases whose TTL passes are gone. */
  advance(seconds: number): void {
    if (!(seconds >= 0)) throw new TypeError('seconds must be a number of at least 0');
    this.#clock.nowMs += 1000 * seconds;
    this.#leases.wake();
  }

  /** Says how governed calls of a tool are answered, by all agents or by one. A call of another tool is blocked. */
  decide(tool: string, decision: FakeDecision | ((call: FakeCall) => FakeDecision), agentId = '*'): void {
    this.#decisions.set(`${agentId}\n${tool}`, decision);
  }

  /** Says what any other request is answered with, such as `('GET', '/v1/me', { plan: 'free' })`. */
  answer(method: string, path: string, body: unknown): void {
    this.#answers.set(`${method} ${path}`, body);
  }

  /** Ends a keyed run, or somebody's lease, with a result, as the server's worker would. */
  completeRun(key: string, result: JsonObject = {}): void {
    this.#leases.complete({ key, lease_id: this.#leases.leaseIdOf(key), result });
  }

  /** Ends a keyed run, or somebody's lease, as failed. */
  failRun(key: string, errorCode: string): void {
    this.#leases.fail({ key, lease_id: this.#leases.leaseIdOf(key), error_code: errorCode });
  }

  async #fetch(url: string, init: FetchInit): Promise<Response> {
    const { pathname, searchParams } = new URL(url);
    const headers = new Headers(init.headers);
    const read = bodyOf(pathname, init);
    const request: FakeRequest = {
      method: init.method,
      path: pathname,
      query: Object.fromEntries(searchParams),
      body: 'status' in read ? null : read.body,
      attemptId: headers.get('x-onceonly-attempt-id'),
    };
    this.requests.push(request);
    const unfit = 'status' in read ? read : refusedAttemptId(request.attemptId);
    const { status, body: answer } = unfit ?? (await this.#answerTo(request, searchParams, init.signal));
    const requestId = headers.get('x-request-id') ?? `req_${this.requests.length}`;
    return Response.json(answer, { status, headers: { 'x-request-id': requestId } });
  }

  #answerTo(request: FakeRequest, query: URLSearchParams, signal: AbortSignal): FakeAnswer | Promise<FakeAnswer> {
    const { method, path, attemptId } = request;
    const body = request.body ?? {};
    switch (`${method} ${path}`) {
      case 'POST /v1/check-lock':
        return this.#locks.lock(body, attemptId);
      case 'POST /v1/check-lock/batch':
        return this.#locks.batch(body);
      case 'POST /v1/check-lock/release':
        return this.#locks.release(body);
      case 'POST /v1/ai/lease':
        return this.#leases.acquire(body, attemptId);
      case 'POST /v1/ai/run':
        return 'tool' in body ? this.#decided(body, attemptId) : this.#leases.acquire(body, attemptId);
      case 'GET /v1/ai/status':
        return this.#leases.status(query, signal);
      case 'GET /v1/ai/result':
        return this.#leases.result(query, signal);
      case 'POST /v1/ai/extend':
        return this.#leases.extend(body);
      case 'POST /v1/ai/complete':
        return this.#leases.complete(body);
      case 'POST /v1/ai/fail':
        return this.#leases.fail(body);
      case 'POST /v1/ai/cancel':
        return this.#leases.cancel(body);
      default:
        return this.#scripted(`${method} ${path}`);
    }
  }

  #scripted(request: string): FakeAnswer {
    const body = this.#answers.get(request);
    return body === undefined
      ? refused(404, 'not_scripted', { message: `answer(${request}) is not scripted` })
      : ok(body as object);
  }

  #decided(body: JsonObject, attemptId: string | null): FakeAnswer {
    const known = attemptId === null ? undefined : this.#replayed.get(attemptId);
    if (known !== undefined) return { ...known, body: { ...(known.body as object), replayed: true } };
    const call = callOf(body);
    const scripted = this.#decisions.get(`${call.agentId}\n${call.tool}`) ?? this.#decisions.get(`*\n${call.tool}`);
    const decision = typeof scripted === 'function' ? scripted(call) : (scripted ?? BLOCKED);
    if (decision instanceof Error) return refused(502, decision.message, { tool: call.tool, outcome: 'failed' });
    const answer = ok({ ...EXECUTED, ...(decision['allowed'] === false ? BLOCKED : {}), ...decision });
    if (attemptId !== null) this.#replayed.set(attemptId, answer);
    return answer;
  }
}

const EXECUTED = {
  ok: true,
  allowed: true,
  decision: 'executed',
  policy_reason: 'ok',
  risk_level: 'low',
  result: null,
} as const;

const BLOCKED: JsonObject = {
  ok: false,
  allowed: false,
  decision: 'blocked',
  policy_reason: 'no_policy',
  risk_level: 'high',
};

function callOf(body: JsonObject): FakeCall {
  const { agent_id: agentId, tool, args, spend_usd: spendUsd } = body;
  return {
    agentId: String(agentId),
    tool: String(tool),
    args: isObject(args) ? args : {},
    spendUsd: typeof spendUsd === 'number' ? spendUsd : null,
  };
}
