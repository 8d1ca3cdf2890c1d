import type { Ran } from './runFn.js';
import type { LeasedFunction, RunFnOptions } from './runFnOptions.js';
import { DEFAULT_LOGGER, type Settings } from './options.js';

/** What `idempotent` needs to know of a client. */
export interface Shared {
  readonly settings: Pick<Settings, 'keyFormat' | 'logger' | 'hooks'>;
  callHook(name: string, call: () => unknown): void;
  /**
   * Runs a function under a lease, with the classes of the half of the package that the client is of; a stand-in has
   * none.
   */
  readonly run?: (key: string, fn: LeasedFunction, options: RunFnOptions) => Promise<Ran>;
}

/** Registered, so that a client of the package's CommonJS half is known to the other half. */
const SHARED = Symbol.for('@onceonly/onceonly-sdk.shared');

/** Makes a client's settings known to the functions that are wrapped with it. */
export function share(client: object, shared: Shared): void {
  Object.defineProperty(client, SHARED, { value: shared });
}

/** The settings of a client; the defaults for a stand-in that a test has made. */
export function sharedOf(client: object): Shared {
  const { [SHARED]: shared = STAND_IN } = client as { [SHARED]?: Shared };
  return shared;
}

const STAND_IN: Shared = {
  settings: { keyFormat: 'default', logger: DEFAULT_LOGGER, hooks: {} },
  callHook: (_, call) => void call(),
};
