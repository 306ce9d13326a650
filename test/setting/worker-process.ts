import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Sandbox } from '../../sandbox/server.js';
import { program } from './programs.js';

/** A worker's variables that say which merchant it works for, at which sandbox. */
export const merchantOf = (sandbox: Sandbox) => ({
  DOKU_BASE_URL: sandbox.url,
  DOKU_CLIENT_ID: sandbox.clientId,
  DOKU_CLIENT_SECRET: sandbox.clientSecret,
  DOKU_PRIVATE_KEY: sandbox.merchantPrivateKeyPem ?? '',
  DOKU_AUTH_CODE_SECRET: sandbox.authCodeSecret,
  DOKU_PUBLIC_KEY: sandbox.dokuPublicKeyPem,
});

/** A worker in a process of its own, as in production, so that it can be killed. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  #isToEnd = false;
  output = '';

  constructor(environment: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, program('worker/main.ts'), {
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

  /** Whatever waits for a worker's work then waits for ever: whoever looks at the test is told why. */
  tellOfItsEnd(): void {
    this.#child.once('exit', (code) => {
      if (!this.#isToEnd)
        process.stderr.write(`a worker ended by itself (${code}):\n${this.output.slice(-2_000)}\n`);
    });
  }

  /** SIGKILL leaves it no chance to finish or report anything. May be called again. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    this.#isToEnd = true;
    this.#child.kill(signal);
    return this.exited();
  }

  /** Temporal goes on to give it what it has asked for. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  /** The exit code of a process that ends by itself; none where a signal ended it. */
  async exited(): Promise<number | null> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return exitCode;
    const [code] = await once(this.#child, 'exit');
    return code as number | null;
  }
}
