/**
 * What a process costs its machine, seen from outside.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pidusage from 'pidusage';

const run = promisify(execFile);
const MIB = 2 ** 20;

export interface Usage {
  /** Of all its threads, in user and in kernel mode, since it started. */
  readonly cpuMs: number;
  readonly residentMiB: number;
}

/** @throws Error when there is no such process. */
export async function usageOf(pid: number): Promise<Usage> {
  const { ctime, memory } = await pidusage(pid);
  return { cpuMs: ctime, residentMiB: memory / MIB };
}

/** The CPU milliseconds that processes spend on some work, in their order. */
export async function cpuMsOf(
  pids: readonly number[],
  work: () => Promise<unknown>,
): Promise<number[]> {
  const before = await Promise.all(pids.map(usageOf));
  await work();
  const after = await Promise.all(pids.map(usageOf));
  return after.map(({ cpuMs }, index) => cpuMs - (before[index]?.cpuMs ?? 0));
}

/** The Temporal server that was started on a port: the SDK that starts it does not tell. */
export async function serverPidOf(port: number): Promise<number> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,args='], { maxBuffer: 16 * MIB });
  const line = stdout
    .split('\n')
    .find((each) => each.includes('start-dev') && each.includes(`--port ${port} `));
  if (line === undefined) throw new Error(`no Temporal server was started on port ${port}`);
  return Number.parseInt(line, 10);
}

const WATCH_EVERY_MS = 250;

/** Watches the memory of a process while it works. */
export class ResidentWatch {
  readonly #samples: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#timer = setInterval(async () => {
      this.#samples.push((await usageOf(pid)).residentMiB);
    }, WATCH_EVERY_MS);
  }

  stop(): this {
    clearInterval(this.#timer);
    return this;
  }

  /** The most so far, in MiB. */
  get peak(): number {
    return Math.max(...this.#samples);
  }

  /** The mean of a stretch of the time that was watched, such as from 0.9 to 1, in MiB. */
  mean(from: number, to: number): number {
    const last = Math.max(this.#samples.length - 1, 0);
    const stretch = this.#samples.slice(Math.floor(from * last), Math.floor(to * last) + 1);
    return stretch.reduce((sum, each) => sum + each, 0) / stretch.length;
  }
}
