import { setTimeout } from 'node:timers/promises';
import { ServiceError } from '@temporalio/client';
import { DokuJourneysError } from '../../client/index.js';

/** Looking costs the machine as much as the journeys themselves, so what takes longer is looked at less often. */
const LOOKS = { firstMs: 100, factor: 1.5, mostMs: 2_000 } as const;

/** Looks until it shows what is expected; the cell's own limit ends it. */
export async function until<T>(look: () => Promise<T>, isExpected: (seen: T) => boolean) {
  for (
    let waitMs: number = LOOKS.firstMs;
    ;
    waitMs = Math.min(waitMs * LOOKS.factor, LOOKS.mostMs)
  ) {
    try {
      const seen = await look();
      if (isExpected(seen)) return seen;
    } catch (error) {
      // A server that restarts, or whose worker does, answers the next look.
      const isWorthAgain = error instanceof DokuJourneysError && error.isWorthAgain;
      if (!isWorthAgain && !(error instanceof ServiceError)) throw error;
    }
    await setTimeout(waitMs);
  }
}
