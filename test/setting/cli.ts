import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { runCli } from '../../client/cli/mechanisms/run.js';
import { terminalOf } from '../../client/cli/mechanisms/terminal.js';

/** What a run of the command line came to. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The operator's command line, as it is shipped: each time in a process of its own, which takes a second. */
export async function shippedCli(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<CliRun> {
  // Only what is shipped has to be built.
  const { builtProduct } = await import('../../bench/build.js');
  const main = path.join(await builtProduct(), 'client', 'cli', 'main.js');
  const child = spawn(process.execPath, [main, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code: code as number, stdout, stderr };
}

/** The operator's command line in this process. */
export class Cli {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #said: string[] = [];

  /** @param environment - all of it. */
  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  /** All that any run has written. */
  get said(): string {
    return this.#said.join('\n');
  }

  async run(args: readonly string[], environment: Record<string, string> = {}): Promise<CliRun> {
    let stdout = '';
    let stderr = '';
    const terminal = terminalOf(
      { ...this.#environment, ...environment },
      (written) => {
        stdout += written;
      },
      (written) => {
        stderr += written;
      },
    );
    const code = await runCli(args, terminal);
    this.#said.push(stdout, stderr);
    return { code, stdout, stderr };
  }
}
