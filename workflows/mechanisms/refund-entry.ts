import { ActivityFailure, patched, sleep } from '@temporalio/workflow';
import type { PurchaseFact, PurchaseKey, RefundFact } from '../../activities/purchase-fact.js';
import { ownMember } from '../../contract/own-member.js';
import { refundWaits } from './purchase-calls.js';
import type { PurchaseDoubt } from './purchase-truth.js';
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

/** What DOKU has shown of one refund, and since when of its purchase that it is not paid. */
export class RefundSeen {
  readonly #partnerRefundNo: string;
  #isShown: boolean;
  #unpaidSince: string | undefined;

  /** @param isShown - by what an earlier run was answered. */
  constructor(partnerRefundNo: string, isShown = false) {
    this.#partnerRefundNo = partnerRefundNo;
    this.#isShown = isShown;
  }

  /** To be told of each word of DOKU's. */
  heard = ({ status, refunds }: PurchaseFact): void => {
    this.#isShown ||= ownMember(refunds, this.#partnerRefundNo) !== undefined;
    this.#unpaidSince =
      status === 'success' ? undefined : (this.#unpaidSince ?? new Date().toISOString());
  };

  /** Whether it is not there now, and was before: that says nothing of how it ends. */
  isHidden({ refunds }: PurchaseFact): boolean {
    return this.#isShown && ownMember(refunds, this.#partnerRefundNo) === undefined;
  }

  /** What of its word on the purchase counts only once it has stood for as long as its books may lag. */
  get contradicted(): NonNullable<PurchaseDoubt['contradicted']> {
    const lastSentAt = this.#unpaidSince ?? new Date().toISOString();
    return { lastSentAt, partnerRefundNo: this.#partnerRefundNo };
  }
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 4 * 3_600_000;

interface PendingRefund {
  readonly key: PurchaseKey;
  readonly partnerRefundNo: string;
  /** "10000.00". */
  readonly amount?: string;
  /** Whether it is of all that was paid: then the purchase's status tells of it, too. */
  readonly isWhole: boolean;
  readonly truth: {
    ask(doubt?: PurchaseDoubt): Promise<Known<PurchaseFact>>;
    believed(fact: PurchaseFact): Promise<Known<PurchaseFact>>;
    park(reason: string): Promise<Known<PurchaseFact> | undefined>;
  };
  /** Whether journeys that began before this wait was one activity asked every minute, or went on. */
  readonly wasAsked: boolean;
}

/** DOKU's word once a refund is no longer on its way, which may take days. */
export async function refundEnd(
  fact: Known<PurchaseFact>,
  { key, partnerRefundNo, amount, isWhole, truth, wasAsked }: PendingRefund,
): Promise<Known<PurchaseFact>> {
  let last = fact;
  let isShown = false;
  let pause = FIRST_PAUSE_MS;
  const isGone = ({ status, refunds }: PurchaseFact) =>
    isWhole &&
    ownMember(refunds, partnerRefundNo) === undefined &&
    (status === 'cancelled' || status === 'refunded');
  const isOpen = (shown: PurchaseFact) => {
    const own = ownMember(shown.refunds, partnerRefundNo);
    if (own) return own.status === 'pending';
    if (!isShown) return false;
    // It was there before: that it is not shown is a lag, also after an answer that nobody understood.
    if (shown.status === 'success') return patched('unknown-is-asked-again');
    return !isGone(shown) && patched('what-was-shown-is-awaited');
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
          { ...key, partnerRefundNo, isWhole, ...(amount && { amount }) },
        ]),
      );
      if (last.isOperatorsWord || !isGone(last) || !patched('what-was-shown-is-awaited')) continue;
      // One replica may be wrong, and then the refund may still fail.
      const lastSentAt = new Date().toISOString();
      last = await truth.ask({ contradicted: { lastSentAt, partnerRefundNo } });
      if (last.isOperatorsWord || !isOpen(last)) continue;
      await sleep(pause, { summary: 'DOKU says now the one, now the other' });
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      last = (await truth.park('DOKU has worked on the refund for two weeks')) ?? last;
    }
  }
  return last;
}
