import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from './programs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A folder that stands for a fresh checkout: the package's own names are known in it, and nothing was written there yet. */
export class Checkout {
  readonly folder: string;

  readonly #environment: Readonly<Record<string, string>>;

  /** @param environment - what somebody has set. */
  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.#environment = environment;
    mkdirSync(path.join(ROOT, '.local'), { recursive: true });
    this.folder = mkdtempSync(path.join(ROOT, '.local', 'checkout-'));
  }

  /** `npm start` or `npm run site`, on ports that are free unless others are named. */
  run(name: 'start' | 'site', ...args: readonly string[]): LocalProgram {
    const command = [process.execPath, ...program(`worker/local/${name}.ts`), ...args];
    return new LocalProgram(command, this.folder, this.#environment);
  }

  /** The same as it is typed, with its data in this folder. */
  npm(script: 'start' | 'site', ...args: readonly string[]): LocalProgram {
    const data = path.join(this.folder, '.local');
    const command = ['npm', 'run', script, '--', '--data', data, ...args];
    return new LocalProgram(command, ROOT, this.#environment);
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

  constructor(
    [program = '', ...args]: readonly string[],
    cwd: string,
    environment: Readonly<Record<string, string>>,
  ) {
    const env = { ...bareEnvironment(), FORCE_COLOR: '0', ...environment };
    this.#child = spawn(program, args, {
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

  /** By its own process alone, as a process manager does. @returns the exit code. */
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
