import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** An example as a reader runs it, and what it says. */
export class ExampleProgram {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown[]>;
  #said = '';
  #complained = '';
  #heard = () => {};

  constructor(
    [program = '', ...args]: readonly string[],
    environment: Readonly<Record<string, string>>,
  ) {
    this.#child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: what it started ends with it.
      detached: true,
    });
    this.#closed = once(this.#child, 'close').finally(() => this.#heard());
    this.#child.stdout?.on('data', (chunk) => {
      this.#said += chunk;
      this.#heard();
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.#complained += chunk;
    });
  }

  /** Waits until it has said it. @returns the match's first group. @throws Error with all it said where it ends before. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#said);
      if (match) return match[1] ?? match[0];
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`it never said ${pattern}:\n${this.#said}\n${this.#complained}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  /** Types a line. */
  isTold(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Ends what it reads. */
  isToldNoMore(): void {
    this.#child.stdin?.end();
  }

  /** Waits for its end. @returns all it said. @throws Error where its exit code is not 0. */
  async ended(): Promise<string> {
    const [code] = await this.#closed;
    if (code !== 0) throw new Error(`it ended with ${code}:\n${this.#said}\n${this.#complained}`);
    return this.#said;
  }

  /** As a machine's end does it: nothing is said any more. */
  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null)
      process.kill(-pid, 'SIGKILL');
    await this.#closed;
  }
}
