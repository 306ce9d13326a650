import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  authorizedPurchaseVerdict,
  brokenRefundVerdict,
  NOTHING_GIVEN_BACK,
  purchaseVerdict,
  refundVerdict,
  rejectedRefundVerdict,
  transferVerdict,
} from '../../../activities/reconciliation/verdict.js';
import type { PurchaseResult } from '../../../contract/purchase.js';

describe('what a purchase says, held against DOKU', () => {
  const reversed: PurchaseResult = {
    partnerReferenceNo: 'INV-1',
    amount: { value: '10000.00', currency: 'IDR' },
    outcome: 'refunded',
    reason: 'operator-resolved',
    heldAmount: '7000.00',
  };
  const refundOf = (amount: string) => ({
    status: 'success' as const,
    amount: '7000.00',
    refunds: { 'INV-1': { status: 'success' as const, amount } },
  });

  test('that was reversed in the amount that DOKU holds agrees, also while its status lags behind', () => {
    assert.equal(purchaseVerdict(reversed, refundOf('7000.00'), NOTHING_GIVEN_BACK), undefined);
  });

  test('and of which less went back does not', () => {
    const verdict = purchaseVerdict(reversed, refundOf('5000.00'), NOTHING_GIVEN_BACK);
    assert.equal(verdict?.kind, 'status');
  });
});

test('a transfer that an operator recorded as DOKU shows it agrees in that amount alone', () => {
  const amount = { value: '25000.00', currency: 'IDR' } as const;
  const result = { amount, outcome: 'completed', sentAmount: '22500.00' };
  assert.equal(transferVerdict(result, { status: 'success', amount: '22500.00' }), undefined);
  const verdict = transferVerdict(result, { status: 'success', amount: '25000.00' });
  assert.equal(verdict?.kind, 'amount');
});

test('a top-up, and a refund, that an operator recorded so agree in that amount alone', () => {
  const amount = { value: '25000.00', currency: 'IDR' } as const;
  const credited = { amount, outcome: 'completed', creditedAmount: '22500.00' };
  assert.equal(transferVerdict(credited, { status: 'success', amount: '22500.00' }), undefined);
  assert.equal(
    transferVerdict(credited, { status: 'success', amount: '25000.00' })?.kind,
    'amount',
  );
  const refunded = {
    ...({ partnerRefundNo: 'REF-1', partnerReferenceNo: 'INV-1', amount } as const),
    ...({ outcome: 'refunded', by: 'refund', refundedAmount: '22500.00' } as const),
  };
  const factOf = (value: string) => ({
    ...{ status: 'success' as const, amount: '50000.00' },
    refunds: { 'REF-1': { status: 'success' as const, amount: value } },
  });
  const verdictIn = (value: string) => refundVerdict(refunded, factOf(value), NOTHING_GIVEN_BACK);
  assert.equal(verdictIn('22500.00'), undefined);
  assert.equal(verdictIn('25000.00')?.kind, 'amount');
});

test('an order all of which went back by refunds agrees with what an operator recorded of them', () => {
  const amount = { value: '10000.00', currency: 'IDR' } as const;
  const paid = { partnerReferenceNo: 'INV-1', amount, outcome: 'paid' } as PurchaseResult;
  const back = (refundedAmount?: string) => ({
    ...{ amount: { value: '6000.00', currency: 'IDR' } as const, by: 'refund' as const },
    ...(refundedAmount && { refundedAmount }),
  });
  const refunded = new Map([
    ['REF-1', back()],
    ['REF-2', back('4000.00')],
  ]);
  const fact = { status: 'refunded', amount: '10000.00', refunds: {} } as const;
  assert.equal(purchaseVerdict(paid, fact, { refunded, underWay: new Map() }), undefined);
});

test('an authorised purchase that has ended, and whose amount DOKU holds still, does not match', () => {
  const ended = {
    partnerReferenceNo: 'AUT-1',
    accountId: '1',
    captured: '12000.00',
    voided: '18000.00',
    outcome: 'captured',
  } as const;
  for (const status of ['success', 'closed', 'cancelled'] as const)
    assert.equal(authorizedPurchaseVerdict(ended, { status }), undefined);
  const verdict = authorizedPurchaseVerdict(ended, { status: 'open', amount: '30000.00' });
  assert.deepEqual(verdict, {
    kind: 'status',
    here: 'captured, captured 12000.00',
    doku: 'open 30000.00',
    amount: '12000.00',
  });
});

