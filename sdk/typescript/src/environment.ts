/*
 * What the process environment says. It is read when a client is made, and never later. Browsers and edge runtimes may
 * have none.
 */

/** The options of a client that come from the environment. */
export interface Environment {
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  /** Whether `ONCEONLY_FAIL_OPEN` turns failing open off for the whole process. */
  readonly failOpenForbidden: boolean;
}

const OFF = new Set(['false', '0', 'no', 'off']);
const ON = new Set(['', 'true', '1', 'yes', 'on']);

/** Reads the environment. Throws a TypeError when `ONCEONLY_FAIL_OPEN` is a word that says neither yes nor no. */
export function readEnvironment(): Environment {
  const failOpen = (variable('ONCEONLY_FAIL_OPEN') ?? '').trim().toLowerCase();
  if (!OFF.has(failOpen) && !ON.has(failOpen)) {
    throw new TypeError('ONCEONLY_FAIL_OPEN must be one of true, 1, yes, on, false, 0, no, off');
  }
  return {
    apiKey: variable('ONCEONLY_API_KEY'),
    baseUrl: nonEmpty(variable('ONCEONLY_BASE_URL')),
    failOpenForbidden: OFF.has(failOpen),
  };
}

/** A variable that is set to nothing says nothing. */
function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function variable(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  try {
    return process?.env?.[name];
  } catch {
    // A runtime that asks for a permission, and has not got it, has no environment for us.
    return undefined;
  }
}
