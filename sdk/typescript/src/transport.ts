import { NetworkError, RequestTimeoutError } from './errors.js';
import { wordsOf } from './words.js';
import { LONGEST_TIMER_MS, onAbort } from './signals.js';

/** What a transport is asked for beside the URL: a part of what `fetch` takes. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
  redirect: 'manual';
  /** Aborts when the attempt has run out of time, was cancelled, or the client was closed. */
  signal: AbortSignal;
}

/** What a transport answers with: a part of a `Response`. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** One function from request to answer: `fetch` itself, that of another library, or one of yours. */
export type FetchImpl = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** A whole answer, before anybody has read what is in it. */
export interface Answer {
  readonly status: number;
  readonly headers: FetchResponse['headers'];
  readonly text: string;
}

export interface AttemptLimits {
  /** `<scheme>://<host>:<port>`, as errors name it. */
  readonly origin: string;
  /** A text as an error may show it. */
  readonly withoutKey: (text: string) => unknown;
  /** From connecting to the last byte. */
  readonly timeoutMs: number;
  /** None of them may have aborted already. */
  readonly signals: readonly AbortSignal[];
}

/**
 * Makes one attempt. Rejects with a NetworkError or RequestTimeoutError when no whole answer came, and with a signal's
 * reason when that signal aborts. It settles then even if `fetchImpl` pays no heed to its signal.
 */
export function attempt(
  fetchImpl: FetchImpl,
  url: string,
  init: Omit<FetchInit, 'signal'>,
  limits: AttemptLimits,
): Promise<Answer> {
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
        stop(new RequestTimeoutError(`no answer from ${limits.origin} within ${seconds(limits.timeoutMs)} s`));
      },
      Math.min(limits.timeoutMs, LONGEST_TIMER_MS),
    );
    const releases = limits.signals.map((signal) =>
      onAbort(signal, () => {
        stop(signal.reason);
      }),
    );
    let answered = false;
    exchange(fetchImpl, url, { ...init, signal: controller.signal }, () => (answered = true)).then(
      (answer) => {
        end();
        resolve(answer);
      },
      (cause: unknown) => {
        end();
        const why = String(limits.withoutKey(innermostText(cause)));
        const error = new NetworkError(`can't reach ${limits.origin}: ${why}`, { cause });
        if (!answered) beforeAnswer.add(error);
        reject(error);
      },
    );
  });
}

async function exchange(fetchImpl: FetchImpl, url: string, init: FetchInit, onHead: () => void): Promise<Answer> {
  const response = await fetchImpl(url, init);
  onHead();
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Those that came before the head of an answer. */
const beforeAnswer = new WeakSet<NetworkError>();

/**
 * Whether the connection was closed before the head of an answer had come, and may have carried an answer before: a
 * server, or something on the way, has closed what it took for idle. Node tells how much was read from a connection that
 * was closed in order; of one that was reset it tells nothing.
 */
export function diedIdle(error: unknown): boolean {
  if (!(error instanceof NetworkError) || !beforeAnswer.has(error)) return false;
  for (const each of causes(error)) {
    const { code, socket } = each as { code?: unknown; socket?: { bytesRead?: number } };
    if (code === 'UND_ERR_SOCKET') return (socket?.bytesRead ?? 0) > 0;
    if (code === 'ECONNRESET' || code === 'EPIPE') return true;
  }
  return false;
}

/** Whether the TLS handshake has failed: a certificate that is not trusted, or for another name, or out of date. */
export function isTlsFailure(error: unknown): boolean {
  for (const each of causes(error)) {
    const { code } = each as { code?: unknown };
    if (typeof code === 'string' && TLS_CODE.test(code)) return true;
  }
  return false;
}

/** OpenSSL's words for certificates, and those of Node for the rest. */
const TLS_CODE = new RegExp(
  '^(ERR_TLS|ERR_SSL|EPROTO$|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|HOSTNAME_MISMATCH|' +
    'INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|ERROR_IN_CERT)',
);

/** Milliseconds as seconds, without digits that say nothing. */
export function seconds(milliseconds: number): number {
  return Number((milliseconds / 1000).toFixed(3));
}

/** `fetch failed` alone helps nobody; what its cause says does. */
function innermostText(error: unknown): string {
  let innermost = error;
  for (const each of causes(error)) innermost = each;
  if (!(innermost instanceof Error)) return wordsOf(innermost);
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
