import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HEALTHY_WITHIN_MS = 120_000;
/** Without the stack trace that Temporal's server puts behind what happened. */
const LINE_LENGTH = 300;

export interface PartOptions {
  readonly name: string;
  readonly command: readonly string[];
  /** All that the process knows, as in a container. */
  readonly environment: Readonly<Record<string, string>>;
  /** The compose file's, for this machine. */
  readonly healthcheck: readonly string[];
  readonly logFile: string;
  /** Default: ours. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** One service of the compose file as a process: started again when it ends unasked, as `unless-stopped` says. */
export class Part {
  readonly #options: PartOptions;
  #child: ChildProcess | undefined;
  #isWanted = false;
  /** How often it ended without being asked to. */
  restarts = 0;

  constructor(options: PartOptions) {
    this.#options = options;
  }

  /** Starts it and waits until its own health check passes. @throws Error with the end of its log. */
  async start(): Promise<void> {
    this.#isWanted = true;
    this.#spawn();
    const until = Date.now() + HEALTHY_WITHIN_MS;
    while (!(await this.isHealthy())) {
      if (Date.now() > until) throw new Error(`${this.#options.name} is not healthy:\n${this.log}`);
      await setTimeout(250);
    }
  }

  /** What `docker kill` does: it has no chance to finish anything. It stays down until {@link start}. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** What `docker stop` does, as long as it takes. @returns the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async isHealthy(): Promise<boolean> {
    const { healthcheck, environment } = this.#options;
    const [kind = '', ...command] = healthcheck;
    const [program = '', ...args] = kind === 'CMD-SHELL' ? ['sh', '-c', ...command] : command;
    return run(program, args, { env: environment, timeout: 10_000 }).then(
      () => true,
      () => false,
    );
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** The end of what it printed. */
  get log(): string {
    const lines = readFileSync(this.#options.logFile, 'utf8').trimEnd().split('\n').slice(-10);
    return lines.map((line) => line.slice(0, LINE_LENGTH)).join('\n');
  }

  #spawn(): void {
    const { command, environment, logFile, user } = this.#options;
    const [program = '', ...args] = command;
    const log = openSync(logFile, 'a');
    const child = spawn(program, args, { env: environment, stdio: ['ignore', log, log], ...user });
    closeSync(log);
    child.once('exit', () => {
      if (!this.#isWanted || this.#child !== child) return;
      this.restarts += 1;
      void setTimeout(1_000).then(() => {
        if (this.#isWanted && this.#child === child) this.#spawn();
      });
    });
    this.#child = child;
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    this.#isWanted = false;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = await exited;
    return code as number | null;
  }
}
