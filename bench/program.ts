import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ProgramOptions {
  /** What `node` is given, such as `['--import', 'tsx', 'worker/main.ts']`. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a line on standard output says that it is ready. */
  readonly isReady: (line: string) => boolean;
  readonly profileFolder?: string;
}

const running = new Set<ChildProcess>();
// A bench that fails leaves nothing running.
process.on('exit', () => {
  for (const child of running) child.kill();
});

/** A Node program in a process of its own, so that its CPU and memory are its own. */
export class Program {
  readonly #child: ChildProcess;
  /** The line that said it was ready. */
  readonly readyLine: string;

  private constructor(child: ChildProcess, readyLine: string) {
    this.#child = child;
    this.readyLine = readyLine;
  }

  /** @throws Error with what it printed, when it ends before it is ready. */
  static async start(options: ProgramOptions): Promise<Program> {
    const { args, environment, isReady, profileFolder } = options;
    const profiling = profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [];
    const child = spawn(process.execPath, [...profiling, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.on('exit', () => running.delete(child));
    const output: string[] = [];
    child.stderr?.on('data', (chunk) => output.push(String(chunk)));
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    for await (const line of lines) {
      if (isReady(line)) {
        // Nobody reads on, and a full pipe would stop the program.
        child.stdout?.resume();
        return new Program(child, line);
      }
      output.push(`${line}\n`);
    }
    throw new Error(`${args.join(' ')} ended before it was ready:\n${output.join('')}`);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}
