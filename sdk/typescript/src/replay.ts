import { DuplicateError } from './errors.js';
import type { Ran } from './runFn.js';
import { type OnException, RUN_FN_DEFAULTS } from './runFnOptions.js';
import { sharedOf } from './shared.js';
import { toJson } from './values.js';

/** A call whose duplicates get the first one's value. */
export interface Replayed {
  readonly key: string;
  readonly ttl: number;
  readonly fingerprint: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onException: OnException | undefined;
}

/** The lease is extended while the work goes on, so that it need not outlive a caller that dies for longer than this. */
const LEASE_SECONDS_MAX = RUN_FN_DEFAULTS.ttl;

/** Seconds for which a duplicate waits for the first call. */
const WAIT_SECONDS = 60;

/** Every value is stored so, whatever it is: what comes back must be told from what was wrapped. */
interface Stored {
  readonly data: unknown;
}

/** Does the work under a lease, or gives the value that the first call has stored. Both are the value's JSON form. */
export async function replay(client: object, call: Replayed, work: () => Promise<unknown>): Promise<unknown> {
  const shared = sharedOf(client);
  const { run, settings } = shared;
  if (run === undefined) throw new TypeError("client must be a OnceOnly for onDuplicate 'replay'");
  const { key, ...others } = call;
  const options = { ...others, ttl: Math.min(call.ttl, LEASE_SECONDS_MAX), timeout: WAIT_SECONDS };
  let own: Stored | undefined;
  const ran = await run(key, async () => (own = { data: toJson(await work()) ?? null }), options);
  if (own !== undefined) return own.data;
  const firstSeenAt = ran.lease.first_seen_at ?? null;
  const { onDuplicate } = settings.hooks;
  if (onDuplicate !== undefined)
    shared.callHook('onDuplicate', () => onDuplicate({ key, firstSeenAt, requestId: null }));
  const { result } = ran;
  if (result.status !== 'completed' || result.result === null || !('data' in result.result)) {
    throw withoutValue(key, ran);
  }
  return result.result['data'];
}

function withoutValue(key: string, { result, lease }: Ran): DuplicateError {
  const { errorCode, status } = result;
  const why = errorCode ?? (status === 'completed' ? 'its value is not stored' : (status ?? 'unknown'));
  const message = `${JSON.stringify(key)} is a duplicate, and the first call has no value to replay: ${why}`;
  return new DuplicateError(message, { key, firstSeenAt: lease.first_seen_at ?? null, errorCode });
}
