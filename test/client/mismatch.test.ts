import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mismatchOf } from '../../client/temporal/mismatch.js';
import { topUpBatchInputSchema } from '../../contract/top-up-batch.js';

test('of two inputs under one number neither is shown with what it left out', () => {
  const total = { value: '15000.00', currency: 'IDR' } as const;
  const existing = {
    batchReference: 'payout-1',
    rows: 2,
    total,
    rowsDigest: 'digest',
    inFlight: 20,
  };
  const given = { ...existing, rows: 1, waitForFunds: undefined, receiveWithin: '10 minutes' };
  const { orders } = mismatchOf('was started', { given, existing, schema: topUpBatchInputSchema });
  const shown = { ...existing, rowsDigest: '…', receiveWithin: '10 minutes' };
  assert.deepEqual(orders, {
    given: { ...shown, rows: 1 },
    existing: shown,
    differing: ['rows'],
  });
});
