import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

/** Packages without a CommonJS of their own, which the oldest supported Node cannot `require`. */
const ESM_ONLY = ['https-proxy-agent'];
/** Optional packages of theirs, asked for in vain where they are not there. */
const OPTIONAL = ['kerberos', 'supports-color'];

/** A file stays a file: what two entry points share is there once, as the same class and the same object. */
const keepFiles: Plugin = {
  name: 'keep-files',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.{1,2}\// }, ({ path: file, kind, importer }) =>
      kind === 'entry-point' || importer.includes('node_modules')
        ? undefined
        : { path: file, external: true },
    ),
};

/**
 * Writes what the package exports once more, in CommonJS, to `dist/commonjs`: for `require`, and for Jest, which takes
 * nothing else.
 *
 * @param metafile - of the bundle that it is made from.
 * @param exported - the bundle's entry points, such as `dist/client/index.js`.
 */
export async function writeCommonJs(options: {
  readonly root: string;
  readonly metafile: Metafile;
  readonly exported: readonly string[];
}): Promise<Metafile> {
  const { root, metafile, exported } = options;
  const folder = path.join('dist', 'commonjs');
  const made = await build({
    absWorkingDir: root,
    entryPoints: filesBehind(exported, metafile),
    outdir: folder,
    outbase: 'dist',
    bundle: true,
    plugins: [keepFiles],
    format: 'cjs',
    platform: 'node',
    target: 'node20.3',
    packages: 'bundle',
    external: [...externalIn(metafile).filter((name) => !ESM_ONLY.includes(name)), ...OPTIONAL],
    // Jest runs no `import()`.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    sourcemap: true,
    metafile: true,
  });
  await writeFile(path.join(root, folder, 'package.json'), '{ "type": "commonjs" }\n');
  return made.metafile;
}

/** The entry points and all chunks that they load, at once or later. */
function filesBehind(exported: readonly string[], { outputs }: Metafile): string[] {
  const files = new Set(exported);
  for (const file of files)
    for (const { path: imported, external } of outputs[file]?.imports ?? [])
      if (!external) files.add(imported);
  return [...files];
}

function externalIn({ outputs }: Metafile): string[] {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  return [...new Set(imports.filter(({ external }) => external).map(({ path: name }) => name))];
}
