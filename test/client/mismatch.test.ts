import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { InputMismatchError } from '../../client/index.js';
import { mismatchOf } from '../../client/temporal/mismatch.js';
import { topUpBatchInputSchema } from '../../contract/top-up-batch.js';

const existing = { partnerReferenceNo: 'INV-1', last: true };
const told = (given: object) =>
  mismatchOf('INV-1 was started', { given, existing, schema: z.looseObject({}) }).message;

test('who uses a number for something else is told what differs, and what to do', () => {
  assert.equal(
    told({ ...existing, last: false }),
    'INV-1 was started: it differs in last. Compare `orders.given` and `orders.existing`; take another number for what is something else',
  );
  assert.equal(
    new InputMismatchError('INV-1 was started').message,
    'INV-1 was started. Take another number for what is something else',
  );
});

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
