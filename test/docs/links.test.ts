import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const pagesIn = (folder: string) =>
  readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join(folder, name));

/** As hosts of Markdown make them of headings. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

const textOf = (page: string) => readFileSync(path.join(ROOT, page), 'utf8');
const anchorsOf = (page: string) =>
  new Set(
    [...textOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)),
  );

test('each link to a part of a page leads to a heading', () => {
  const links = [...pagesIn('.'), ...pagesIn('docs'), ...pagesIn('examples')].flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!http)([^)#]*)#([^)]+)\)/g)].map(
      ([, file = '', anchor = '']) => {
        const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
        return { link: `${page}: ${file}#${anchor}`, isThere: anchorsOf(target).has(anchor) };
      },
    ),
  );
  assert.ok(links.length > 20, `${links.length} links`);
  assert.deepEqual(
    links.filter(({ isThere }) => !isThere).map(({ link }) => link),
    [],
  );
});
