import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { PurchaseFact, PurchaseQuestion, RefundFact } from '../../activities/purchase.js';
import type { RefundResult, RefundView } from '../../contract/refund.js';
import {
  SCRIPTED_QUEUE,
  type Script,
  type ScriptedDoku,
  startScriptedDoku,
} from '../setting/scripted-doku.js';

const DAY_MS = 86_400_000;
const PAID: PurchaseFact = { status: 'success', amount: '10000.00', refunds: {} };
const ACCEPTED = { kind: 'accepted', response: null };

describe('a refund, as time passes', { concurrency: false }, () => {
  let doku: ScriptedDoku;
  // The turn that a refund held stays open on this server, whose time goes on to its end then.
  beforeEach(async () => {
    doku = await startScriptedDoku();
  });
  afterEach(() => doku?.stop());

  /** A DOKU that refuses and shows what a test wants, and notes what it was sent. */
  function scripted(overrides: Script) {
    const sent: string[] = [];
    const noted = (name: string, answer: unknown) => async () => {
      sent.push(name);
      return answer;
    };
    const script = {
      isJourneyOpen: async () => false,
      isAfterBrokenOff: async () => false,
      awaitTurn: async () => null,
      ownerOfJourney: async () => ({}),
      ownRun: async () => Context.current().info.workflowExecution?.runId,
      queryPurchase: async () => PAID as unknown,
      cancelPurchase: noted('cancel', { kind: 'refused', refusal: 'not-allowed-now' }),
      refundPurchase: noted('refund', ACCEPTED),
      ...overrides,
    };
    return { sent, noted, script };
  }

  const refundOf = (overrides: Record<string, unknown> = {}) => {
    const partnerRefundNo = `REF-${randomUUID()}`;
    const input = {
      partnerRefundNo,
      partnerReferenceNo: `INV-${randomUUID()}`,
      customerId: 'customer-1',
      amount: { value: '5000.00', currency: 'IDR' },
      reason: 'returned',
      ...overrides,
    };
    return doku.client.workflow.start('refund', {
      taskQueue: SCRIPTED_QUEUE,
      workflowId: `refund/${partnerRefundNo}`,
      args: [input],
    });
  };

  const shown = (workflowId: string, refund: RefundFact): PurchaseFact => ({
    ...PAID,
    refunds: { [workflowId.slice('refund/'.length)]: refund },
  });
  const ownId = () => Context.current().info.workflowExecution?.workflowId ?? '';

  test('that DOKU has shown as pending is not sent again, whatever it answers in between', async () => {
    const ends = [{ ...PAID, status: 'unknown' }, { ...PAID, status: 'refunded' }, undefined];
    const { script, sent } = scripted({
      refundPurchase: async () => {
        sent.push('refund');
        return { kind: 'doubtful', doubt: 'timed-out' };
      },
      queryPurchase: async () =>
        // Its list is left out after that.
        sent.length === 1 && ends.length === 3 ? shown(ownId(), { status: 'pending' }) : PAID,
      awaitRefundEnd: async () => ends.shift() ?? shown(ownId(), { status: 'success' }),
    });
    doku.says(script);
    const { outcome } = (await (await refundOf()).result()) as RefundResult;
    assert.equal(outcome, 'refunded');
    assert.deepEqual(sent, ['refund']);
  });

  test('that DOKU shows as pending when it is asked for the first time is not sent', async () => {
    const { script, sent } = scripted({
      queryPurchase: async () => shown(ownId(), { status: 'pending', amount: '5000.00' }),
      awaitRefundEnd: async () => shown(ownId(), { status: 'success', amount: '5000.00' }),
    });
    doku.says(script);
    const { outcome } = (await (await refundOf()).result()) as RefundResult;
    assert.deepEqual([outcome, sent], ['refunded', []]);
  });

  test('goes on where DOKU takes back, at the last question, what it would be rejected for', async () => {
    let [tries, isTakenBack] = [0, false];
    const { script } = scripted({
      refundPurchase: async () => {
        tries += 1;
        return tries > 1 ? ACCEPTED : { kind: 'refused', refusal: 'not-allowed-now' };
      },
      queryPurchase: async (argument: never) => {
        const question: PurchaseQuestion = argument;
        if (tries > 1) return shown(ownId(), { status: 'success' });
        // The last one is about all that may have been sent.
        isTakenBack ||= question.cancel !== undefined;
        return tries === 0 || isTakenBack ? PAID : { ...PAID, status: 'cancelled' };
      },
    });
    doku.says(script);
    const { outcome } = (await (await refundOf()).result()) as RefundResult;
    assert.deepEqual([outcome, tries], ['refunded', 2]);
  });

  test('cancelled in Temporal while it asks an operator before anything was sent, it ends', async () => {
    const { script, sent } = scripted({
      ownerOfJourney: async () => {
        throw ApplicationFailure.nonRetryable('Temporal does not say');
      },
    });
    doku.says(script);
    const handle = await refundOf();
    const view = () => handle.query<RefundView>('status');
    while ((await view()).status !== 'needs-attention') await doku.environment.sleep(1_000);
    await handle.cancel();
    const { outcome, rejection, resolution } = (await handle.result()) as RefundResult;
    assert.deepEqual(
      [outcome, rejection, resolution, sent],
      ['rejected', 'cancelled', undefined, []],
    );
  });

  test('cancelled in Temporal while it waits for settlement, it tries no more', async () => {
    const refused = { kind: 'refused', refusal: 'not-allowed-now' };
    let tries = 0;
    const { script } = scripted({
      refundPurchase: async () => {
        tries += 1;
        return refused;
      },
    });
    doku.says(script);
    const handle = await refundOf();
    await doku.environment.sleep('2 days');
    const before = tries;
    await handle.cancel();
    const { rejection } = (await handle.result()) as RefundResult;
    assert.deepEqual([rejection, tries], ['cancelled', before]);
  });

  test('which DOKU keeps pending for nine days, it ends refunded with a short history', async () => {
    const began = await doku.environment.currentTimeMs();
    const fact = async () => {
      const isDone = (await doku.environment.currentTimeMs()) > began + 9 * DAY_MS;
      return shown(ownId(), { status: isDone ? 'success' : 'pending', amount: '5000.00' });
    };
    let isSent = false;
    const { script } = scripted({
      refundPurchase: async () => {
        isSent = true;
        return ACCEPTED;
      },
      queryPurchase: async () => (isSent ? fact() : PAID),
      awaitRefundEnd: async () => {
        const seen = await fact();
        if (Object.values(seen.refunds)[0]?.status === 'success') return seen;
        throw ApplicationFailure.create({ message: 'pending', nextRetryDelay: '6 hours' });
      },
    });
    doku.says(script);
    const handle = await refundOf();
    const { outcome } = (await handle.result()) as RefundResult;
    assert.equal(outcome, 'refunded');
    const { events } = await handle.fetchHistory();
    assert.ok((events ?? []).length < 100, `${events?.length} events`);
  });

  test('that waits thirty days for settlement has at most 5,000 events', async () => {
    const { script } = scripted({
      refundPurchase: async () => ({ kind: 'refused', refusal: 'not-allowed-now' }),
    });
    doku.says(script);
    const handle = await refundOf({ settleWithin: '30 days' });
    const { rejection } = (await handle.result()) as RefundResult;
    assert.equal(rejection, 'not-settled');
    const { events } = await handle.fetchHistory();
    assert.ok((events ?? []).length <= 5_000, `${events?.length} events`);
  });

  test('of another amount under its number is for an operator, whose word DOKU contradicts', async () => {
    const { sent, script } = scripted({
      queryPurchase: async () => shown(ownId(), { status: 'success', amount: '1000.00' }),
    });
    doku.says(script);
    const handle = await refundOf();
    await doku.environment.sleep('1 minute');
    const { attention } = await handle.query<RefundView>('status');
    assert.match(attention?.reason ?? '', /another amount under the same number, 1000\.00/);
    for (const decision of ['record-refunded', 'record-not-refunded']) {
      const args = [{ decision, operator: 'ani', note: 'looked' }] as const;
      await assert.rejects(handle.executeUpdate('resolve', { args: [...args] }), (error: Error) =>
        /DOKU holds a refund of another amount/.test(String(error.cause)),
      );
    }
    const insists = { decision: 'record-not-refunded', operator: 'ani', note: 'x', force: true };
    await handle.executeUpdate('resolve', { args: [insists] });
    assert.equal(((await handle.result()) as RefundResult).outcome, 'rejected');
    assert.deepEqual(sent, []);
  });

  test('whose cancel was carried out late ends refunded, not rejected', async () => {
    const questions: PurchaseQuestion[] = [];
    const { sent, script } = scripted({
      cancelPurchase: async () => ({ kind: 'doubtful', doubt: 'timed-out' }),
      // DOKU works on it; asked about the cancel, the activity waits until its books have had their time.
      queryPurchase: async (question: never) => {
        questions.push(question);
        return questions.at(-1)?.cancel ? { ...PAID, status: 'cancelled' } : PAID;
      },
    });
    doku.says(script);
    const handle = await refundOf({ amount: { value: '10000.00', currency: 'IDR' } });
    const { outcome, by } = (await handle.result()) as RefundResult;
    assert.deepEqual([outcome, by], ['refunded', 'cancel']);
    assert.deepEqual(sent, []);
  });

  test('refused after an answer that was lost ends refunded where DOKU did it', async () => {
    let sends = 0;
    const { script } = scripted({
      refundPurchase: async () => {
        sends += 1;
        return sends === 1
          ? { kind: 'doubtful', doubt: 'timed-out' }
          : { kind: 'refused', refusal: 'insufficient-funds' };
      },
      // Its books follow only when the second request has come in.
      queryPurchase: async () =>
        sends < 2 ? PAID : shown(ownId(), { status: 'success', amount: '5000.00' }),
    });
    doku.says(script);
    const { outcome, by } = (await (await refundOf()).result()) as RefundResult;
    assert.deepEqual([outcome, by, sends], ['refunded', 'refund', 2]);
  });

  test('cancelled in Temporal while another comes first, it sends nothing', async () => {
    const partnerReferenceNo = `INV-${randomUUID()}`;
    const { sent, script } = scripted({
      awaitTurn: async () => {
        throw ApplicationFailure.create({ message: 'open', nextRetryDelay: '1 hour' });
      },
      refundPurchase: async () => ({ kind: 'refused', refusal: 'not-allowed-now' }),
    });
    doku.says(script);
    const first = await refundOf({ partnerReferenceNo });
    while ((await first.query<RefundView>('status')).status !== 'awaiting-settlement')
      await pause();
    const second = await refundOf({ partnerReferenceNo });
    await pause(500);
    await second.cancel();
    const { outcome, rejection } = (await second.result()) as RefundResult;
    assert.deepEqual([outcome, rejection], ['rejected', 'cancelled']);
    await first.terminate();
    assert.deepEqual(sent, []);
  });
});

const pause = (ms = 50) => new Promise((resolve) => setTimeout(resolve, ms));
