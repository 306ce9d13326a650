/**
 * Which of this merchant's payouts a number was paid for.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import type { OwnRuns } from '../reconciliation/own-runs.js';
import type { Payout } from '../reconciliation/paid-rows.js';
import { type CreditedOtherwise, Payers } from '../reconciliation/payers.js';

/** How long a reading of the batches serves for what others ask. */
const SERVES_MS = 60_000;
/** A part tells of a row so long after it was credited, where nothing is in doubt. */
const TOLD_AFTER_MS = 60_000;

interface Reading {
  readonly beganAt: number;
}

export function createPayerActivities(journeys: {
  readonly client: Client;
  readonly own: Pick<OwnRuns, 'counting' | 'taskQueue'>;
}) {
  const payers = new Payers(journeys.client, journeys.own);
  let held: Reading = { beganAt: 0 };

  /** A batch may have thousands of such numbers, and each reading goes through all batches of days. */
  const readingFor = (at: number): Reading => {
    const now = Date.now();
    const isOld = held.beganAt < Math.max(now - SERVES_MS, at + TOLD_AFTER_MS);
    if (isOld) held = { beganAt: now };
    return held;
  };

  return {
    /** Whether another payout says that what was credited under its number is its own. */
    isNumberOfAnother({ credited, at, ...payout }: Payout & CreditedOtherwise): Promise<boolean> {
      return payers.isAnothers(payout, { credited, at }, readingFor(Date.parse(at)));
    },
  };
}

export type PayerActivities = ReturnType<typeof createPayerActivities>;
