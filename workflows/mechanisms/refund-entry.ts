import { ActivityFailure, patched, sleep } from '@temporalio/workflow';
import type { PurchaseFact, PurchaseKey, RefundFact } from '../../activities/purchase-fact.js';
import { refundWaits } from './purchase-calls.js';
import type { Known } from './truth.js';

const LEGACY_PAUSE_MS = 60_000;
const KNOWN: readonly string[] = ['success', 'pending', 'failed'] satisfies RefundFact['status'][];

/** @returns what of an entry in DOKU's refunds is not as it was asked for under its number (money rule 7). */
export function refundMisfit(entry: RefundFact | undefined, amount: string): string | undefined {
  if (entry === undefined) return undefined;
  if (!KNOWN.includes(entry.status)) return 'a refund whose status SNAP does not know';
  return entry.amount === undefined || entry.amount === amount
    ? undefined
    : `a refund of another amount under the same number, ${entry.amount}`;
}

/** @returns what an entry without a number may be, where that of the refund's own number is not there (money rule 7). */
export const unnamedMisfit = ({ mayBeUnnamed, doubt }: PurchaseFact): string | undefined =>
  mayBeUnnamed && patched('unnamed-refunds-are-asked-about')
    ? (doubt ?? 'a refund without a number, which may be this one')
    : undefined;

interface PendingRefund {
  readonly key: PurchaseKey;
  readonly partnerRefundNo: string;
  /** "10000.00". */
  readonly amount?: string;
  readonly truth: {
    ask(): Promise<Known<PurchaseFact>>;
    believed(fact: PurchaseFact): Promise<Known<PurchaseFact>>;
    park(reason: string): Promise<Known<PurchaseFact> | undefined>;
  };
  /** Whether journeys that began before this wait was one activity asked every minute, or went on. */
  readonly wasAsked: boolean;
}

/** DOKU's word once a refund is no longer on its way, which may take days. */
export async function refundEnd(
  fact: Known<PurchaseFact>,
  { key, partnerRefundNo, amount, truth, wasAsked }: PendingRefund,
): Promise<Known<PurchaseFact>> {
  let last = fact;
  let isShown = false;
  const isOpen = ({ status, refunds }: PurchaseFact) => {
    const own = refunds[partnerRefundNo];
    if (own) return own.status === 'pending';
    // It was there before: that it is not shown is a lag, also after an answer that nobody understood.
    return isShown && status === 'success' && patched('unknown-is-asked-again');
  };
  while (!last.isOperatorsWord && isOpen(last)) {
    isShown = true;
    if (!patched('refund-awaited-by-activity')) {
      if (!wasAsked) return last;
      await sleep(LEGACY_PAUSE_MS, { summary: 'DOKU works on the refund' });
      last = await truth.ask();
      continue;
    }
    try {
      const summary = `Query Purchase until refund ${partnerRefundNo} is done`;
      last = await truth.believed(
        await refundWaits.awaitRefundEnd.executeWithOptions({ summary }, [
          { ...key, partnerRefundNo, ...(amount && { amount }) },
        ]),
      );
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      last = (await truth.park('DOKU has worked on the refund for two weeks')) ?? last;
    }
  }
  return last;
}
