import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { PurchaseInput, PurchaseOutcome } from '../../client/index.js';
import { idr, type Shop } from '../setting/shop.js';

const AMOUNT = '10000.00';
const ROWS = 300;
/** A lost worker's calls are noticed after 20 s; a busy machine takes its time. */
const PATIENCE_MS = 180_000;

/** Journeys at every kind of point, for something to break on the way. */
export interface UnderWay {
  /** The customer is on DOKU's page. */
  readonly awaiting: PurchaseInput;
  /** Paid, and the merchant has to acknowledge. */
  readonly acknowledging: PurchaseInput;
  /** Paid, and the merchant never says anything. */
  readonly silent: PurchaseInput;
  /** DOKU has the request, and its answer is on the way. */
  readonly unanswered: PurchaseInput;
  /** A payout with rows left. */
  readonly batch: { readonly batchReference: string; readonly accountId: string };
}

export async function journeysUnderWay(shop: Shop): Promise<UnderWay> {
  const { purchase, topUpBatch } = shop.journeys;
  const awaiting = await ordered(shop);
  const acknowledging = await ordered(shop, { acknowledgeWithin: '1 hour' });
  const silent = await ordered(shop, { acknowledgeWithin: '4 seconds' });
  await shop.doku.customer(acknowledging.partnerReferenceNo, 'pay');
  await insisted(async () => {
    const { status } = await purchase.status(acknowledging.partnerReferenceNo);
    assert.equal(status, 'awaiting-acknowledgement');
  });
  const unanswered = await requestedWithoutAnswer(shop);
  const batch = await payout(shop);
  await shop.doku.customer(silent.partnerReferenceNo, 'pay');
  const { remaining } = await topUpBatch.status(batch.batchReference);
  assert.ok(remaining > 0, 'the payout was over too soon to be broken');
  return { awaiting, acknowledging, silent, unanswered, batch };
}

/** Lets all of them end. @throws AssertionError unless each end is what DOKU's ledger says, with one debit at most. */
export async function assertProvenEnds(shop: Shop, journeys: UnderWay): Promise<void> {
  const { awaiting, acknowledging, silent, unanswered, batch } = journeys;
  const { purchase, topUpBatch } = shop.journeys;
  await insisted(() => purchase.acknowledge(acknowledging.partnerReferenceNo));
  await insisted(() => purchase.redirect(unanswered));
  await shop.doku.customer(unanswered.partnerReferenceNo, 'pay');
  const ends: [PurchaseInput, PurchaseOutcome][] = [
    [awaiting, 'paid'],
    [acknowledging, 'paid'],
    [silent, 'cancelled'],
    [unanswered, 'paid'],
  ];
  for (const [{ partnerReferenceNo }, outcome] of ends) {
    const result = await insisted(() => purchase.result(partnerReferenceNo));
    assert.equal(result.outcome, outcome, JSON.stringify(result));
    await shop.assertProven(result, AMOUNT);
  }
  const { counts } = await insisted(() => topUpBatch.result(batch.batchReference));
  assert.equal(counts.completed, ROWS);
  assert.equal(await shop.doku.balance(batch.accountId), `${ROWS}00.00`);
}

/** An order whose page is there, of a customer of its own. */
export async function ordered(
  shop: Shop,
  overrides: Partial<PurchaseInput> = {},
): Promise<PurchaseInput> {
  const { customerId } = await insisted(() => shop.boundCustomer());
  const order = shop.order(customerId, overrides);
  await insisted(() => shop.journeys.purchase.redirect(order));
  return order;
}

/** What a backend does while the site is down: calls again with the same arguments. */
export async function insisted<T>(work: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > until) throw error;
      await setTimeout(500);
    }
  }
}

async function requestedWithoutAnswer(shop: Shop): Promise<PurchaseInput> {
  const { customerId } = await insisted(() => shop.boundCustomer());
  const order = shop.order(customerId);
  const { partnerReferenceNo } = order;
  const match = { partnerReferenceNo };
  await shop.doku.fault({ operation: 'purchase', fault: 'hang', when: 'after', match });
  await insisted(() => shop.journeys.purchase.start(order));
  await insisted(async () => {
    const requests = await shop.doku.requests('purchase');
    assert.ok(requests.some((request) => request.partnerReferenceNo === partnerReferenceNo));
  });
  return order;
}

async function payout(shop: Shop): Promise<UnderWay['batch']> {
  const { customerId, accountId } = await insisted(() => shop.boundCustomer({ balance: '0.00' }));
  const batchReference = `batch-${randomUUID().slice(0, 8)}`;
  const rows = Array.from({ length: ROWS }, () => ({
    partnerReferenceNo: `TOP-${randomUUID()}`,
    customerId,
    amount: idr('100.00'),
  }));
  await insisted(() => shop.journeys.topUpBatch.start({ batchReference, rows, inFlight: 5 }));
  return { batchReference, accountId };
}