test('a refund that was rejected does not match a purchase that went back whole, unless somebody else accounts for it', () => {
  const rejected = {
    partnerRefundNo: 'REF-1',
    partnerReferenceNo: 'INV-1',
    amount: { value: '10000.00', currency: 'IDR' },
    outcome: 'rejected',
  } as const;
  const cancelled = { status: 'cancelled', amount: '10000.00', refunds: {} } as const;
  const verdictOf = (beside: Partial<Parameters<typeof rejectedRefundVerdict>[1]> = {}) =>
    rejectedRefundVerdict(rejected, { ...cancelled, ...beside }, NOTHING_GIVEN_BACK, false);
  assert.deepEqual(verdictOf(), {
    kind: 'missing-here',
    here: 'rejected 10000.00',
    doku: 'cancelled 10000.00',
    amount: '10000.00',
  });
  assert.equal(verdictOf({ status: 'success' }), undefined);
  // A part of it is never given back by a cancel.
  assert.equal(verdictOf({ amount: '25000.00' }), undefined);
  assert.equal(rejectedRefundVerdict(rejected, cancelled, NOTHING_GIVEN_BACK, true), undefined);
  const another = { amount: rejected.amount, by: 'cancel' } as const;
  const givenBack = {
    refunded: new Map([['REF-2', another]]),
    underWay: new Map<string, undefined>(),
  };
  assert.equal(rejectedRefundVerdict(rejected, cancelled, givenBack, false), undefined);
});

const unnamed = (...amounts: string[]) => {
  const unnamedRefunds = amounts.map((amount) => ({ status: 'success' as const, amount }));
  const refunds = { '': { status: 'success' as const } };
  const paid = { status: 'success' as const, amount: '10000.00' };
  return { ...paid, refunds, unnamedRefunds, mayBeUnnamed: true as const };
};
const madeHere = (...amounts: string[]) => ({
  refunded: new Map(
    amounts.map((value, nth) => [`REF-${nth}`, { amount: { value, currency: 'IDR' as const } }]),
  ),
  underWay: new Map<string, undefined>(),
});

test('refunds that are listed without their numbers are those that were made here, as far as these go', () => {
  const paid: PurchaseResult = {
    ...{ partnerReferenceNo: 'INV-1', amount: { value: '10000.00', currency: 'IDR' } },
    ...{ outcome: 'paid', reason: 'customer-paid' },
  } as PurchaseResult;
  const verdictOf = (listed: string[], made: string[]) =>
    purchaseVerdict(paid, unnamed(...listed), madeHere(...made));
  assert.equal(verdictOf(['4000.00'], ['4000.00']), undefined);
  assert.equal(verdictOf(['4000.00'], [])?.kind, 'missing-here');
  const twice = verdictOf(['4000.00', '4000.00'], ['4000.00']);
  assert.equal(twice?.doku, 'success 10000.00, refunded as (no number) 4000.00');
  assert.equal(verdictOf(['3000.00'], ['4000.00'])?.kind, 'missing-here');
});

test('a refund without its number is found where it was broken off, and nobody else accounts for it', () => {
  const broken = { workflowId: 'refund/REF-9', status: 'TERMINATED', amount: '4000.00' };
  const verdictOf = (listed: string[], made: string[]) =>
    brokenRefundVerdict(broken, unnamed(...listed), madeHere(...made), false);
  assert.deepEqual(verdictOf(['4000.00'], []), {
    kind: 'missing-here',
    here: 'its journey ended terminated',
    doku: 'success 4000.00',
    amount: '4000.00',
  });
  assert.equal(verdictOf(['4000.00'], ['4000.00']), undefined);
  assert.equal(verdictOf(['3000.00'], []), undefined);
  const told = {
    ...{ partnerRefundNo: 'REF-9', partnerReferenceNo: 'INV-1' },
    amount: { value: '4000.00', currency: 'IDR' as const },
  };
  const rejected = { ...told, outcome: 'rejected' as const };
  const kindOf = (result: Parameters<typeof refundVerdict>[0], made: string[]) =>
    refundVerdict(result, unnamed('4000.00'), madeHere(...made))?.kind;
  assert.equal(kindOf(rejected, []), 'status');
  assert.equal(kindOf(rejected, ['4000.00']), undefined);
  assert.equal(kindOf({ ...told, outcome: 'refunded' }, []), undefined);
});
