import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = [
  'README.md',
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** What a reader copies into a file of their own: it begins with what it imports. */
const snippets = PAGES.flatMap((page) =>
  [...readFileSync(path.join(ROOT, page), 'utf8').matchAll(/^```ts\n(import [\s\S]*?)^```$/gm)].map(
    ([, code = '']) => ({ page, code }),
  ),
);

/** What `tsc --init` writes, and what README says to add to it. */
const COMPILER_OPTIONS = {
  module: 'nodenext',
  target: 'esnext',
  types: ['node'],
  declaration: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  strict: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  noUncheckedSideEffectImports: true,
  moduleDetection: 'force',
  skipLibCheck: true,
  noEmit: true,
};

test('code of the pages compiles as it stands there, in the project that `tsc --init` makes', (t) => {
  assert.ok(snippets.length >= 2, `${snippets.length} snippets`);
  mkdirSync(path.join(ROOT, '.local'), { recursive: true });
  // Below the packages that it imports.
  const folder = mkdtempSync(path.join(ROOT, '.local', 'snippets-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [index, { page, code }] of snippets.entries())
    writeFileSync(path.join(folder, `${path.basename(page, '.md')}-${index}.mts`), code);
  const config = JSON.stringify({
    extends: '../../tsconfig.json',
    compilerOptions: COMPILER_OPTIONS,
    include: ['*.mts'],
  });
  writeFileSync(path.join(folder, 'tsconfig.json'), config);
  const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  assert.equal(stdout, '');
});
