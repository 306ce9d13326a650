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
import {
  bundleWorkflowCode,
  DefaultLogger,
  type WorkflowBundleOption,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { SafeLogger } from '../logger.js';
import { ROOMS_FOLDER } from '../rooms-folder.js';

const KEPT = path.join(ROOMS_FOLDER, '.local', 'workflow-bundles');

/** What the bundle is made of, beside the workflows themselves. */
const PACKAGES = ['@temporalio/common', '@temporalio/worker', '@temporalio/workflow', 'zod'];

const filesIn = (folder: string) => ({
  workflows: path.join(folder, 'workflows'),
  contract: path.join(folder, 'contract'),
  failureConverter: path.join(folder, 'worker', 'temporal', 'failure-converter.cjs'),
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
  const built = builtWorkflowBundle(ROOMS_FOLDER);
  if (typeof built === 'object') return built;
  if (built === undefined) return checkoutWorkflowBundle();
  logger.warn('the workflow bundle is of another build: bundling anew');
  return bundled(ROOMS_FOLDER);
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
  const codePath = path.join(KEPT, `${digestOf(ROOMS_FOLDER, sourcesIn(ROOMS_FOLDER))}.js`);
  if (existsSync(codePath)) return { codePath };
  const { code } = await bundled(ROOMS_FOLDER);
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
    preloadModules: [path.join(workflows, `preload.${extension}`)],
    workflowInterceptorModules: [path.join(workflows, `interceptors.${extension}`)],
    failureConverterPath: failureConverter,
    // Stack traces need the lines' numbers only, and a worker reads the whole map at its start.
    webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
    logger: new DefaultLogger('ERROR'),
  });
}

function digestOfBuild(folder: string): string {
  return digestOf(folder, [...sourcesIn(folder), filesIn(folder).code]);
}

/** What a bundle is made of: the workflows, the contract below them and how failures are written. */
function sourcesIn(folder: string): string[] {
  const { workflows, contract, failureConverter } = filesIn(folder);
  const code = [workflows, contract].flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts'))
      .sort()
      .map((name) => path.join(room, name)),
  );
  return [...code, failureConverter];
}

function digestOf(folder: string, files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files)
    hash.update(`${path.relative(folder, file)}\n`).update(readFileSync(file));
  for (const name of PACKAGES) hash.update(`${name}@${versionOf(name)}\n`);
  return hash.digest('hex');
}

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => require(`${name}/package.json`).version;
