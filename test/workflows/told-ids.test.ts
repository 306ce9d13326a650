import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type JourneyIds, toldIds } from '../../workflows/mechanisms/told-ids.js';

describe('events of journeys that began under laxer rules for IDs', () => {
  const told = (ids: JourneyIds) => JSON.parse(JSON.stringify(toldIds(ids)));

  for (const customerId of ['081234567890', '+62 812-3456-7890', 'budi@example.com'])
    test(`do not tell that a customer is ${customerId}`, () => {
      const ids = { customerId, partnerReferenceNo: 'close' };
      assert.deepEqual(told({ ...ids, workflowId: `account/${customerId}/close/close` }), {
        workflowId: 'account/…/close/close',
        partnerReferenceNo: 'close',
      });
    });

  test('do not tell a phone number that is in an order’s number', () => {
    const partnerReferenceNo = 'INV-081234567890';
    const ids = { customerId: 'customer-1', partnerRefundNo: 'REF-1', partnerReferenceNo };
    assert.deepEqual(told({ ...ids, workflowId: `purchase/${partnerReferenceNo}` }), {
      workflowId: 'purchase/…',
      customerId: 'customer-1',
      partnerRefundNo: 'REF-1',
    });
  });

  test('tell all others as they are', () => {
    const ids = {
      workflowId: 'purchase/INV-20261127-1',
      customerId: 'customer-1',
      partnerReferenceNo: 'INV-20261127-1',
    };
    assert.deepEqual(told(ids), ids);
    const period = '2026-11-26T17:00:00.000Z_2026-11-27T17:00:00.000Z';
    const report = { workflowId: `reconciliation/${period}`, partnerReferenceNo: period };
    assert.deepEqual(told(report), report);
  });
});
