import { cp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

/** As `tsc` writes what a declaration takes from another file. */
const TAKEN = /(?:from |import\()['"](\.{1,2}\/[^'"]+)\.js['"]/g;

/**
 * Keeps the declarations that the package's exports lead to, in `dist/commonjs` as those of CommonJS too, and deletes all
 * others: they would be of files that are bundled away.
 *
 * @param folder - `dist/`.
 * @param exported - such as `dist/client/index.js`.
 */
export async function keepDeclarations(folder: string, exported: readonly string[]): Promise<void> {
  const root = path.dirname(folder);
  const kept = new Set(exported.map((file) => path.join(root, declarationOf(file))));
  for (const file of kept) {
    const text = await readFile(file, 'utf8');
    for (const [, taken = ''] of text.matchAll(TAKEN))
      kept.add(path.resolve(path.dirname(file), `${taken}.d.ts`));
  }
  const commonJs = path.join(folder, 'commonjs');
  for (const name of await readdir(folder, { recursive: true })) {
    const file = path.join(folder, name);
    if (!/\.d\.[cm]?ts$/.test(name) || file.startsWith(commonJs)) continue;
    if (kept.has(file)) await cp(file, path.join(commonJs, name));
    else await rm(file);
  }
}

const declarationOf = (file: string) => file.replace(/\.js$/, '.d.ts');
