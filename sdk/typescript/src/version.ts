/** The version of this package; the same as in package.json, which a test checks. */
export const VERSION = '4.0.0';
