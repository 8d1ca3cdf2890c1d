import { checkFunction, flagOf } from './args.js';
import { readEnvironment } from './environment.js';
import type { ClientHooks } from './hooks.js';
import type { FetchImpl } from './transport.js';
import { VERSION } from './version.js';

/** Where warnings go. `console` is one. */
export interface Logger {
  warn(message: string): void;
  /** Is told of each further attempt; left out, nobody is. */
  debug?(message: string): void;
}

/** How `idempotent` derives keys: this SDK's way, or that of the published client 3.0.5. */
export type KeyFormat = 'default' | 'published';

export interface ClientOptions extends ClientHooks {
  /** Sent as `Authorization: Bearer …`; default `ONCEONLY_API_KEY` of the process environment. It must not be blank. */
  apiKey?: string | undefined;
  /**
   * Where the API is; default `ONCEONLY_BASE_URL`, else `https://api.onceonly.tech/v1`. `/v1` is appended when the path
   * is empty or `/`; any other path is kept.
   */
  baseUrl?: string | undefined;
  /** Milliseconds for one attempt, from connecting to the last byte; default 5000. */
  timeoutMs?: number | undefined;
  /** Milliseconds for one call with all its attempts and pauses; default none. */
  deadlineMs?: number | undefined;
  /**
   * Default true: when the server is away, `checkLock` says `locked`, so that **the action runs unprotected**, and logs
   * a warning. Turn it off for what must never run twice. `ONCEONLY_FAIL_OPEN=false` turns it off for the whole process,
   * whatever the code says.
   */
  failOpen?: boolean | undefined;
  /**
   * How many further attempts are made after 429, 500, 502, 503, 504 and network errors, where repeating is safe;
   * default 0.
   */
  maxRetries429?: number | undefined;
  /** Seconds of the first pause between attempts; default 0.5. */
  retryBackoffSec?: number | undefined;
  /**
   * Seconds of the longest pause between attempts; default 5. An answer whose `Retry-After` asks for more is not waited
   * for: the call ends at once, and its error says that number.
   */
  retryMaxBackoffSec?: number | undefined;
  /** Default `onceonly-typescript-sdk/<version>`. */
  userAgent?: string | undefined;
  /** One function from request to answer, for tests and proxies; default the global `fetch`. */
  fetchImpl?: FetchImpl | undefined;
  /** How `idempotent` derives keys; default `default`. `published` is for fleets that still run the client 3.0.5. */
  keyFormat?: KeyFormat | undefined;
  /** Where warnings go; default `console`. */
  logger?: Logger | undefined;
}

/** The defaults of all options that have one, except for `fetchImpl` and `logger`. */
export const CLIENT_DEFAULTS = {
  baseUrl: 'https://api.onceonly.tech/v1',
  timeoutMs: 5000,
  failOpen: true,
  maxRetries429: 0,
  retryBackoffSec: 0.5,
  retryMaxBackoffSec: 5,
  keyFormat: 'default',
  userAgent: `onceonly-typescript-sdk/${VERSION}`,
} as const;

/** Options that have been checked and completed. */
export interface Settings {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly deadlineMs: number | undefined;
  readonly failOpen: boolean;
  /** Whether the process environment forbids it, whatever a call says. */
  readonly failOpenForbidden: boolean;
  readonly maxRetries: number;
  readonly retryBackoffMs: number;
  readonly retryMaxBackoffMs: number;
  readonly userAgent: string;
  readonly fetchImpl: FetchImpl;
  readonly keyFormat: KeyFormat;
  readonly hooks: ClientHooks;
  readonly logger: Logger;
}

