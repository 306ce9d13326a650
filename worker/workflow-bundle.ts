/**
 * The workflows, bundled by the build or, in a checkout, once until they change: bundling takes longer than all else that a
 * start does.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type WorkflowBundleOption,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { SafeLogger } from './logger.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KEPT = path.join(ROOT, '.local', 'workflow-bundles');

/** What the bundle is made of, beside the workflows themselves. */
const PACKAGES = ['@temporalio/common', '@temporalio/worker', '@temporalio/workflow', 'zod'];

const filesIn = (folder: string) => ({
  workflows: path.join(folder, 'workflows'),
  failureConverter: path.join(folder, 'worker', 'failure-converter.cjs'),
  code: path.join(folder, 'workflow-bundle.js'),
  /** SHA-256 over the bundle and all that it was made of. */
  digest: path.join(folder, 'workflow-bundle.sha256'),
});

/**
 * The journeys' code, for a worker: as the build bundled it or, in a checkout, as it was bundled last.
 *
 * @param logger - told when a build's bundle is not of its own workflows.
 */
export async function workflowBundle(
  logger: Pick<SafeLogger, 'warn'>,
): Promise<WorkflowBundleOption> {
  const built = builtWorkflowBundle(ROOT);
  if (typeof built === 'object') return built;
  if (built === undefined) return checkoutWorkflowBundle();
  logger.warn('the workflow bundle is of another build: bundling anew');
  return bundled(ROOT);
}

/**
 * Bundles the built workflows of a folder, and notes what they were made of.
 *
 * @param folder - the built package.
 */
export async function writeWorkflowBundle(folder: string): Promise<void> {
  const files = filesIn(folder);
  const { code } = await bundled(folder);
  await writeFile(files.code, code);
  await writeFile(files.digest, digestOfBuild(folder));
}

/**
 * The bundle that the build left, if it did: `stale` when it is not of these very workflows and packages, which a worker
 * must not run.
 */
export function builtWorkflowBundle(folder: string): { codePath: string } | 'stale' | undefined {
  const { code, digest } = filesIn(folder);
  if (!existsSync(code)) return undefined;
  const isOfThese = existsSync(digest) && readFileSync(digest, 'utf8') === digestOfBuild(folder);
  return isOfThese ? { codePath: code } : 'stale';
}

/** The bundle of a checkout's workflows, made anew only when they, or what they are made with, have changed. */
export async function checkoutWorkflowBundle(): Promise<{ codePath: string }> {
  const { workflows, failureConverter } = filesIn(ROOT);
  const codePath = path.join(KEPT, `${digestOf([...sourcesIn(workflows), failureConverter])}.js`);
  if (existsSync(codePath)) return { codePath };
  const { code } = await bundled(ROOT);
  await mkdir(KEPT, { recursive: true });
  // Several may do so at once, and none must find half a bundle.
  const half = `${codePath}.${randomUUID()}`;
  await writeFile(half, code);
  await rename(half, codePath);
  return { codePath };
}

/** @param folder - with TypeScript in a checkout, with JavaScript in the built package. */
function bundled(folder: string): Promise<WorkflowBundleWithSourceMap> {
  const { workflows, failureConverter } = filesIn(folder);
  const extension = existsSync(path.join(workflows, 'index.ts')) ? 'ts' : 'js';
  return bundleWorkflowCode({
    workflowsPath: path.join(workflows, `index.${extension}`),
    preloadModules: [path.join(workflows, `shared.${extension}`)],
    failureConverterPath: failureConverter,
    // Stack traces need the lines' numbers only, and a worker reads the whole map at its start.
    webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
    logger: new DefaultLogger('ERROR'),
  });
}

function digestOfBuild(folder: string): string {
  const { workflows, failureConverter, code } = filesIn(folder);
  return digestOf([...sourcesIn(workflows), failureConverter, code]);
}

const sourcesIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => path.join(folder, name));

function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${path.basename(file)}\n`).update(readFileSync(file));
  for (const name of PACKAGES) hash.update(`${name}@${versionOf(name)}\n`);
  return hash.digest('hex');
}

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => require(`${name}/package.json`).version;
