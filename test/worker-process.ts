import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../sandbox/server.js';

/** A worker's variables that say which merchant it works for, at which sandbox. */
export const merchantOf = (sandbox: Sandbox) => ({
  DOKU_BASE_URL: sandbox.url,
  DOKU_CLIENT_ID: sandbox.clientId,
  DOKU_CLIENT_SECRET: sandbox.clientSecret,
  DOKU_PRIVATE_KEY: sandbox.merchantPrivateKeyPem ?? '',
  DOKU_AUTH_CODE_SECRET: sandbox.authCodeSecret,
});

const MAIN = fileURLToPath(new URL('../worker/main.ts', import.meta.url));

/** A worker in a process of its own, as in production, so that it can be killed. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  output = '';

  constructor(environment: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', MAIN], {
      env: { ...process.env, HEALTH_PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk) => {
      this.output += chunk;
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.output += chunk;
    });
  }

  /** SIGKILL leaves it no chance to finish or report anything. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    const [code] = await exited;
    return code as number | null;
  }

  /** The exit code of a process that ends by itself. */
  async exited(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const [code] = await once(this.#child, 'exit');
    return code as number | null;
  }
}
