/**
 * Programs of ours as processes, each with a log of its own.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const ENDS_WITH_US = new URL('./ends-with-starter.mjs', import.meta.url).href;
/** Who has not ended by then is ended. */
const END_WITHIN_MS = 15_000;
/** Lines of a program's log that one wants to see at once. */
const ALARMING = /"level":"(?:warn|error|fatal)"/;
/** What a site says by itself: another one's must not come in by the environment. */
const OWN = /^(?:TEMPORAL|DOKU|PAYLOAD|NOTIFICATIONS|CODEC|GATEWAY|SANDBOX|HEALTH)_/;

/** What programs are told beside what their site says: the environment of whoever started it. */
export const inheritedEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([variable]) => !OWN.test(variable)));

export interface Program {
  /** As it is called in the terminal, and its log. */
  readonly name: string;
  /** Such as `worker/main.ts`. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The line that it writes once it is ready. */
  readonly isReady: RegExp;
}

export interface ProcessesOptions {
  /** Of the logs. */
  readonly folder: string;
  readonly say: (text: string) => void;
}

export class Processes {
  readonly #options: ProcessesOptions;
  readonly #running: { readonly name: string; readonly child: ChildProcess }[] = [];
  #isStopping = false;
  #onLost: (name: string) => void = () => {};
  /** Resolves to the first that ends unasked. */
  readonly lost = new Promise<string>((resolve) => {
    this.#onLost = resolve;
  });

  constructor(options: ProcessesOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
    process.on('exit', () => {
      for (const { child } of this.#running) child.kill('SIGKILL');
    });
  }

  /** @returns the line by which it says that it is ready. @throws Error when it ends before. */
  async start({ name, file, environment, isReady }: Program): Promise<string> {
    const imports = [ENDS_WITH_US, 'tsx'].flatMap((name) => ['--import', name]);
    const child = spawn(process.execPath, [...imports, path.join(ROOT, file)], {
      cwd: ROOT,
      env: { ...inheritedEnvironment(), ...environment },
      // Nothing is ever written to it: its end says that we are gone.
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C is for us: each is ended in its turn.
      detached: true,
    });
    this.#running.push({ name, child });
    child.once('exit', (code, signal) => {
      if (this.#isStopping) return;
      this.#options.say(`  ${name} has ended by itself (${code ?? signal})`);
      this.#onLost(name);
    });
    return this.#heard(name, child, isReady);
  }

  /** Ends them, the last started first. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const { child } of this.#running.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const impatient = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
      await ended;
      clearTimeout(impatient);
    }
  }

  #heard(name: string, child: ChildProcess, isReady: RegExp): Promise<string> {
    const log = createWriteStream(path.join(this.#options.folder, `${name}.log`), { mode: 0o600 });
    return new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          log.write(`${line}\n`);
          if (isReady.test(line)) resolve(line);
          else if (stream === child.stderr || ALARMING.test(line))
            this.#options.say(`  ${name} │ ${line}`);
        });
      }
      child.once('error', reject);
      child.once('close', (code) => {
        log.end();
        reject(new Error(`${name} ended (${code}) before it was ready`));
      });
    });
  }
}
