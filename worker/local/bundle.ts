/**
 * The last step of `npm run build`: one file a program in place of the hundreds that `tsc` wrote, as Node takes a
 * millisecond to load each, and the workflows as a worker runs them.
 *
 * @module
 */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeWorkflowBundle } from '../temporal/workflow-bundle.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = path.join(ROOT, 'dist');

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, { readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Of many small files, which is what a bundle saves; the other packages are found where npm puts them. */
const BUNDLED_PACKAGES = ['jose', 'node-fetch', 'zod'];

/** Bundles what the package runs and exports; what they share stands in `chunks/`. */
async function bundlePrograms(): Promise<void> {
  const { bin, exports, dependencies }: Manifest = JSON.parse(
    await readFile(path.join(ROOT, 'package.json'), 'utf8'),
  );
  const entryPoints = [
    ...Object.values(bin),
    ...Object.values(exports).map((entry) => entry.default),
  ];
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints,
    outdir: 'dist',
    outbase: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.3',
    external: Object.keys(dependencies).filter((name) => !BUNDLED_PACKAGES.includes(name)),
    sourcemap: true,
    allowOverwrite: true,
    metafile: true,
  });
  const isKept = (file: string) =>
    file in metafile.outputs || /^dist\/(?:workflows|contract)\//.test(file);
  const left = Object.keys(metafile.inputs).filter((file) => file.startsWith('dist/'));
  for (const file of left.filter((file) => !isKept(file)))
    await Promise.all([rm(path.join(ROOT, file)), rm(path.join(ROOT, `${file}.map`))]);
}

await bundlePrograms();
await writeWorkflowBundle(FOLDER);
