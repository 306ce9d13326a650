import { setTimeout } from 'node:timers/promises';
import { ServiceError } from '@temporalio/client';

/** Looking costs the machine as much as the journeys themselves. */
const LOOK_EVERY_MS = 200;

/** Looks until it shows what is expected; the cell's own limit ends it. */
export async function until<T>(look: () => Promise<T>, isExpected: (seen: T) => boolean) {
  for (;;) {
    try {
      const seen = await look();
      if (isExpected(seen)) return seen;
    } catch (error) {
      // A server that restarts, or whose worker does, answers the next look.
      if (!(error instanceof ServiceError)) throw error;
    }
    await setTimeout(LOOK_EVERY_MS);
  }
}
