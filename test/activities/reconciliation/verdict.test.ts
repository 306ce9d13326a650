import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NOTHING_GIVEN_BACK, purchaseVerdict } from '../../../activities/reconciliation/verdict.js';
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
