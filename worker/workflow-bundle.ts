/**
 * The workflows, bundled by the build: bundling at the start takes longer than all else that a start does.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

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
 * Bundles the built workflows of a folder, and notes what they were made of.
 *
 * @param folder - the built package.
 */
export async function writeWorkflowBundle(folder: string): Promise<void> {
  const files = filesIn(folder);
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(files.workflows, 'index.js'),
    failureConverterPath: files.failureConverter,
    logger: new DefaultLogger('ERROR'),
  });
  await writeFile(files.code, code);
  await writeFile(files.digest, digestOf(folder));
}

/**
 * The bundle that the build left, if it did: `stale` when it is not of these very workflows and packages, which a worker
 * must not run.
 */
export function builtWorkflowBundle(folder: string): { codePath: string } | 'stale' | undefined {
  const { code, digest } = filesIn(folder);
  if (!existsSync(code)) return undefined;
  const isOfThese = existsSync(digest) && readFileSync(digest, 'utf8') === digestOf(folder);
  return isOfThese ? { codePath: code } : 'stale';
}

function digestOf(folder: string): string {
  const { workflows, failureConverter, code } = filesIn(folder);
  const sources = readdirSync(workflows)
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map((name) => path.join(workflows, name));
  const hash = createHash('sha256');
  for (const file of [...sources, failureConverter, code])
    hash.update(`${path.basename(file)}\n`).update(readFileSync(file));
  for (const name of PACKAGES) hash.update(`${name}@${versionOf(name)}\n`);
  return hash.digest('hex');
}

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => require(`${name}/package.json`).version;
