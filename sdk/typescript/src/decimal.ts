/** A number's decimal value: `digits` × 10^-`scale`, without zeros at the end of the digits. */
interface Decimal {
  readonly sign: '' | '-';
  readonly digits: string;
  readonly scale: number;
}

/** Integers of up to so many digits are written in plain digits. */
const PLAIN_DIGITS_MAX = 21;

/**
 * A number's text by its value, whatever its type: 100 and 100n are `100`, 9.5 is `9.5`, 1e-7 is `1E-7`, -0 is `0`. It is
 * the form of Java's BigDecimal without zeros at the end. A binary fraction is its shortest decimal. The number must be
 * finite.
 */
export function decimalText(value: number | bigint): string {
  const { sign, digits, scale } = decimalOf(value);
  if (digits === '0') return '0';
  if (scale <= 0 && digits.length - scale <= PLAIN_DIGITS_MAX) return sign + digits + '0'.repeat(-scale);
  const exponent = digits.length - 1 - scale;
  if (scale >= 0 && exponent >= -6) return sign + withPoint(digits, scale);
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${sign}${digits.charAt(0)}${fraction}E${exponent < 0 ? '' : '+'}${exponent}`;
}

function decimalOf(value: number | bigint): Decimal {
  // The shortest text that is this number: `-12.5`, `1e+21`, `1.5e-7`.
  const [, minus = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return { sign: '', digits: '0', scale: 0 };
  const scale = fraction.length - Number(exponent) - (all.length - digits.length);
  return { sign: minus === '' ? '' : '-', digits, scale };
}

function withPoint(digits: string, scale: number): string {
  if (scale === 0) return digits;
  const padded = digits.padStart(scale + 1, '0');
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}
