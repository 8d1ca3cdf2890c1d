/**
 * Seconds of a `Retry-After` header, which holds a number of seconds or a date; null when it is absent or holds
 * neither. A date that has passed is 0.
 */
export function retryAfterSec(headers: { get(name: string): string | null }, nowMs: number): number | null {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const dateMs = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs) / 1000;
}
