import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { HistoryActivities } from '../../activities/history.js';
import type { TopUpKey } from '../../activities/top-up.js';
import type { Money } from '../../contract/money.js';
import type { KnownNumber } from '../../contract/top-up.js';
import { HISTORY_QUESTION } from '../mechanisms/call-options.js';

const { queryHistory } = proxyActivities<Pick<HistoryActivities, 'queryHistory'>>({
  ...HISTORY_QUESTION,
  scheduleToCloseTimeout: '1 hour',
});

/** An earlier life of the journey may have sent it so long ago; a list of DOKU's spans a month at most. */
const LOOKS_BACK_MS = 29 * 24 * 3_600_000;

/**
 * Whether the top-up that DOKU has under a number went to this customer: only their own history tells, as Query Top Up
 * does not say whose it was.
 *
 * @param known - what DOKU said of the number when it was sent.
 * @returns `unknown` where the history cannot be read, or lacks what DOKU called the same top-up.
 */
export async function ownTopUp(
  key: TopUpKey,
  amount: Money,
  known: KnownNumber | undefined,
): Promise<'own' | 'other' | 'unknown'> {
  try {
    const fact = await queryHistory.executeWithOptions(
      { summary: `Transaction History of ${key.partnerReferenceNo}` },
      [
        {
          ...key,
          since: new Date(Date.now() - LOOKS_BACK_MS).toISOString(),
          sent: { lastSentAt: new Date().toISOString() },
        },
      ],
    );
    const fits = fact.amount === undefined || fact.amount === amount.value;
    if (fact.status === 'success') return fits ? 'own' : 'other';
    return fact.status === 'absent' && known === 'other' ? 'other' : 'unknown';
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return 'unknown';
  }
}
