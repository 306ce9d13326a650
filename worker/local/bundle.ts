/**
 * The last step of `npm run build`: one file a program in place of the hundreds that `tsc` wrote, as Node takes a
 * millisecond to load each, what the package exports in CommonJS too, and the workflows as a worker runs them.
 *
 * @module
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { writeWorkflowBundle } from '../temporal/workflow-bundle.js';
import { bundledLicences } from './bundled-licences.js';
import { writeCommonJs } from './commonjs.js';
import { keepDeclarations } from './declarations.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = path.join(ROOT, 'dist');

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly import: { default: string } }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** Of many small files, which is what a bundle saves; the other packages are found where npm puts them. */
const BUNDLED_PACKAGES = ['jose', 'node-fetch', 'zod'];

const manifest: Manifest = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
/** What the package exports, as `dist/client/index.js`. */
const EXPORTED = Object.values(manifest.exports).flatMap((entry) =>
  typeof entry === 'string' ? [] : [path.normalize(entry.import.default)],
);

/** Bundles what the package runs and exports; what they share stands in `chunks/`. */
async function bundlePrograms(): Promise<Metafile> {
  const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [...Object.values(manifest.bin), ...EXPORTED],
    outdir: 'dist',
    outbase: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.3',
    external: packages.filter((name) => !BUNDLED_PACKAGES.includes(name)),
    sourcemap: true,
    allowOverwrite: true,
    metafile: true,
  });
  const isKept = (file: string) =>
    file in metafile.outputs || /^dist\/(?:workflows|contract)\//.test(file);
  const left = Object.keys(metafile.inputs).filter((file) => file.startsWith('dist/'));
  for (const file of left.filter((file) => !isKept(file)))
    await Promise.all([rm(path.join(ROOT, file)), rm(path.join(ROOT, `${file}.map`))]);
  return metafile;
}

const programs = await bundlePrograms();
const commonJs = await writeCommonJs({ root: ROOT, metafile: programs, exported: EXPORTED });
await keepDeclarations(FOLDER, EXPORTED);
await writeFile(
  path.join(FOLDER, 'bundled-licences.txt'),
  await bundledLicences(ROOT, [programs, commonJs]),
);
await writeWorkflowBundle(FOLDER);
