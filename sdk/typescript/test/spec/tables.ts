import { readFileSync } from 'node:fs';

/** The repository's root, seen from a compiled file two folders below build/test. */
export const ROOT = new URL('../../../../../', import.meta.url);

const SPEC = readFileSync(new URL('spec/sdk.md', ROOT), 'utf8');

/** The rows of the table under a heading of spec/sdk.md, each as its cells by their column's name. */
export function tableUnder(heading: string): Record<string, string>[] {
  const [header = [], , ...rows] = sectionUnder(heading)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

/** The text between a heading of the second level and the next one. */
export function sectionUnder(heading: string): string {
  const [, section] = `${SPEC}\n## `.split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`spec/sdk.md has no heading ${heading}`);
  return section.split('\n## ')[0] ?? '';
}

/** What stands between backticks in a cell. */
export function codes(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** An argument of a verb: its neutral name, and its default as it is written. */
export interface Argument {
  readonly name: string;
  readonly optional: boolean;
  readonly standard: string | undefined;
}

/** Reads `key, ttl?, limit=50`. */
export function argumentsIn(cell: string): Argument[] {
  return cell
    .split(',')
    .map((each) => each.trim())
    .filter((each) => /^[a-z_]+(\?|=\S+)?$/.test(each))
    .map((each) => {
      const [name = '', standard] = each.replace('?', '').split('=');
      return { name, optional: each.endsWith('?') || standard !== undefined, standard };
    });
}
