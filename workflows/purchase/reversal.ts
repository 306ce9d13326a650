import { sleep } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import type { PurchaseFact, PurchaseKey } from '../../activities/purchase.js';
import type { Money } from '../../contract/money.js';
import { written } from '../../contract/money.js';
import { moves } from '../mechanisms/purchase-calls.js';
import type { Story } from '../mechanisms/story.js';
import { toldOf } from '../mechanisms/told.js';
import type { Known } from '../mechanisms/truth.js';

/** How long a reversal goes on by itself before an operator is asked to help. */
const PATIENCE_MS = 24 * 3_600_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

export interface Reversal extends PurchaseKey {
  readonly amount: Money;
  readonly reason: string;
}

/** `unproven` when {@link PATIENCE_MS} went by: an operator has to look. */
export type Reversed = Known<PurchaseFact> | 'unproven';

/**
 * Undoes a purchase and returns what DOKU's own status says once that is final (money rules 3 and 4).
 *
 * Cancels first, as only DOKU knows whether the purchase has settled; refunds when the purchase proves to
 * be paid and no longer cancellable. Every request is followed by the question what became of it, and
 * nothing is sent again before DOKU's status says that it did not happen. Call it in a non-cancellable scope.
 */
export async function reverse(
  order: Reversal,
  ask: () => Promise<Known<PurchaseFact>>,
  story: Story,
): Promise<Reversed> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (
    let pause = FIRST_PAUSE_MS;
    Date.now() < giveUpAt;
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  ) {
    const cancel = await moves.cancelPurchase.executeWithOptions(
      { summary: `Cancel Purchase ${order.partnerReferenceNo}` },
      [
        {
          partnerReferenceNo: order.partnerReferenceNo,
          customerId: order.customerId,
          reason: order.reason,
        },
      ],
    );
    story.tell(`Cancel Purchase: ${toldOf(cancel)}`);
    let fact = await ask();
    if (fact.isOperatorsWord) return fact;
    if (fact.status === 'success' && cancel.kind === 'refused')
      fact = await refund(order, ask, story);
    if (fact.isOperatorsWord || isReversed(fact, cancel)) return fact;
    await sleep(pause, { summary: 'before the reversal is tried again' });
  }
  return 'unproven';
}

/** The money has settled with the merchant: it can only come back as a refund. */
async function refund(
  order: Reversal,
  ask: () => Promise<Known<PurchaseFact>>,
  story: Story,
): Promise<Known<PurchaseFact>> {
  const refunded = await moves.refundPurchase.executeWithOptions(
    { summary: `Refund Purchase ${order.partnerReferenceNo}, ${written(order.amount)}` },
    [
      {
        partnerReferenceNo: order.partnerReferenceNo,
        customerId: order.customerId,
        partnerRefundNo: reversalRefundNo(order.partnerReferenceNo),
        refundAmount: order.amount,
        reason: order.reason,
      },
    ],
  );
  story.tell(`Refund Purchase: ${toldOf(refunded)}`);
  const fact = await ask();
  // DOKU may show the refund in its history before the purchase's own status follows.
  return fact.refunds[reversalRefundNo(order.partnerReferenceNo)]?.status === 'success'
    ? { ...fact, status: 'refunded' }
    : fact;
}

/**
 * A purchase is reversed whole and at most once, so its own reference is the refund's identity: neither a
 * second attempt nor a second run of the journey can refund it twice. SNAP counts refund numbers apart
 * from transaction numbers.
 */
const reversalRefundNo = (partnerReferenceNo: string) => partnerReferenceNo;

/** "Not found" after an accepted cancel contradicts itself: then DOKU is asked again. */
const isReversed = (fact: PurchaseFact, cancel: Move<null>) =>
  fact.status === 'cancelled' ||
  fact.status === 'refunded' ||
  fact.status === 'failed' ||
  (fact.status === 'not-found' && cancel.kind !== 'accepted');
