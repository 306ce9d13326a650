import { ActivityFailure, patched, proxyActivities } from '@temporalio/workflow';
import type { HistoryActivities, HistoryKey } from '../../activities/history.js';
import type { MovementKind } from '../../activities/history-entry.js';
import type { Money } from '../../contract/money.js';
import { HISTORY_QUESTION } from './call-options.js';
import { sentByAnother } from './run-of-move.js';

const { queryHistory } = proxyActivities<Pick<HistoryActivities, 'queryHistory'>>({
  ...HISTORY_QUESTION,
  scheduleToCloseTimeout: '1 hour',
});

/** An earlier life of the journey may have sent it so long ago; a list of DOKU's spans a month at most. */
const LOOKS_BACK_MS = 29 * 24 * 3_600_000;

/** How a movement that DOKU has under a number stands in the history of the customer whose it should be. */
type InOwnHistory =
  | 'own'
  /** Theirs has another amount, or another kind of movement under the number. */
  | 'different'
  | 'absent'
  /** It cannot be read, or does not say that it happened. */
  | 'unknown';

/** The customer's own movement of that kind under the number. */
export interface OtherAmount {
  /** "10000.00" */
  readonly amount: string;
  /** ISO 8601: when it moved, or a moment before. */
  readonly at: string;
}

/**
 * Whether what DOKU has under a number is this customer's (money rule 7): DOKU's status queries do not say whose it is, a
 * customer's own history does.
 *
 * @param isAmountTold - DOKU's status has said the amount, and it fits; else the history has to say it.
 */
export async function inOwnHistory(
  key: HistoryKey,
  amount: Money,
  kind: MovementKind,
  isAmountTold = true,
): Promise<{ readonly found: InOwnHistory; readonly other?: OtherAmount }> {
  try {
    const fact = await queryHistory.executeWithOptions(
      { summary: `Transaction History of ${key.partnerReferenceNo}` },
      [
        {
          ...key,
          since: new Date(Date.now() - LOOKS_BACK_MS).toISOString(),
          sent: sentByAnother(),
          kind,
          ...(!isAmountTold && { isAmountAsked: true }),
        },
      ],
    );
    if (fact.status === 'absent') return { found: 'absent' };
    if (fact.status === 'other') return { found: 'different' };
    if (fact.status !== 'success') return { found: 'unknown' };
    if (fact.amount === amount.value) return { found: 'own' };
    if (fact.amount !== undefined) {
      const at = new Date(Date.now() - (fact.ageMs ?? LOOKS_BACK_MS)).toISOString();
      return { found: 'different', other: { amount: fact.amount, at } };
    }
    return { found: isAmountTold || !patched('amounts-are-told') ? 'own' : 'unknown' };
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return { found: 'unknown' };
  }
}

/**
 * The amount in which the customer's history has what DOKU accepted, where it is another: its status did not say. That the history
 * does not show it is a lag for as long as DOKU's books may lag.
 */
export async function otherAmountInHistory(
  key: HistoryKey,
  amount: Money,
  kind: MovementKind,
): Promise<string | undefined> {
  if (!patched('amounts-are-told')) return undefined;
  try {
    const since = new Date(Date.now() - LOOKS_BACK_MS).toISOString();
    const summary = `Transaction History of ${key.partnerReferenceNo}`;
    // Journeys of before asked once.
    const [limit, given] = patched('amounts-are-given-time')
      ? [{}, { isAmountAsked: true as const, sent: sentByAnother() }]
      : [{ scheduleToCloseTimeout: '15 seconds' as const }, {}];
    const fact = await queryHistory.executeWithOptions({ summary, ...limit }, [
      { ...key, since, kind, ...given },
    ]);
    return fact.status === 'success' && fact.amount !== amount.value ? fact.amount : undefined;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return undefined;
  }
}
