/**
 * The table of `docs/client.md` that has what the client throws, as `client/errors.ts` has it.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { code, listed, table } from './tables.js';

const SOURCE = fileURLToPath(new URL('../../client/errors.ts', import.meta.url));
/** A comment, and the class that follows it. */
const CLASS =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport class (\w+Error)\b[^\n]*? extends \w+ \{\n([\s\S]*?)\n\}/g;
const MEMBER = /^ +(?:constructor\()?(?:override )?readonly (\w+)\??: [^\n]*$/gm;
/** What each has of itself. */
const OF_ALL = ['name', 'isWorthAgain'];

/** Each class, what it means in a sentence, and what it carries besides `message`, `cause` and `isWorthAgain`. */
export function errorsPart(): string {
  const rows = [...readFileSync(SOURCE, 'utf8').matchAll(CLASS)].map(
    ([whole, comment = '', name = '', body = '']) => [
      code(name),
      saidIn(comment),
      listed([...new Set(membersIn(name, body))]),
      whyAgain(whole),
    ],
  );
  return table(['class', 'what it says', 'carries', '`isWorthAgain`'], rows);
}

function membersIn(name: string, body: string): string[] {
  // What it tells its parent is there, too.
  const inherited = name === 'CustomerNotBoundError' ? ['refusal'] : [];
  // Options of a constructor stand deeper, and are no members unless they are written out above as well.
  const found = [...body.matchAll(MEMBER)].map(([, member = '']) => member);
  return [...inherited, ...found].filter((member) => !OF_ALL.includes(member));
}

function whyAgain(source: string): string {
  if (/isWorthAgain = true/.test(source)) return 'yes';
  return /isWorthAgain: boolean,/.test(source) ? 'of limits only' : 'no';
}

const saidIn = (comment: string) =>
  (
    comment
      .replaceAll(/\n *\* ?/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .split(/(?<=\.) /)[0] ?? ''
  ).replace(/\.$/, '');
