import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { HistoryFact } from '../../activities/history.js';
import type { PurchaseFact } from '../../activities/purchase-fact.js';
import { createRefundInHistory } from '../../activities/refund-in-history.js';

const FACT: PurchaseFact = { status: 'success', amount: '10000.00', refunds: {} };
const REFUND = {
  ...{ partnerReferenceNo: 'INV-1', customerId: 'customer-1' },
  ...{ partnerRefundNo: 'REF-1', notBefore: new Date(0).toISOString() },
};

/** What a refund is known by, where history says that, and whoever asks has this time. */
async function known(says: () => Promise<HistoryFact>, mayAskAgain = true) {
  const withRefund = createRefundInHistory(
    { queryHistory: says },
    { mayAskAgain: () => mayAskAgain },
  );
  return (await withRefund(REFUND, FACT)).refunds['REF-1'];
}
const shown = (fact: HistoryFact) => async () => fact;

describe('a refund in the history', () => {
  for (const [what, fact, refund] of [
    ['that is done', { status: 'success', type: 'REFUND', amount: '1.00' }, 'success'],
    ['that DOKU works on', { status: 'open', type: 'REFUND' }, 'pending'],
    ['that is a void', { status: 'success', type: 'VOID' }, undefined],
    ["that is another journey's", { status: 'other' }, undefined],
    ['that is not there', { status: 'absent' }, undefined],
  ] as const)
    test(what, async () => assert.equal((await known(shown(fact)))?.status, refund));

  test('that is down is asked again, and does not hold the status up for long', async () => {
    const down = async () => {
      throw ApplicationFailure.retryable('DOKU gave no clear answer', 'Unanswered');
    };
    await assert.rejects(known(down), { type: 'Unanswered' });
    assert.equal(await known(down, false), undefined);
  });
});
