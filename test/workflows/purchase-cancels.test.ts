import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { PurchaseFact } from '../../activities/purchase.js';
import type { PurchaseResult, PurchaseView } from '../../contract/purchase.js';
import { SCRIPTED_QUEUE, type ScriptedDoku, startScriptedDoku } from '../setting/scripted-doku.js';
import { eventually } from '../setting/shop.js';

const PAGE = {
  kind: 'accepted',
  response: { webRedirectUrl: 'https://doku.example/page', asksForMs: 0, isWaitSliced: true },
} as const;
const OPEN: PurchaseFact = { status: 'open', refunds: {} };
const MINUTE_MS = 60_000;

describe('a cancel of an order', () => {
  let doku: ScriptedDoku;
  before(async () => {
    doku = await startScriptedDoku();
  });
  after(() => doku?.stop());

  const now = () => doku.environment.currentTimeMs();
  const paidAt = (ms: number): PurchaseFact => ({
    ...{ status: 'success', amount: '10000.00', refunds: {} },
    paidTime: new Date(ms).toISOString(),
  });

  /** Begins one. @param polled - what its polling hears; no word of an end where it throws. */
  async function begun(polled: () => Promise<PurchaseFact>, asked = polled) {
    const calls = { cancels: 0 };
    doku.says({
      requestPurchase: async () => PAGE as unknown,
      awaitPurchaseEnd: polled,
      queryPurchase: async () =>
        calls.cancels > 0 ? { ...(await asked()), status: 'cancelled' } : asked(),
      cancelPurchase: async () => {
        calls.cancels += 1;
        return { kind: 'accepted', response: null };
      },
      ownRun: async () => Context.current().info.workflowExecution?.runId,
    });
    const partnerReferenceNo = `INV-${randomUUID()}`;
    const handle = await doku.client.workflow.start('purchase', {
      taskQueue: SCRIPTED_QUEUE,
      workflowId: `purchase/${partnerReferenceNo}`,
      args: [
        {
          ...{ partnerReferenceNo, customerId: 'customer-1', payWithin: '1 day' },
          amount: { value: '10000.00', currency: 'IDR' },
          returnUrl: 'https://merchant.example/return',
          acknowledgeWithin: '1 hour',
        },
      ],
    });
    const cancel = () =>
      handle.executeUpdate<PurchaseResult, [{ reason: string }]>('cancel', {
        args: [{ reason: 'sold out' }],
      });
    return { handle, calls, cancel };
  }

  /** Until an operator is asked, or it has ended. */
  const parked = (handle: WorkflowHandle) =>
    eventually(
      () => handle.query<PurchaseView>('status'),
      ({ attention, result }) => Boolean(attention ?? result),
    );

  /** Time goes on for whoever waits for the journey, and not for an answer of its. */
  const endOf = async (handle: WorkflowHandle, cancelled: Promise<PurchaseResult>) =>
    (await Promise.all([cancelled, handle.result()]))[0];

  /** Asked again by the minute: the test server loses count of hundreds of attempts, and its time then no longer skips. */
  const notYet = async (): Promise<PurchaseFact> => {
    throw ApplicationFailure.create({ message: 'not paid yet', nextRetryDelay: '1 minute' });
  };

  test('asks an operator where it was paid long before this run learned of it', async () => {
    const began = await now();
    const { handle, calls, cancel } = await begun(notYet, async () => paidAt(began + MINUTE_MS));
    await doku.environment.sleep('10 minutes');
    const cancelled = cancel();
    const { attention } = await parked(handle);
    assert.equal(calls.cancels, 0);
    assert.match(attention?.reason ?? '', /nothing was recorded here from .*restored/);
    const decision = { decision: 'record-paid', operator: 'ani', note: 'delivered' };
    await handle.executeUpdate('resolve', { args: [decision] });
    assert.deepEqual([(await endOf(handle, cancelled)).outcome, calls.cancels], ['paid', 0]);
  });

  test('asks an operator where the wait for the merchant began long after it was paid', async () => {
    const began = await now();
    const { handle, calls, cancel } = await begun(async () => {
      if ((await now()) < began + 10 * MINUTE_MS) return notYet();
      return paidAt(began + MINUTE_MS);
    });
    await doku.environment.sleep('30 minutes');
    const cancelled = cancel();
    await parked(handle);
    assert.equal(calls.cancels, 0);
    const decision = { decision: 'reverse', operator: 'ani', note: 'not delivered' };
    await handle.executeUpdate('resolve', { args: [decision] });
    assert.deepEqual([(await endOf(handle, cancelled)).outcome, calls.cancels], ['cancelled', 1]);
  });

  test('gives back at once what was paid a moment before', async () => {
    let paidMs = 0;
    const { handle, calls, cancel } = await begun(notYet, async () => paidAt(paidMs));
    await doku.environment.sleep('10 minutes');
    paidMs = (await now()) - 5_000;
    const { outcome, reason } = await endOf(handle, cancel());
    assert.deepEqual([outcome, reason, calls.cancels], ['cancelled', 'cancel-requested', 1]);
  });

  test('ends at once what nobody has paid', async () => {
    const { handle, calls, cancel } = await begun(notYet, async () => OPEN);
    await doku.environment.sleep('10 minutes');
    assert.deepEqual([(await endOf(handle, cancel())).outcome, calls.cancels], ['cancelled', 1]);
    // By its history: time may skip before the cancel reaches it.
    const events = (await handle.fetchHistory()).events ?? [];
    const asked = events.find(
      ({ workflowExecutionUpdateAcceptedEventAttributes }) =>
        workflowExecutionUpdateAcceptedEventAttributes,
    );
    const seconds = (event = events.at(-1)) => Number(event?.eventTime?.seconds);
    assert.ok(seconds() - seconds(asked) < 60, `${seconds()} - ${seconds(asked)}`);
  });
});
