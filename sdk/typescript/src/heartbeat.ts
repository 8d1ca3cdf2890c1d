import { ApiError } from './errors.js';
import type { Http } from './http.js';
import { extendRequest } from './requests/leases.js';

/** A lease that is to be kept while something is done under it. */
export interface KeptLease {
  readonly key: string;
  readonly leaseId: string;
  /** Seconds that each extend asks for; the server's last one when undefined. */
  readonly ttl: number | undefined;
  readonly everyMs: number;
  /** Called once, when an extend is told that the lease is not ours any more. No extend follows. */
  readonly onLost: (error: ApiError) => void;
}

/**
 * Extends a lease at regular times until the function that it answers is called, which also ends an extend that is
 * under way. Its timer does not keep a process alive.
 */
export function keepExtending(http: Http, lease: KeptLease): () => void {
  const ending = new AbortController();
  let timer: ReturnType<typeof setTimeout>;
  const beat = async () => {
    try {
      const request = extendRequest(lease.key, lease.leaseId, lease.ttl);
      // An extend that takes longer than its turn gives way to the next one.
      const timeoutMs = Math.min(http.settings.timeoutMs, lease.everyMs);
      await http.send(request, { signal: ending.signal, timeoutMs });
    } catch (error) {
      if (ending.signal.aborted || http.closed.aborted) return;
      if (isLost(error)) {
        lease.onLost(error);
        return;
      }
      // Anything else may pass, and is tried again at the next turn.
    }
    if (!ending.signal.aborted) timer = next();
  };
  const next = () => {
    const timeout = setTimeout(() => void beat(), lease.everyMs);
    (timeout as { unref?: () => void }).unref?.();
    return timeout;
  };
  timer = next();
  return () => {
    clearTimeout(timer);
    ending.abort();
  };
}

/** Whether an answer about a lease says that it is not ours any more. */
export function isLost(error: unknown): error is ApiError {
  return error instanceof ApiError && error.statusCode === 409;
}
