/**
 * What examples in other languages are run with: installed once, under `.local/`, from what the toolchains of this machine
 * have in their own caches or obtain. A machine without them, or without their registries, says so and goes on.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = path.join(ROOT, '.local', 'examples');
const EXAMPLES = path.join(ROOT, 'examples');
/** Of packages from a registry; cold on a busy machine it takes minutes. */
const OBTAIN_WITHIN_MS = 240_000;
const BUILD_WITHIN_MS = 600_000;

const execute = promisify(execFile);
const run = (file: string, args: readonly string[], timeout: number, cwd = ROOT) =>
  execute(file, args, { cwd, timeout, killSignal: 'SIGKILL' });

/** A program to run examples by, or why there is none here. */
export type Toolchain =
  | { readonly program: string; readonly missing?: never }
  | { readonly missing: string };

/** Python with what `examples/python/requirements.txt` names. */
export async function python(): Promise<Toolchain> {
  const requirements = path.join(EXAMPLES, 'python', 'requirements.txt');
  const folder = path.join(FOLDER, 'python');
  const program = path.join(folder, 'bin', 'python');
  const stamp = path.join(folder, 'installed');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { program };
  try {
    await run('python3', ['-m', 'venv', folder], OBTAIN_WITHIN_MS);
    const pip = ['-m', 'pip', 'install', '--quiet', '--retries', '1', '--timeout', '20'];
    await run(program, [...pip, '-r', requirements], OBTAIN_WITHIN_MS);
  } catch (error) {
    return { missing: `no Python with the examples' packages here: ${lastLine(error)}` };
  }
  await writeFile(stamp, wanted);
  return { program };
}

/** @param name - such as `http`. @throws Error where it does not compile. */
export async function goProgram(name: string): Promise<Toolchain> {
  const folder = path.join(EXAMPLES, 'go');
  try {
    await run('go', ['mod', 'download'], OBTAIN_WITHIN_MS, folder);
  } catch (error) {
    return { missing: `no Go with the examples' modules here: ${lastLine(error)}` };
  }
  await mkdir(FOLDER, { recursive: true });
  const program = path.join(FOLDER, `go-${name}`);
  await run('go', ['build', '-o', program, `./${name}`], BUILD_WITHIN_MS, folder);
  return { program };
}

function lastLine(error: unknown): string {
  const { stderr = '', message } = error as Error & { stderr?: string };
  return (stderr.trim() || message).split('\n').at(-1) ?? '';
}
