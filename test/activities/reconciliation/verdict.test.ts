import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  authorizedPurchaseVerdict,
  NOTHING_GIVEN_BACK,
  purchaseVerdict,
  rejectedRefundVerdict,
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
  const givenBack = { refunded: new Map([['REF-2', another]]), underWay: new Set<string>() };
  assert.equal(rejectedRefundVerdict(rejected, cancelled, givenBack, false), undefined);
});
