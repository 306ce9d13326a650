/**
 * The tables of `docs/client.md`: the methods of the TypeScript client, as its source has them with what they say of themselves.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorsPart } from './errors.js';
import { code, listed, table } from './tables.js';

const sourceOf = (file: string) =>
  readFileSync(fileURLToPath(new URL(`../../client/${file}`, import.meta.url)), 'utf8');

/** A comment, and the method that follows it; what is for ourselves is `#…`, `protected` or `private`. */
const METHOD =
  /\n {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}(?:async )?\*?(?!constructor)(\w+)(?:<[^>]*>)?\(([\s\S]*?)\): ([\s\S]*?) \{\n/g;
/** Any of them, with or without a comment. */
const NAME =
  /\n {2}(?!constructor|static|get |private|protected|readonly)(?:async )?\*?(\w+)(?:<[^>]*>)?\(/g;

interface Method {
  readonly name: string;
  readonly given: readonly string[];
  readonly answer: string;
  readonly said: string;
  readonly errors: readonly string[];
}

/** What stands between the markers of the name. */
export const clientParts = (): Record<string, string> => ({
  clientEvery: tableOf('', methodsIn(sourceOf('temporal/journey-client.ts'))),
  clientMethods: roomsOf(sourceOf('index.ts'))
    .map(
      ({ name, file }) => `### ${code(name)}\n\n${tableOf(`${name}.`, methodsIn(sourceOf(file)))}`,
    )
    .join('\n\n'),
  clientErrors: errorsPart(),
});

/** Members of `DokuJourneys`, and where the class of each stands. */
function roomsOf(index: string): { name: string; file: string }[] {
  const files = new Map(
    [...index.matchAll(/^import \{ ([\w, ]+) \} from '\.\/([\w-]+)\.js';$/gm)].flatMap(
      ([, names = '', file = '']) => names.split(', ').map((name) => [name, `${file}.ts`] as const),
    ),
  );
  return [...index.matchAll(/^ {2}readonly (\w+): (\w+);$/gm)].flatMap(
    ([, name = '', kind = '']) => {
      const file = files.get(kind);
      return file ? [{ name, file }] : [];
    },
  );
}

/** @throws RangeError for a method that says nothing of itself. */
function methodsIn(file: string): Method[] {
  // Of what a backend is given, not of what stands beside it.
  const source = /\nexport class [\s\S]*?\n\}/.exec(file)?.[0] ?? '';
  const found = [...source.matchAll(METHOD)].map(
    ([, comment = '', name = '', given = '', answer = '']) => ({
      name,
      given: namesIn(given),
      answer: answerOf(answer),
      ...saidIn(comment),
    }),
  );
  const told = new Set(found.map(({ name }) => name));
  const mute = [...source.matchAll(NAME)]
    .map(([, name = '']) => name)
    .filter((name) => !told.has(name));
  if (mute.length > 0) throw new RangeError(`without a comment: ${mute.join(', ')}`);
  return found;
}

/** Of arguments as TypeScript has them, but for the options that each call takes last. */
function namesIn(given: string): string[] {
  let depth = 0;
  const top = [...given].filter((sign) => {
    if ('{[<('.includes(sign)) depth += 1;
    const isTop = depth === 0;
    if ('}])>'.includes(sign)) depth -= 1;
    return isTop;
  });
  return top
    .join('')
    .split(',')
    .filter((one) => !/^\s*options\??: CallOptions/.test(one))
    .map((one) => /^\s*(\w+)(\??)[^=]*(=)?/.exec(one))
    .flatMap((found) => (found?.[1] ? [`${found[1]}${found[2] || found[3] ? '?' : ''}`] : []));
}

const answerOf = (type: string) =>
  type.replace(/^Promise<([\s\S]*)>$/, '$1').replace(/^AsyncGenerator<([\s\S]*)>$/, 'each $1');

/** The first sentence, and the classes of errors. */
function saidIn(comment: string): Pick<Method, 'said' | 'errors'> {
  const text = comment
    .replaceAll(/\n *\* ?/g, '\n')
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .trim();
  const [before = ''] = text.split(/\n\n|\s@/);
  const [first = ''] = before.replaceAll(/\s+/g, ' ').split(/(?<=\.) /);
  const thrown = text.split(/(?=@\w+)/).filter((part) => part.startsWith('@throws'));
  const errors = thrown.flatMap((part) => part.match(/\b\w+Error\b/g) ?? []);
  return { said: first.replace(/\.$/, ''), errors: [...new Set(errors)] };
}

const tableOf = (room: string, methods: readonly Method[]) =>
  table(
    ['call', 'what it does', 'answers', 'throws, besides'],
    methods.map(({ name, given, answer, said, errors }) => [
      code(`${room}${name}(${given.join(', ')})`),
      said.replaceAll('|', '\\|'),
      answer === 'void' ? '' : code(answer.replaceAll('|', '\\|')),
      listed(errors),
    ]),
  );
