import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refundsOfOthers } from '../../workflows/purchase/refunds-of-others.js';

const REFERENCE = 'INV-1';
const refund = (status: 'success' | 'pending' | 'failed', amount: string) => ({ status, amount });
const seen = (fact: object) =>
  refundsOfOthers({ status: 'success', refunds: {}, ...fact }, REFERENCE);

test('refunds of their own are told, but for what has failed and the reversal’s', () => {
  assert.equal(seen({}), undefined);
  assert.equal(seen({ refunds: { [REFERENCE]: refund('pending', '10000.00') } }), undefined);
  assert.equal(seen({ refunds: { 'REF-1': refund('failed', '4000.00') } }), undefined);
  const refunds = { 'REF-1': refund('success', '4000.00'), 'REF-2': refund('pending', '1.00') };
  assert.equal(seen({ refunds }), 'REF-1 4000.00, REF-2 1.00 which is under way');
});

test('refunds without a number are told each, though all of them stand under one', () => {
  const unnamedRefunds = [refund('success', '4000.00'), refund('failed', '1000.00')];
  const refunds = { '': refund('failed', '1000.00') };
  assert.equal(seen({ refunds, unnamedRefunds }), 'a refund without its number 4000.00');
});
