import type { Refusal } from './refusal.js';
import type { Sum } from './rupiah.js';

/** How DOKU's books take one movement, where not as asked, at once and in their usual order. Each is asked when it matters. */
export interface Terms {
  /** How a number that is known already is met. */
  readonly onRepeat: () => Repeat;
  /** What moves where `sen` were asked for. */
  readonly sumOf: (sen: bigint) => Sum;
  /** It is accepted, and ends so only after this time. */
  readonly pending: () => Pending | undefined;
  /** When what is paid at a time settles, if not after the usual time. */
  readonly settlesAt: () => ((paidAt: number) => number) | undefined;
}

export interface Repeat {
  /** Funds, limits and state are looked at before the number. */
  readonly isLookedUpLast: boolean;
  /** What it is refused with, as if funds, limits or state did not allow it. */
  readonly meets: Refusal | undefined;
  /** It is carried out once more, although its number is known. */
  readonly isCarriedOut: boolean;
}

export interface Pending {
  readonly ms: number;
  readonly as: 'success' | 'failed';
  /** The request is answered as if it were done already. */
  readonly saysDone: boolean;
}

const USUAL_REPEAT: Repeat = { isLookedUpLast: false, meets: undefined, isCarriedOut: false };

export const USUAL: Terms = {
  onRepeat: () => USUAL_REPEAT,
  sumOf: (sen) => ({ sen, currency: 'IDR', feeSen: 0n }),
  pending: () => undefined,
  settlesAt: () => undefined,
};

/**
 * Checks in the order of the terms.
 *
 * @param refuseKnown - refuses what is known under the number; absent where nothing is.
 * @param assertRest - funds, limits, state.
 * @throws Refusal
 */
export function assertInOrder(
  terms: Terms,
  refuseKnown: (() => never) | undefined,
  assertRest: () => void,
): void {
  const repeat = refuseKnown ? terms.onRepeat() : USUAL_REPEAT;
  if (repeat.meets) throw repeat.meets;
  if (repeat.isLookedUpLast) assertRest();
  if (!repeat.isCarriedOut) refuseKnown?.();
  if (!repeat.isLookedUpLast) assertRest();
}
