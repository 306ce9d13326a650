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

/** The operator's command line, each time in a process of its own. */
export class Cli {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #said: string[] = [];

  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
  }

  /** All that any run has written. */
  get said(): string {
    return this.#said.join('\n');
  }

  async run(args: readonly string[], environment: Record<string, string> = {}): Promise<CliRun> {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, ...this.#environment, ...environment },
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
