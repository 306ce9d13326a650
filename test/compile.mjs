/**
 * Compiles tests, and the programs that they start, into one folder: `node test/compile.mjs <folder> <file>…`. Loaded from
 * TypeScript, each process would spend seconds on it. Beside them stands a file a process that loads its tests, by whose names
 * processes begin in their order.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { processesOf } from './processes.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TARGET = 'node20.3';
const [folder, ...files] = process.argv.slice(2);

/** A file goes on finding what lies beside its source; a program of its own stays one. */
const inPlace = {
  name: 'in-place',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^\..*\.mjs$/ }, ({ path: file, resolveDir }) => ({
      path: pathToFileURL(path.resolve(resolveDir, file)).href,
      external: true,
    }));
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      const define = { 'import.meta.url': JSON.stringify(pathToFileURL(file).href) };
      const { code } = await transform(await readFile(file, 'utf8'), {
        loader: 'ts',
        target: TARGET,
        define,
        sourcefile: file,
        sourcemap: 'inline',
      });
      return { loader: 'js', contents: code };
    });
  },
};

await rm(folder, { recursive: true, force: true });
await build({
  absWorkingDir: ROOT,
  entryPoints: files,
  outdir: path.resolve(folder),
  outbase: ROOT,
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  target: TARGET,
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  sourcemap: true,
  logLevel: 'warning',
  plugins: [inPlace],
});

const compiled = (file) => file.replace(/\.ts$/, '.mjs');
const tests = files.filter((file) => file.endsWith('.test.ts'));
for (const [index, process] of processesOf(tests).entries()) {
  const number = String(index).padStart(3, '0');
  const imports = process.map((file) => `import './${compiled(file)}';\n`);
  await writeFile(path.join(folder, `${number}.process.mjs`), imports.join(''));
}
