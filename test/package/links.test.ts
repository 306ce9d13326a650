import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Who reads of how it is made, or deploys it, has the sources. */
const isOfSources = (to: string) =>
  /^(?:activities|bench|deploy|gateway|test|worker|workflows)\b/.test(to);

/** What `npm pack` would put in, without building it. */
function packed(): string[] {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  return files.map((file) => file.path);
}

const linksIn = (page: string) =>
  [...readFileSync(path.join(ROOT, page), 'utf8').matchAll(/\]\((?!\w+:|#)([^)#]+)/g)].map(
    ([, to = '']) => ({ page, to: path.posix.join(path.posix.dirname(page), to) }),
  );

test('pages of the package link to nothing that is not in it', () => {
  const files = packed();
  assert.ok(files.includes('README.md'), `${files.length} files`);
  const links = files.filter((file) => file.endsWith('.md')).flatMap(linksIn);
  assert.ok(links.length > 50, `${links.length} links`);
  const isThere = (to: string) =>
    files.some((file) => file === to || file.startsWith(`${to.replace(/\/$/, '')}/`));
  assert.ok(!files.some((file) => file.includes('__pycache__')), 'what Python leaves is left out');
  assert.deepEqual(
    links
      .filter(({ to }) => !isThere(to) && !isOfSources(to))
      .map(({ page, to }) => `${page}: ${to}`),
    [],
  );
});
