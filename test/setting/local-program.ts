import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A folder that stands for a fresh checkout: the package's own names are known in it, and nothing was written there yet. */
export class Checkout {
  readonly folder: string;

  constructor() {
    mkdirSync(path.join(ROOT, '.local'), { recursive: true });
    this.folder = mkdtempSync(path.join(ROOT, '.local', 'checkout-'));
  }

  /** `npm start` or `npm run site`, on ports that are free unless others are named. */
  run(program: 'start' | 'site', ...args: readonly string[]): LocalProgram {
    return new LocalProgram(program, args, this.folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Variables that would say otherwise than the test what is meant. */
const OTHERS = /^(?:TEMPORAL_|PAYLOAD_|DOKU_|\w+_PORT$)/;

/** The environment of somebody who has set nothing. */
export const bareEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !OTHERS.test(name)));

/** A local program, and what it says. */
export class LocalProgram {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  #said = '';
  #heard = () => {};
  complained = '';

  constructor(program: string, args: readonly string[], cwd: string) {
    const main = path.join(ROOT, 'worker', 'local', `${program}.ts`);
    const env = { ...bareEnvironment(), FORCE_COLOR: '0' };
    this.#child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'close').finally(() => this.#heard());
    this.#child.stdout?.on('data', (chunk) => {
      this.#said += chunk;
      this.#heard();
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.complained += chunk;
    });
  }

  get said(): string {
    return this.#said;
  }

  /** Waits until it has said it. @returns the match's first group. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#said);
      if (match) return match[1] ?? '';
      if (this.#child.exitCode !== null)
        throw new Error(`it ended and never said ${pattern}:\n${this.#said}\n${this.complained}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  /** Reads no more of what it says, as `head` does once it has seen enough. */
  readNoMore(): void {
    this.#child.stdout?.destroy();
  }

  /** Ctrl-C. @returns the exit code. */
  async interrupt(): Promise<number> {
    this.#child.kill('SIGINT');
    return this.ended();
  }

  /** As by `kill -9`. */
  async killed(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended();
  }

  async ended(): Promise<number> {
    const [code] = await this.#ended;
    return code as number;
  }
}
