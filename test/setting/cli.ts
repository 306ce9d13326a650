import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { builtProduct } from '../../bench/build.js';

/** As it is shipped: it starts in half the time that the sources take. */
const MAIN = path.join(await builtProduct(), 'client', 'cli', 'main.js');

/** What a run of the command line came to. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliOptions {
  /** The folder that it is run in; that of the tests without. */
  readonly cwd?: string;
  /** What its environment adds to; that of the tests without. */
  readonly base?: NodeJS.ProcessEnv;
}

/** The operator's command line, each time in a process of its own. */
export class Cli {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #cwd: string | undefined;
  readonly #said: string[] = [];

  constructor(environment: NodeJS.ProcessEnv, { cwd, base = process.env }: CliOptions = {}) {
    this.#environment = { ...base, ...environment };
    this.#cwd = cwd;
  }

  /** All that any run has written. */
  get said(): string {
    return this.#said.join('\n');
  }

  async run(args: readonly string[], environment: Record<string, string> = {}): Promise<CliRun> {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: this.#cwd,
      env: { ...this.#environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    this.#said.push(stdout, stderr);
    return { code: code as number, stdout, stderr };
  }
}
