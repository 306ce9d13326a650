import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { PurchaseQuestion } from '../../activities/purchase.js';
import type { Attention } from '../../contract/needs-attention.js';
import {
  SCRIPTED_QUEUE,
  type Script,
  type ScriptedDoku,
  startScriptedDoku,
} from '../setting/scripted-doku.js';

const LOST = { kind: 'doubtful', doubt: 'timed-out' };
const idr = (value: string) => ({ value, currency: 'IDR' });

/** Money rule 10: an operator's word is held against all that DOKU has said. */
describe('an operator’s false word needs force', { concurrency: false }, () => {
  let doku: ScriptedDoku;
  before(async () => {
    doku = await startScriptedDoku();
  });
  after(() => doku?.stop());

  /** Runs a journey until it asks an operator. */
  async function parked(type: string, id: string, input: object, script: Script) {
    doku.says({
      isAfterBrokenOff: async () => false,
      isJourneyOpen: async () => false,
      ownerOfJourney: async () => ({}),
      ...script,
    });
    const handle = await doku.client.workflow.start(type, {
      ...{ taskQueue: SCRIPTED_QUEUE, workflowId: id, args: [input] },
    });
    for (;;) {
      const { attention } = await handle.query<{ attention?: Attention }>('status');
      if (attention) return { handle, attention };
      await doku.environment.sleep(1_000);
    }
  }
  const said = (decision: string, more: object = {}) => ({
    args: [{ decision, operator: 'ani', note: 'looked', ...more }] as [object],
  });

  test('that a top-up did not happen, which DOKU has shown', async () => {
    const facts = [{ status: 'open' }, { status: 'unknown' }];
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const input = { partnerReferenceNo, customerId: 'customer-1', amount: idr('100.00') };
    const { handle } = await parked('topUp', `top-up/${partnerReferenceNo}`, input, {
      inquireTopUp: async () => ({ kind: 'answer', response: { customerNumber: '1' } }),
      sendTopUp: async () => LOST,
      awaitTopUpEnd: async () => null,
      queryTopUp: async () => {
        const fact = facts.shift();
        if (fact) return fact;
        const message = 'DOKU has it, and does not show it yet';
        throw ApplicationFailure.create({ message, type: 'StillPending' });
      },
    });
    await assert.rejects(handle.executeUpdate('resolve', said('record-failed')), (error: Error) =>
      /DOKU has shown it before/.test(String(error.cause)),
    );
    await handle.executeUpdate('resolve', said('record-failed', { force: true }));
    assert.equal(((await handle.result()) as { outcome: string }).outcome, 'failed');
  });

  test('that a refund was not made, which DOKU has shown', async () => {
    const [partnerReferenceNo, partnerRefundNo] = [`INV-${randomUUID()}`, `REF-${randomUUID()}`];
    const paid = { status: 'success', amount: '10000.00', refunds: {} };
    const facts = [
      paid,
      { ...paid, refunds: { [partnerRefundNo]: { status: 'pending' } } },
      { ...paid, status: 'unknown' },
    ];
    const input = {
      ...{ partnerReferenceNo, partnerRefundNo, customerId: 'customer-1' },
      ...{ amount: idr('4000.00'), reason: 'returned' },
    };
    const { handle } = await parked('refund', `refund/${partnerRefundNo}`, input, {
      ownRun: async () => null,
      refundPurchase: async () => LOST,
      queryPurchase: async () => facts.shift() ?? paid,
      awaitRefundEnd: async () => ({ ...paid, status: 'unknown' }),
    });
    const word = said('record-not-refunded');
    await assert.rejects(handle.executeUpdate('resolve', word), (error: Error) =>
      /DOKU has shown the refund before/.test(String(error.cause)),
    );
    await handle.executeUpdate('resolve', said('record-not-refunded', { force: true }));
    assert.equal(((await handle.result()) as { outcome: string }).outcome, 'rejected');
  });

  test('that a refund was not made, which DOKU’s history has', async () => {
    const [partnerReferenceNo, partnerRefundNo] = [`INV-${randomUUID()}`, `REF-${randomUUID()}`];
    const paid = { status: 'success', amount: '10000.00', refunds: {} };
    const input = {
      ...{ partnerReferenceNo, partnerRefundNo, customerId: 'customer-1' },
      ...{ amount: idr('4000.00'), reason: 'returned' },
    };
    let isParked = false;
    const { handle, attention } = await parked('refund', `refund/${partnerRefundNo}`, input, {
      ownRun: async () => null,
      refundPurchase: async () => LOST,
      // Asked with what may have been sent, it looks into the history, too.
      queryPurchase: async (argument: never) => {
        const question: PurchaseQuestion = argument;
        const isOld = question.refund && new Date(question.refund.lastSentAt).getTime() === 0;
        if (isOld && isParked) return { ...paid, refunds: { [partnerRefundNo]: DONE } };
        isParked ||= question.refund !== undefined;
        return question.refund ? { ...paid, status: 'unknown' } : paid;
      },
    });
    assert.match(attention.reason, /a status that SNAP does not know/);
    const word = said('record-not-refunded');
    await assert.rejects(handle.executeUpdate('resolve', word), (error: Error) =>
      /the refund's success/.test(String(error.cause)),
    );
    await handle.executeUpdate('resolve', said('record-refunded'));
    assert.equal(((await handle.result()) as { outcome: string }).outcome, 'refunded');
  });
});

const DONE = { status: 'success', amount: '4000.00' };
