import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { builtProduct } from '../../bench/build.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const QUIETLY = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
const UNREACHABLE = /E(?:NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|NETUNREACH|TIMEDOUT)/;

/** A folder that knows nothing of ours but the tarball that `npm pack` makes. */
export class EmptyProject {
  readonly folder: string;
  readonly tarball: string;

  private constructor(folder: string, tarball: string) {
    this.folder = folder;
    this.tarball = tarball;
  }

  static async create(): Promise<EmptyProject> {
    await builtProduct();
    const folder = mkdtempSync(path.join(tmpdir(), 'doku-package-'));
    // Built just now: `npm pack` would build once more.
    await run(NPM, ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], ROOT);
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
    return new EmptyProject(folder, path.join(folder, tarball));
  }

  /**
   * Installs the tarball, beside other packages.
   *
   * @param manifest - more of the project's `package.json`.
   * @returns nothing, or why there is nothing to install from.
   */
  async install(
    manifest: Readonly<Record<string, unknown>>,
    ...options: string[]
  ): Promise<string | undefined> {
    const dependencies = { 'doku-journeys': `file:${path.basename(this.tarball)}` };
    const project = { name: 'shop', private: true, dependencies, ...manifest };
    this.write('package.json', JSON.stringify(project));
    const args = ['install', '--include=dev', ...QUIETLY, ...options];
    const { code, said } = await ended(NPM, args, this.folder);
    if (code === 0) return undefined;
    if (UNREACHABLE.test(said))
      return 'no package registry can be reached: what is installed is not tried';
    throw new Error(`npm ${args.join(' ')}: ${said}`);
  }

  /** @param file - its place in the project. */
  write(file: string, text: string): void {
    const place = path.join(this.folder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a program that has ended wrote, and how it ended. */
interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs a program to its end. */
export async function ended(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const env = { ...process.env, ...environment };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, said: stdout + stderr };
}

/** @returns what the program wrote. @throws Error with all of that, where it fails. */
export async function run(...what: Parameters<typeof ended>): Promise<string> {
  const { code, said } = await ended(...what);
  if (code !== 0) throw new Error(`${what[0]} ${what[1].join(' ')}: ${said}`);
  return said;
}
