import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import type { PurchaseFact, PurchaseQuestion } from '../../activities/purchase.js';
import type { PurchaseResult, PurchaseView } from '../../contract/purchase.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { SCRIPTED_QUEUE, type ScriptedDoku, startScriptedDoku } from '../setting/scripted-doku.js';

const PAGE = {
  kind: 'accepted',
  response: { webRedirectUrl: 'https://doku.example/page', asksForMs: 0 },
} as const;
const PAID: PurchaseFact = { status: 'success', amount: '10000.00', refunds: {} };

describe('the silence of a merchant', () => {
  let doku: ScriptedDoku;
  before(async () => {
    doku = await startScriptedDoku();
  });
  after(() => doku?.stop());

  /** What DOKU says, and what it was asked. */
  function scripted(fact: () => Promise<PurchaseFact>) {
    const asked: { cancels: number; questions: PurchaseQuestion[] } = { cancels: 0, questions: [] };
    let isCancelled = false;
    const script = {
      requestPurchase: async () => PAGE as unknown,
      awaitPurchaseEnd: fact,
      queryPurchase: async (question: PurchaseQuestion) => {
        asked.questions.push(question);
        return isCancelled ? { ...PAID, status: 'cancelled' } : fact();
      },
      cancelPurchase: async () => {
        asked.cancels += 1;
        isCancelled = true;
        return { kind: 'accepted', response: null };
      },
      ownRun: async () => Context.current().info.workflowExecution?.runId,
    };
    return { asked, script };
  }

  async function begun(overrides: Record<string, unknown> = {}) {
    const partnerReferenceNo = `INV-${randomUUID()}`;
    return doku.client.workflow.start('purchase', {
      taskQueue: SCRIPTED_QUEUE,
      workflowId: `purchase/${partnerReferenceNo}`,
      args: [
        {
          partnerReferenceNo,
          customerId: 'customer-1',
          amount: { value: '10000.00', currency: 'IDR' },
          returnUrl: 'https://merchant.example/return',
          payWithin: '1 day',
          acknowledgeWithin: '1 hour',
          ...overrides,
        },
      ],
    });
  }

  async function parkedAfter(
    script: Record<string, (argument: never) => Promise<unknown>>,
    wait = '2 hours',
  ): Promise<{ view: PurchaseView; result: PurchaseResult }> {
    doku.says(script);
    const handle = await begun();
    await doku.environment.sleep(wait);
    const view = await handle.query<PurchaseView>('status');
    assert.equal(view.status, 'needs-attention', JSON.stringify(view.result));
    const decision = { decision: 'record-paid', operator: 'ani', note: 'delivered' };
    await handle.executeUpdate('resolve', { args: [decision] });
    return { view, result: await handle.result() };
  }

  test('reverses what was paid on the page of this run', async () => {
    const now = () => doku.environment.currentTimeMs();
    const { asked, script } = scripted(async () => ({
      ...PAID,
      paidTime: new Date(await now()).toISOString(),
    }));
    doku.says(script);
    const result = await (await begun()).result();
    assert.deepEqual([result.outcome, result.reason], ['cancelled', 'acknowledge-within-elapsed']);
    assert.equal(asked.cancels, 1);
  });

  test('proves nothing where DOKU says that it was paid before this run began', async () => {
    const { asked, script } = scripted(async () => ({
      ...PAID,
      paidTime: '2026-01-01T00:00:00+07:00',
    }));
    const { view, result } = await parkedAfter(script);
    assert.match(view.attention?.reason ?? '', /paid before this journey started/);
    assert.deepEqual([result.outcome, asked.cancels], ['paid', 0]);
  });

  test('proves nothing where DOKU does not tell when it was paid', async () => {
    const { asked, script } = scripted(async () => PAID);
    const { view, result } = await parkedAfter(script);
    assert.match(view.attention?.reason ?? '', /paid at a time that DOKU does not tell/);
    assert.deepEqual([result.outcome, asked.cancels], ['paid', 0]);
  });

  test('proves nothing where the journey learned of the payment long after it', async () => {
    const began = await doku.environment.currentTimeMs();
    const paidTime = new Date(began + 60_000).toISOString();
    const { asked, script } = scripted(async () => {
      // As in an outage: nobody hears of it for a while.
      if ((await doku.environment.currentTimeMs()) < began + 30 * 60_000)
        throw ApplicationFailure.create({ message: 'no answer', nextRetryDelay: '1 minute' });
      return { ...PAID, paidTime };
    });
    const { view, result } = await parkedAfter(script, '3 hours');
    assert.match(view.attention?.reason ?? '', /learned only at/);
    assert.deepEqual([result.outcome, asked.cancels], ['paid', 0]);
  });

  test('proves nothing where its time was over while no worker was there', async () => {
    const { script } = scripted(async () => ({
      ...PAID,
      paidTime: new Date(await doku.environment.currentTimeMs()).toISOString(),
    }));
    doku.says(script);
    const handle = await begun();
    await handle.result();
    const history = await handle.fetchHistory();
    const workflowBundle = await checkoutWorkflowBundle();
    await Worker.runReplayHistory({ workflowBundle }, history);
    // The same, but the timer's task was done two hours later: then nobody is asked whether it is the first run.
    const fired = (history.events ?? []).findLastIndex((event) => event.timerFiredEventAttributes);
    for (const { eventTime } of (history.events ?? []).slice(fired))
      if (eventTime?.seconds) eventTime.seconds = eventTime.seconds.add(7_200);
    await assert.rejects(
      Worker.runReplayHistory({ workflowBundle }, history),
      /UpsertWorkflowSearchAttributes|needs-attention|[Nn]ondetermin/,
    );
  });

  test('proves nothing of a payment that an operator recorded, and nothing is cancelled', async () => {
    let status: PurchaseFact['status'] = 'unknown';
    const { asked, script } = scripted(async () => ({ ...PAID, status }));
    doku.says(script);
    const handle = await begun();
    await doku.environment.sleep('1 minute');
    const paid = { decision: 'record-paid', operator: 'ani', note: 'seen at DOKU' };
    await handle.executeUpdate('resolve', { args: [paid] });
    await doku.environment.sleep('2 hours');
    const { attention } = await handle.query<PurchaseView>('status');
    assert.match(attention?.reason ?? '', /recorded as paid by an operator/);
    assert.equal(asked.cancels, 0);
    status = 'success';
    const reverse = { decision: 'reverse', operator: 'ani', note: 'not delivered' };
    await handle.executeUpdate('resolve', { args: [reverse] });
    // Rule 10: what was sent after the operator's word counts.
    assert.equal((await handle.result()).outcome, 'cancelled');
  });
});
