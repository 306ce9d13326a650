import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

  /** What starts nothing, typed as it stands, in a folder of its own. @returns all that is said, and a file that is there then. */
  const typed = (holds: string, file: string) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'guide-'));
    try {
      const block =
        blocks.find(({ info, text }) => info === 'sh' && text.includes(holds))?.text ?? '';
      const commands = block.replaceAll('.local/', `${folder}/`).replace(/^npm start.*$/m, '');
      const { stdout, stderr } = spawnSync('sh', ['-eu'], {
        cwd: ROOT,
        input: commands,
        encoding: 'utf8',
      });
      return { said: stdout + stderr, file: readFileSync(path.join(folder, file), 'utf8') };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  test('makes a secret that signs events', () => {
    const { file } = typed('EVENTS_SECRET', 'events.env');
    assert.match(file, /^EVENTS_URL=http:\S+\nEVENTS_SECRET=whsec_[\w+/]{43}=\n$/);
  });

  test('makes an API key, of which the gateway keeps the digest only', () => {
    const { said, file } = typed('gateway -- key', 'gateway-keys.json');
    assert.deepEqual(JSON.parse(file).keys[0].scopes, [
      'purchases:write',
      'openings:write',
      'refunds:write',
    ]);
    assert.ok(said.trim().length > 32 && !file.includes(said.trim()), said);
  });

  test('links to pages that there are', () => {
    for (const [, file = ''] of guide.matchAll(/\]\((?!http)([^)#]+)/g))
      assert.ok(existsSync(path.join(ROOT, 'docs', file)), file);
  });
});

test('the page of the examples names commands of programs that there are', () => {
  const COMMAND = /(?<!\/)(examples|…)\/([\w/-]+\.(?:ts|py|sh))/g;
  const named = [...textOf('examples/README.md').matchAll(COMMAND)];
  assert.ok(named.length >= 10, `${named.length}`);
  const folders = ['', 'curl', 'typescript'];
  for (const [, from, file = ''] of named)
    assert.ok(
      (from === '…' ? folders : ['']).some((folder) =>
        existsSync(path.join(ROOT, 'examples', folder, file)),
      ),
      file,
    );
});

/** Who follows several pages must not meet the order of another one under a number. */
test('pages and examples begin no two orders under one number', () => {
  const examples = readdirSync(path.join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|py|go|sh)$/.test(name))
    .map((name) => `examples/${name}`);
  const pages = readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const begunBy = new Map<string, Set<string>>();
  for (const file of ['README.md', ...pages, ...examples])
    for (const [, program, number = ''] of textOf(file).matchAll(
      /^.*(\border\.\w+|\.\/temporal|PUT\b.*:3000|PUT\b|partnerReferenceNo: ').*(INV-\d{4}-\d{4})/gm,
    )) {
      // A program begins the same order, whatever page names it.
      const by = /^(?:order|\.\/|PUT.*:3000$)/.test(program ?? '') ? (program ?? '') : file;
      begunBy.set(number, (begunBy.get(number) ?? new Set()).add(by));
    }
  assert.ok(begunBy.size > 5);
  assert.deepEqual(
    [...begunBy].filter(([, by]) => by.size > 1).map(([number, by]) => [number, ...by]),
    [],
  );
});

test('the guide and the examples say how long each program is, all its files together; no file is above 150 lines', () => {
  const sources = readdirSync(path.join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|py|go|sh)$/.test(name))
    .map((name) => ({
      program: path.dirname(name),
      name,
      lines: textOf(path.join('examples', name)).split('\n').length - 1,
    }));
  assert.deepEqual(
    sources.filter(({ lines }) => lines > 150),
    [],
  );
  const toldIn = (page: string) =>
    new Map(
      [...textOf(page).matchAll(/\[`([\w/]+)\/`\]\([^)]*\) \((\d+) lines?\)/g)].map(
        ([, program = '', lines]) => [program, Number(lines)],
      ),
    );
  const told = [toldIn('docs/integrate.md'), toldIn('examples/README.md')];
  for (const { program } of sources) {
    const lines = sources
      .filter((one) => one.program === program)
      .reduce((sum, one) => sum + one.lines, 0);
    for (const page of told) assert.equal(page.get(program), lines, `${program}: ${lines} lines`);
  }
});
