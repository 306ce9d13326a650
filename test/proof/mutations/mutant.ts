import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutation } from './planted.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Inside the checkout, so that packages are found. */
export const MUTANTS = path.join(ROOT, '.mutants');
const COPIED = [
  'activities',
  'client',
  'contract',
  'gateway',
  'sandbox',
  'test',
  'worker',
  'workflows',
  'package.json',
  'tsconfig.json',
];
/** A mutant that leaves a journey open is found no less. */
const CELL_LIMIT_SECONDS = '30';
const TEST_LIMIT_MS = 5 * 60_000;

/** The text in which the mistake is planted, cut where it goes. */
export const textAround = ({ file, find }: Mutation, root = ROOT): string[] =>
  readFileSync(path.join(root, file), 'utf8').split(find);

/**
 * A copy of the code with the mistake in it.
 *
 * @param bundle - the workflows' as they are, for mistakes elsewhere.
 * @returns its folder.
 */
export function plant(mutation: Mutation, name: string, bundle: string): string {
  const folder = path.join(MUTANTS, name);
  mkdirSync(folder, { recursive: true });
  for (const part of [...COPIED, path.relative(ROOT, bundle)])
    cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  writeFileSync(
    path.join(folder, mutation.file),
    textAround(mutation, folder).join(mutation.replace),
  );
  return folder;
}

interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** The proof of some cells, in a mutant. */
export const proofIn = (folder: string, cells: readonly string[], env: NodeJS.ProcessEnv) =>
  run(folder, env, [
    path.join(folder, 'test/proof/main.ts'),
    '--limit',
    CELL_LIMIT_SECONDS,
    ...cells.flatMap((cell) => ['--only', cell]),
  ]);

/** One test, in a mutant. */
export const testIn = (folder: string, file: string, name: string, env: NodeJS.ProcessEnv) =>
  run(folder, env, [
    '--test',
    '--test-reporter=tap',
    `--test-name-pattern=^${escaped(name)}$`,
    file,
  ]);

/** Whether the test itself failed: neither its file, nor what is done before and after it. */
export const saysFailed = ({ output }: Run, name: string): boolean =>
  new RegExp(
    `^ *not ok \\d+ - ${escaped(name)}\\n *---\\n(?: .*\\n)*? *failureType: 'testCodeFailure'`,
    'm',
  ).test(output);

async function run(folder: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Run> {
  // A runner of tests takes itself for a part of the one that it hears of here.
  const { NODE_TEST_CONTEXT: _, ...own } = env;
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: folder,
    env: own,
    timeout: TEST_LIMIT_MS,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'exit');
  return { code, output };
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
