import { NetworkError, RequestTimeoutError } from './errors.js';
import { LONGEST_TIMER_MS, onAbort } from './signals.js';

/**
 * One function from request to answer, with the signature of `fetch`. It gets a `signal` that aborts when the attempt
 * has run out of time, was cancelled, or the client was closed.
 */
export type FetchImpl = (url: string, init: RequestInit) => Promise<Response>;

/** A whole answer, before anybody has read what is in it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface AttemptLimits {
  /** From connecting to the last byte. */
  readonly timeoutMs: number;
  /** None of them may have aborted already. */
  readonly signals: readonly AbortSignal[];
}

/**
 * Makes one attempt. Rejects with a NetworkError or RequestTimeoutError when no whole answer came, and with a signal's
 * reason when that signal aborts. It settles then even if `fetchImpl` pays no heed to its signal.
 */
export function attempt(fetchImpl: FetchImpl, url: string, init: RequestInit, limits: AttemptLimits): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const end = () => {
      clearTimeout(timer);
      for (const release of releases) release();
    };
    const stop = (reason: unknown) => {
      end();
      reject(reason);
      controller.abort();
    };
    const timer = setTimeout(
      () => {
        stop(new RequestTimeoutError(`no answer within ${Math.round(limits.timeoutMs)} ms`));
      },
      Math.min(limits.timeoutMs, LONGEST_TIMER_MS),
    );
    const releases = limits.signals.map((signal) =>
      onAbort(signal, () => {
        stop(signal.reason);
      }),
    );
    exchange(fetchImpl, url, { ...init, signal: controller.signal }).then(
      (answer) => {
        end();
        resolve(answer);
      },
      (error: unknown) => {
        end();
        reject(new NetworkError(`no answer: ${innermostText(error)}`, { cause: error }));
      },
    );
  });
}

async function exchange(fetchImpl: FetchImpl, url: string, init: RequestInit): Promise<Answer> {
  const response = await fetchImpl(url, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** `fetch failed` alone helps nobody; what its cause says does. */
function innermostText(error: unknown): string {
  let innermost = error;
  for (const each of causes(error)) innermost = each;
  if (!(innermost instanceof Error)) return String(innermost);
  const { code } = innermost as { code?: unknown };
  // Node's error for a name with several addresses has a code but no message.
  return innermost.message || (typeof code === 'string' ? code : innermost.name);
}

/** An error, its cause, the cause of that, and so on; of several causes at once the first. */
export function* causes(error: unknown): Generator {
  for (let each = error, depth = 0; each !== undefined && each !== null && depth < 8; depth++) {
    yield each;
    const { cause, errors } = each as { cause?: unknown; errors?: unknown };
    each = cause ?? (Array.isArray(errors) ? (errors[0] as unknown) : undefined);
  }
}

/** Whether the connection was refused, so that the server has certainly not seen the request. */
export function isRefused(error: unknown): boolean {
  for (const each of causes(error)) {
    const { code, message } = each as { code?: unknown; message?: unknown };
    if (code === 'ECONNREFUSED' || code === 'ConnectionRefused') return true;
    if (typeof message === 'string' && /connection refused|ECONNREFUSED/i.test(message)) return true;
  }
  return false;
}
