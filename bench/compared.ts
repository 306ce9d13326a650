import { goal, type Row } from './row.js';
import { ratioOf, spreadOf } from './spread.js';

export interface Comparison extends Pick<Row, 'what' | 'unit' | 'note'> {
  /** One figure a turn, in the order of the turns. */
  readonly ours: readonly number[];
  readonly peer: { readonly name: string; readonly figures: readonly number[] };
  /** On the ratio. */
  readonly goal?: readonly ['least' | 'most', number];
}

/** A row of the table from the figures of both sides. */
export function compared({ what, unit, note, ours, peer, goal: aim }: Comparison): Row {
  const ratio = ratioOf(ours, peer.figures);
  return {
    what,
    unit,
    ours: spreadOf(ours),
    peer: { name: peer.name, spread: spreadOf(peer.figures) },
    ratio,
    ...(aim && { goal: goal(...aim, ratio.median) }),
    ...(note && { note }),
  };
}
