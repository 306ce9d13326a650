import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorizedPurchaseVerdict } from '../../activities/reconciliation/verdict.js';

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
