import type { Reception } from './receiver.js';

/** @param why - it takes none; nothing where it takes them again. */
export type OnStanding = (why: string | undefined) => void;

/** One that takes every other event would fill a log. */
const APART_MS = 60_000;

/** Tells when a receiver begins to take no events, and when it takes them again: each change once. */
export class Standing {
  readonly #tell: OnStanding;
  readonly #nowMs: () => number;
  #isTold = false;
  #why: string | undefined;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(tell: OnStanding, nowMs: () => number) {
    this.#tell = tell;
    this.#nowMs = nowMs;
  }

  /** Why the last one that was tried was not taken; nothing where it was. */
  get why(): string | undefined {
    return this.#why;
  }

  heard({ isTaken, why }: Pick<Reception, 'isTaken' | 'why'>): void {
    this.#why = isTaken ? undefined : why;
    if (isTaken !== this.#isTold) return;
    if (!isTaken && this.#nowMs() - this.#toldAtMs < APART_MS) return;
    this.#isTold = !isTaken;
    if (!isTaken) this.#toldAtMs = this.#nowMs();
    this.#tell(isTaken ? undefined : why);
  }
}
