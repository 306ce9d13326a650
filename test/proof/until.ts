import { setTimeout } from 'node:timers/promises';

/** Looks until it shows what is expected; the cell's own limit ends it. */
export async function until<T>(look: () => Promise<T>, isExpected: (seen: T) => boolean) {
  for (;;) {
    const seen = await look();
    if (isExpected(seen)) return seen;
    await setTimeout(50);
  }
}
