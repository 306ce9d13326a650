import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLOCK = fileURLToPath(new URL('./shifted-clock.mjs', import.meta.url));
const KEPT_LINES = 2_000;

const running = new Set<ChildProcess>();
// A run that fails leaves nothing behind; one that is frozen would not hear of SIGTERM.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A worker, or a gateway, as it is shipped, in a process of its own. */
export class Machine {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #output: string[] = [];
  readonly ready: Promise<void>;
  readonly #metricsAddress: string | undefined;
  #isFrozen = false;

  /** @param program - the built `worker/main.js` or `gateway/main.js`. */
  constructor(program: string, environment: Readonly<Record<string, string>>) {
    this.#metricsAddress = environment.METRICS_ADDRESS;
    this.#child = spawn(process.execPath, ['--import', CLOCK, program], {
      env: { ...process.env, HEALTH_PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.#child);
    this.ready = new Promise((resolve) => {
      this.#child.once('exit', () => {
        running.delete(this.#child);
        resolve();
      });
      for (const stream of [this.#child.stdout, this.#child.stderr])
        stream?.on('data', (chunk) => {
          const text = String(chunk);
          this.#output.push(text);
          if (/(?:worker|gateway) is ready/.test(text)) resolve();
          this.#keep(text);
        });
    });
  }

  /** What it said last that was more than information. */
  get said(): readonly string[] {
    return this.#lines;
  }

  /** All that it said. */
  get output(): string {
    return this.#output.join('');
  }

  /** The page that it has for a monitor. */
  async metrics(): Promise<string> {
    return (await fetch(`http://${this.#metricsAddress}/metrics`)).text();
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (!this.isRunning) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    if (this.#isFrozen) this.thaw();
    await exited;
  }

  freeze(): void {
    this.#isFrozen = this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
    this.#isFrozen = false;
  }

  #keep(text: string): void {
    const told = text.split('\n').filter((line) => line !== '' && !/"level":[123]0\b/.test(line));
    this.#lines.push(...told);
    this.#lines.splice(0, Math.max(0, this.#lines.length - KEPT_LINES));
  }
}