/** Checks the options and fills in the defaults. Throws a TypeError, which never shows the API key. */
export function settingsOf(options: ClientOptions): Settings {
  const environment = readEnvironment();
  const userAgent = options.userAgent ?? CLIENT_DEFAULTS.userAgent;
  for (const name of ['onDuplicate', 'onRetry', 'onFailOpen', 'fetchImpl'] as const) checkFunction(name, options[name]);
  checkLogger(options.logger);
  if (!/^[\x20-\x7e]+$/.test(userAgent)) throw new TypeError('userAgent must be visible ASCII characters');
  return {
    apiKey: checkedApiKey(options.apiKey ?? environment.apiKey),
    baseUrl: checkedBaseUrl(options.baseUrl ?? environment.baseUrl ?? CLIENT_DEFAULTS.baseUrl),
    timeoutMs: atLeast(1, 'timeoutMs', options.timeoutMs ?? CLIENT_DEFAULTS.timeoutMs),
    deadlineMs: options.deadlineMs === undefined ? undefined : atLeast(1, 'deadlineMs', options.deadlineMs),
    failOpen: flagOf('failOpen', options.failOpen) ?? CLIENT_DEFAULTS.failOpen,
    failOpenForbidden: environment.failOpenForbidden,
    maxRetries: atLeast(0, 'maxRetries429', options.maxRetries429 ?? CLIENT_DEFAULTS.maxRetries429),
    retryBackoffMs: 1000 * atLeast(0, 'retryBackoffSec', options.retryBackoffSec ?? CLIENT_DEFAULTS.retryBackoffSec),
    retryMaxBackoffMs:
      1000 * atLeast(0, 'retryMaxBackoffSec', options.retryMaxBackoffSec ?? CLIENT_DEFAULTS.retryMaxBackoffSec),
    userAgent,
    // Looked up at each call, because tests and tracing tools replace the global function.
    fetchImpl: options.fetchImpl ?? ((url, init) => globalThis.fetch(url, init)),
    keyFormat: checkedKeyFormat(options.keyFormat ?? CLIENT_DEFAULTS.keyFormat),
    hooks: {
      onDuplicate: options.onDuplicate,
      onRetry: options.onRetry,
      onFailOpen: options.onFailOpen,
    },
    logger: harmless(options.logger ?? DEFAULT_LOGGER),
  };
}

/** Looked up at each warning, because tests replace the console's methods. Attempts are no news for a terminal. */
export const DEFAULT_LOGGER: Logger = { warn: (message) => console.warn(message) };

function checkLogger(logger: unknown): void {
  if (logger === undefined || logger === null) return;
  const { warn, debug } = logger as { warn?: unknown; debug?: unknown };
  if (typeof warn !== 'function') throw new TypeError('logger must have a function warn');
  checkFunction('logger.debug', debug);
}

/** A logger that throws, or rejects, must not hide what it was to tell of. */
function harmless(logger: Logger): Logger {
  const safely = (log: () => unknown) => {
    try {
      const logged = log();
      if (logged instanceof Promise) logged.catch(() => undefined);
    } catch {
      // There is nobody else to tell.
    }
  };
  return {
    warn: (message) => {
      safely(() => {
        logger.warn(message);
      });
    },
    debug: (message) => {
      safely(() => logger.debug?.(message));
    },
  };
}

/** Checks the name of a key format. */
export function checkedKeyFormat(name: unknown): KeyFormat {
  if (name !== 'default' && name !== 'published') throw new TypeError("keyFormat must be 'default' or 'published'");
  return name;
}

function checkedApiKey(apiKey: unknown): string {
  if (apiKey === undefined) throw new TypeError('apiKey must be given, as an argument or in ONCEONLY_API_KEY');
  if (typeof apiKey !== 'string' || apiKey.trim() === '') throw new TypeError('apiKey must not be empty');
  // A line break or a letter that no header can hold would make fetch fail with a message that shows the key.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new TypeError('apiKey must be visible ASCII characters without blanks');
  return apiKey;
}

function checkedBaseUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new TypeError('baseUrl must be an absolute URL');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('baseUrl must be http or https');
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError('baseUrl must have no user, query or fragment');
  }
  const path = url.pathname.replace(/\/+$/, '');
  return url.origin + (path === '' ? '/v1' : path);
}

function atLeast(least: number, name: string, value: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
    throw new TypeError(`${name} must be a number of at least ${least}`);
  }
  return value;
}
