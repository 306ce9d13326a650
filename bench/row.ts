/**
 * What a bench measures and how it is told: the same for people, for `--json` and for `docs/performance.md`.
 *
 * @module
 */
import type { Spread } from './spread.js';
import type { Ground } from './started.js';

/** One line of the table. */
export interface Row {
  /** What was measured, such as "purchases a second, 50 at once". */
  readonly what: string;
  /** "1/s", "ms", "events", … */
  readonly unit: string;
  readonly ours: Spread;
  readonly peer?: { readonly name: string; readonly spread: Spread };
  /** Ours divided by the peer's, turn by turn. */
  readonly ratio?: Spread;
  readonly goal?: Goal;
  /** One sentence: what the figure leaves out, or why it falls short. */
  readonly note?: string;
}

export interface Goal {
  /** As the table shows it: "≥ 2.5". */
  readonly text: string;
  readonly isMet: boolean;
}

/** What a bench may spend: `--quick` takes each part once and small. */
export interface BenchOptions {
  readonly isQuick: boolean;
  readonly ground: Ground;
  /** Progress for a person who waits; never part of the result. */
  readonly say: (text: string) => void;
  /** A folder for CPU profiles of the worker processes, with `--profile`. */
  readonly profileFolder?: string;
}

/** A part of the bench that can be run alone: `npm run bench -- --only NAME`. */
export interface Bench {
  readonly name: string;
  /** One line on what it does and how. */
  readonly method: string;
  run(options: BenchOptions): Promise<Row[]>;
}

/** A goal on the ratio (or, without a peer, on the figure itself): at least, or at most, so much. */
export function goal(kind: 'least' | 'most', bound: number, seen: number, unit = ''): Goal {
  const sign = kind === 'least' ? '≥' : '≤';
  return {
    text: `${sign} ${bound}${unit && ` ${unit}`}`,
    isMet: kind === 'least' ? seen >= bound : seen <= bound,
  };
}
