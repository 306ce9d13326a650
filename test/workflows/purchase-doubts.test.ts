import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Move } from '../../activities/calling/move.js';
import type { PurchaseFact, PurchaseQuestion } from '../../activities/purchase.js';
import type { PurchaseResult, PurchaseView } from '../../contract/purchase.js';
import {
  SCRIPTED_QUEUE,
  type Script,
  type ScriptedDoku,
  startScriptedDoku,
} from '../setting/scripted-doku.js';

const PAGE = {
  kind: 'accepted',
  response: {
    webRedirectUrl: 'https://doku.example/page',
    asksForMs: 0,
    isLookedIntoByActivity: true,
  },
} as const;
const LOST: Move<null> = { kind: 'doubtful', doubt: 'timed-out' };
const ACCEPTED: Move<null> = { kind: 'accepted', response: null };
const OPEN: PurchaseFact = { status: 'open', refunds: {} };
const of = (status: PurchaseFact['status']): PurchaseFact => ({ ...OPEN, status });

describe('a purchase of which DOKU gives no clear word', () => {
  let doku: ScriptedDoku;
  before(async () => {
    doku = await startScriptedDoku();
  });
  after(() => doku?.stop());

  /** Runs a purchase that hears this, and notes the calls and the questions. */
  async function begun(script: Script) {
    const heard: { name: string; argument: unknown }[] = [];
    const noted = Object.entries({
      ownRun: async () => Context.current().info.workflowExecution?.runId,
      requestPurchase: async () => PAGE as unknown,
      awaitPurchaseEnd: async () => of('success'),
      queryPurchase: async () => OPEN as unknown,
      ...script,
    }).map(([name, activity]) => [
      name,
      (argument: never) => {
        heard.push({ name, argument });
        return (activity as (argument: never) => Promise<unknown>)(argument);
      },
    ]);
    doku.says(Object.fromEntries(noted));
    const partnerReferenceNo = `INV-${randomUUID()}`;
    const handle = await doku.client.workflow.start('purchase', {
      taskQueue: SCRIPTED_QUEUE,
      workflowId: `purchase/${partnerReferenceNo}`,
      args: [
        {
          partnerReferenceNo,
          customerId: 'customer-1',
          amount: { value: '10000.00', currency: 'IDR' },
          returnUrl: 'https://merchant.example/return',
          acknowledgeWithin: '1 hour',
        },
      ],
    });
    const calls = (name: string) => heard.filter((call) => call.name === name);
    return { handle, calls, result: async () => (await handle.result()) as PurchaseResult };
  }

  /** Answers in turn; the last one from then on. */
  const inTurn = (...answers: unknown[]) => {
    let given = 0;
    return async () => answers[Math.min(given++, answers.length - 1)];
  };

  test('is declined by a refusal after a lost answer only if DOKU proves that it has nothing', async () => {
    const refused = { kind: 'refused', refusal: 'insufficient-funds' };
    const { result, calls } = await begun({
      requestPurchase: inTurn(LOST, refused),
      queryPurchase: inTurn(of('not-found'), of('not-found')),
    });
    const { outcome, refusal } = await result();
    assert.deepEqual([outcome, refusal], ['declined', 'insufficient-funds']);
    const questions = calls('queryPurchase').map(({ argument }) => argument as PurchaseQuestion);
    assert.deepEqual(
      questions.map(({ sent }) => sent !== undefined),
      [true, true],
    );
  });

  test('that it has after all, and which is paid, is not declined', async () => {
    const { result } = await begun({
      requestPurchase: inTurn(LOST, { kind: 'refused', refusal: 'insufficient-funds' }),
      queryPurchase: inTurn(of('not-found'), of('success')),
      // It is this customer's payment.
      queryHistory: async () => ({ status: 'success' }),
      cancelPurchase: async () => ACCEPTED,
    }).then(async (begunPurchase) => {
      await doku.environment.sleep('2 hours');
      await begunPurchase.handle.executeUpdate('resolve', { args: [resolution('record-paid')] });
      return begunPurchase;
    });
    assert.equal((await result()).outcome, 'paid');
  });

  test('is asked about as one that has a page, and cancelled again, before it ends', async () => {
    const { result, calls } = await begun({
      awaitPurchaseEnd: async () => OPEN,
      cancelPurchase: inTurn({ kind: 'refused', refusal: 'not-found' }, ACCEPTED),
      queryPurchase: inTurn(OPEN, OPEN, of('cancelled')),
    }).then(async (purchase) => {
      await purchase.handle.cancel();
      return purchase;
    });
    assert.equal((await result()).outcome, 'cancelled');
    assert.equal(calls('cancelPurchase').length, 2);
    const last = calls('queryPurchase').at(-1)?.argument as PurchaseQuestion;
    assert.equal(last.sent?.isAccepted, true, 'a page was given');
    assert.equal(last.cancel?.isAccepted, true, 'the cancel was accepted');
  });

  test('tells DOKU as much of a long reason as it takes, and its result all of it', async () => {
    const note = `${'n'.repeat(255)}😀${'n'.repeat(200)}`;
    const { handle, result, calls } = await begun({
      awaitPurchaseEnd: async () => of('unknown'),
      queryPurchase: inTurn(of('unknown'), of('unknown'), of('cancelled')),
      cancelPurchase: async () => ACCEPTED,
    });
    await doku.environment.sleep('1 minute');
    const before = await handle.query<PurchaseView>('status');
    assert.ok(before.attention?.decisions.includes('reverse'));
    // A status that nobody knows does not keep it from being reversed.
    await handle.executeUpdate('resolve', { args: [resolution('reverse', note)] });
    await doku.environment.sleep('10 seconds');
    const view = await handle.query<PurchaseView>('status');
    assert.ok(!view.attention?.decisions.includes('reverse'), 'it is being reversed');
    await handle.executeUpdate('resolve', { args: [resolution('ask-again')] });
    const cancel = calls('cancelPurchase')[0]?.argument as { reason: string } | undefined;
    assert.equal(cancel?.reason, 'n'.repeat(255));
    assert.equal((await result()).note, note);
  });

  test('asks DOKU again before an operator where one answer has a status that nobody knows', async () => {
    const { handle, result } = await begun({
      awaitPurchaseEnd: async () => of('unknown'),
      queryPurchase: async () => of('success'),
    });
    await doku.environment.sleep('1 minute');
    const view = await handle.query<PurchaseView>('status');
    assert.deepEqual([view.status, view.attention], ['awaiting-acknowledgement', undefined]);
    await handle.executeUpdate('acknowledge', { args: ['acknowledge'] });
    assert.equal((await result()).outcome, 'paid');
  });

  test('asks an operator with the reason for which DOKU cannot be asked', async () => {
    const { handle } = await begun({
      requestPurchase: async () => LOST,
      queryPurchase: async () => {
        throw ApplicationFailure.nonRetryable('the customer is not bound', 'CustomerNotBound');
      },
    });
    await doku.environment.sleep('1 minute');
    const { attention } = await handle.query<PurchaseView>('status');
    assert.equal(attention?.reason, 'DOKU cannot be asked about it: the customer is not bound');
    await handle.terminate();
  });

  test('says since when that is not known, while it is being reversed', async () => {
    let isAnswered = false;
    const { handle, result } = await begun({
      cancelPurchase: async () => LOST,
      queryPurchase: async () => {
        if (!isAnswered) throw new Error('no answer');
        return of('cancelled');
      },
    });
    await doku.environment.sleep('1 minute');
    await handle.cancel();
    await doku.environment.sleep('1 minute');
    const { status, inDoubtSince } = await handle.query<PurchaseView>('status');
    assert.equal(status, 'in-doubt');
    assert.ok(inDoubtSince);
    isAnswered = true;
    assert.equal((await result()).outcome, 'cancelled');
  });

  test('that has another amount says what was done, and ends reversed once an operator agrees to that', async () => {
    const { handle, calls, result } = await begun({
      cancelPurchase: async () => ACCEPTED,
      queryPurchase: async () => ({ ...of('cancelled'), amount: '7000.00' }),
    });
    await doku.environment.sleep('1 minute');
    await handle.cancel();
    await doku.environment.sleep('1 minute');
    const { attention } = await handle.query<PurchaseView>('status');
    assert.equal(
      attention?.reason,
      'DOKU holds this reference with another amount, 7000.00; DOKU was asked to cancel it, and has it as cancelled',
    );
    assert.ok(attention?.decisions.includes('reverse'), String(attention?.decisions));
    await handle.executeUpdate('resolve', { args: [resolution('reverse')] });
    const { outcome, heldAmount, resolution: decided } = await result();
    assert.deepEqual([outcome, heldAmount, decided?.decision], ['cancelled', '7000.00', 'reverse']);
    assert.equal(calls('refundPurchase').length, 0);
  });
});

const resolution = (decision: string, note = 'looked') => ({ decision, operator: 'ani', note });
