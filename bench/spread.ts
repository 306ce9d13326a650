/** Repeats of one figure. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly samples: number;
}

/** @throws RangeError when there is no sample. */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const [least, most] = [sorted.at(0), sorted.at(-1)];
  if (least === undefined || most === undefined) throw new RangeError('nothing was measured');
  return { median: medianOf(sorted), least, most, samples: sorted.length };
}

function medianOf(sorted: readonly number[]): number {
  const upper = sorted[Math.floor(sorted.length / 2)] as number;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] as number;
  return (lower + upper) / 2;
}

/** Pair by pair, so that a machine whose speed drifts changes both sides alike. */
export const ratioOf = (ours: readonly number[], theirs: readonly number[]): Spread =>
  spreadOf(ours.map((value, index) => value / (theirs[index] ?? Number.NaN)));
