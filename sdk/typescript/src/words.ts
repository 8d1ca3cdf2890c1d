/** An error, or whatever else was thrown, as words; never an error of its own. */
export function wordsOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something without words';
  }
}

/** As {@link wordsOf}, but of an error only its message. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? wordsOf(thrown.message) : wordsOf(thrown);
}
