import { DuplicateError } from './errors.js';
import { Http } from './http.js';
import { unwrapped } from './model.js';
import { acquireAndRun, type Ran } from './runFn.js';
import { type OnException, RUN_FN_DEFAULTS } from './runFnOptions.js';
import { sharedOf } from './shared.js';

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

/** Does the work under a lease, or gives the value that the first call has stored, as JSON has it. */
export async function replay(client: object, call: Replayed, work: () => Promise<unknown>): Promise<unknown> {
  const http = sharedOf(client);
  if (!(http instanceof Http)) throw new TypeError("client must be a OnceOnly for onDuplicate 'replay'");
  const { key, ...others } = call;
  const options = { ...others, ttl: Math.min(call.ttl, LEASE_SECONDS_MAX), timeout: WAIT_SECONDS };
  let own: { readonly value: unknown } | undefined;
  const leased = async () => {
    const value = await work();
    own = { value };
    return value;
  };
  const ran = await acquireAndRun(http, key, leased, options);
  if (own !== undefined) return own.value;
  const firstSeenAt = ran.lease.first_seen_at ?? null;
  const { onDuplicate } = http.settings.hooks;
  if (onDuplicate !== undefined) http.callHook('onDuplicate', () => onDuplicate({ key, firstSeenAt, requestId: null }));
  const { result } = ran;
  if (result.status !== 'completed') throw withoutValue(key, ran);
  return result.result === null ? null : unwrapped(result.result);
}

function withoutValue(key: string, { result, lease }: Ran): DuplicateError {
  const { errorCode, status } = result;
  const why = errorCode ?? status ?? 'unknown';
  const message = `${JSON.stringify(key)} is a duplicate, and the first call has no value to replay: ${why}`;
  return new DuplicateError(message, { key, firstSeenAt: lease.first_seen_at ?? null, errorCode });
}
