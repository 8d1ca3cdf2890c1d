/*
 * Calls back when a signal aborts. However many calls wait on one signal, it gets a single listener: more than ten
 * calls that share one would otherwise make Node warn of a leak.
 */

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `callback` when `signal` aborts, which it must not have done yet. The answer takes the callback back. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let callbacks = waiting.get(signal);
  if (callbacks === undefined) {
    callbacks = new Set();
    waiting.set(signal, callbacks);
    const fire = callbacks;
    signal.addEventListener(
      'abort',
      () => {
        waiting.delete(signal);
        for (const each of [...fire]) each();
      },
      { once: true },
    );
  }
  const set = callbacks;
  set.add(callback);
  return () => {
    set.delete(callback);
  };
}

/** Waits, unless one of the signals aborts first: then it rejects with that signal's reason. */
export function pause(milliseconds: number, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopped = signals.find((signal) => signal.aborted);
    if (stopped !== undefined) {
      reject(stopped.reason);
      return;
    }
    const end = (settle: () => void) => {
      clearTimeout(timer);
      for (const release of releases) release();
      settle();
    };
    const timer = setTimeout(
      () => {
        end(resolve);
      },
      Math.min(milliseconds, LONGEST_TIMER_MS),
    );
    const releases = signals.map((signal) =>
      onAbort(signal, () => {
        end(() => {
          reject(signal.reason);
        });
      }),
    );
  });
}

/** Timers overflow beyond this and would fire at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;
