import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const guide = textOf('docs/integrate.md');
/** Each block: what stands behind its three marks, and its text. */
const blocks = [...guide.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(
  ([, info = '', text = '']) => ({
    info,
    text,
  }),
);
/** Indentation is the page's own. */
const flat = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join('\n');

/** What stands in examples is run by test/examples; commands are held to what they name. */
describe('the guide', () => {
  for (const { info, text } of blocks.filter(({ info }) => info.includes(' ')))
    test(`quotes ${info.split(' ')[1]} as it is: ${text.split('\n')[0]}`, () => {
      const file = info.split(' ')[1] ?? '';
      assert.match(file, /^examples\//);
      assert.ok(flat(textOf(file)).includes(flat(text)));
    });

  test('has no code but that of examples, and commands', () => {
    const others = blocks.filter(({ info }) => !info.includes(' ')).map(({ info }) => info);
    assert.deepEqual([...new Set(others)], ['sh']);
  });

  test('names scripts and files that there are', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const commands = blocks
      .filter(({ info }) => info === 'sh')
      .map(({ text }) => text)
      .join('');
    const named = [...commands.matchAll(/npm (?:run (?:--silent )?)?([\w:]+)/g)].map(
      ([, name]) => name,
    );
    assert.ok(named.length > 0);
    for (const name of named) assert.ok(scripts[name ?? ''], name);
    for (const [file] of commands.matchAll(/(?<!\/)examples\/[\w./-]+/g))
      assert.ok(existsSync(path.join(ROOT, file)), file);
  });

  test('links to pages that there are', () => {
    for (const [, file = ''] of guide.matchAll(/\]\((?!http)([^)#]+)/g))
      assert.ok(existsSync(path.join(ROOT, 'docs', file)), file);
  });
});

test('no file of an example is above 150 lines', () => {
  const long = readdirSync(path.join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|py|go|sh)$/.test(name))
    .filter((name) => textOf(path.join('examples', name)).split('\n').length - 1 > 150);
  assert.deepEqual(long, []);
});
