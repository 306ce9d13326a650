import type { TopUpBatchCounts, TopUpRowResult } from '../../contract/top-up-batch.js';

/** No row has ended. */
export const NONE: TopUpBatchCounts = {
  completed: 0,
  failed: 0,
  insufficientFunds: 0,
  cancelled: 0,
};

const KEYS = {
  completed: 'completed',
  failed: 'failed',
  'insufficient-funds': 'insufficientFunds',
  cancelled: 'cancelled',
  'in-doubt': 'inDoubt',
} as const satisfies Record<TopUpRowResult['outcome'], keyof TopUpBatchCounts>;

/** How many rows came to what. */
export function countsOf(results: Iterable<TopUpRowResult>): TopUpBatchCounts {
  const counts = { ...NONE };
  for (const { outcome } of results) counts[KEYS[outcome]] = (counts[KEYS[outcome]] ?? 0) + 1;
  return counts;
}

export function summed(all: Iterable<TopUpBatchCounts>): TopUpBatchCounts {
  const sum = { ...NONE };
  for (const counts of all) {
    for (const key of Object.values(KEYS)) {
      const more = counts[key];
      if (more !== undefined) sum[key] = (sum[key] ?? 0) + more;
    }
  }
  return sum;
}

/** How many rows have ended. */
export const endedIn = (counts: TopUpBatchCounts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
