/*
 * Takes the API key out of what errors show. A proxy may send back what it was sent, and a transport may tell of it, as
 * it is, or with the escapes of JSON or of URLs.
 */

/** A function that gives the same text, list or object with `***` wherever the key stood. */
export function redaction(apiKey: string): (part: unknown) => unknown {
  const pattern = new RegExp(Array.from(apiKey, anyFormOf).join(''), 'g');
  const shown = (part: unknown, depth: number): unknown => {
    if (typeof part === 'string') return part.replace(pattern, '***');
    if (typeof part !== 'object' || part === null) return part;
    if (depth > DEPTH_MAX) return '***';
    if (Array.isArray(part)) return part.map((item) => shown(item, depth + 1));
    return Object.fromEntries(
      Object.entries(part).map(([name, item]) => [name.replace(pattern, '***'), shown(item, depth + 1)]),
    );
  };
  return (part) => shown(part, 0);
}

/** An answer may be as deep as it likes, but not the detail of an error. */
const DEPTH_MAX = 100;

/** A pattern of a letter as it is, as `\uXXXX`, or as `%XX`. */
function anyFormOf(letter: string): string {
  const hex = letter.charCodeAt(0).toString(16).padStart(2, '0');
  const eitherCase = hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
  const itself = letter.replace(/[^A-Za-z0-9_]/g, '\\$&');
  return `(?:\\\\*${itself}|\\\\+u00${eitherCase}|%${eitherCase})`;
}
