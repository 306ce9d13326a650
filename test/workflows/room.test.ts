import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { Attention } from '../../contract/needs-attention.js';
import {
  SCRIPTED_QUEUE,
  type Script,
  type ScriptedDoku,
  startScriptedDoku,
} from '../setting/scripted-doku.js';

const idr = (value: string) => ({ value, currency: 'IDR' });
const amount = idr('100.00');
const HELD = { status: 'open', amount: '900.00' };
/** Until somebody says so. */
function held<Answer>() {
  let letGo = (_: Answer): void => {};
  const until = new Promise<Answer>((resolve) => {
    letGo = resolve;
  });
  return { until, letGo };
}
/** An update that Temporal takes keeps its place among ten until it is answered. */
describe('of the calls that a journey takes', { concurrency: false }, () => {
  let doku: ScriptedDoku;
  before(async () => {
    doku = await startScriptedDoku();
  });
  after(() => doku?.stop());

  /** Holds an amount, of which each capture waits for DOKU. */
  async function holding(script: Script): Promise<WorkflowHandle> {
    doku.says({
      isAfterBrokenOff: async () => false,
      isJourneyOpen: async () => false,
      ownerOfJourney: async () => ({}),
      authorizePayment: async () => ({
        ...{ kind: 'accepted', accountId: '1' },
        response: { referenceNo: 'REFERENCE' },
      }),
      awaitHistoryEnd: async () => HELD,
      queryHistory: async () => HELD,
      ...script,
    });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    return doku.client.workflow.start('authorizedPurchase', {
      taskQueue: SCRIPTED_QUEUE,
      workflowId: `authorized-purchase/${partnerReferenceNo}`,
      args: [
        { partnerReferenceNo, customerId: 'customer-1', title: 'Hotel', amount: idr('900.00') },
      ],
    });
  }
  /** What a journey says at once. */
  const sent = async (handle: WorkflowHandle, update: string, argument: object) => {
    const options = { args: [argument] as [object], waitForStage: 'ACCEPTED' } as const;
    const told = await handle.startUpdate<unknown, [object]>(update, options);
    const refusal = told.result().then(
      () => 'taken',
      (error) => error.cause?.type,
    );
    return Promise.race([refusal, setTimeout(250, 'taken')]);
  };
  const standing = async (handle: WorkflowHandle, isSo: (view: View) => boolean) => {
    for (;;) {
      const view = await handle.query<View>('status');
      if (isSo(view)) return;
      assert.equal(view.attention, undefined);
      await doku.environment.sleep(100);
    }
  };
  interface View {
    readonly status: string;
    readonly attention?: Attention;
  }

  test('six of one name wait, and seven in all, so that whatever else is asked for is heard', async () => {
    const { until, letGo } = held<object>();
    const handle = await holding({ capturePayment: () => until });
    await standing(handle, ({ status }) => status === 'authorized');
    const capture = (nth: number) =>
      sent(handle, 'capture', { partnerCaptureNo: `CAP-${nth}`, amount });
    const voided = (nth: number) => sent(handle, 'void', { partnerVoidNo: `VOID-${nth}`, amount });
    const captures = [];
    for (let nth = 0; nth < 8; nth++) captures.push(await capture(nth));
    assert.deepEqual(captures, [...Array(6).fill('taken'), ...Array(2).fill('TooManyWaiting')]);
    assert.deepEqual([await voided(0), await voided(1)], ['taken', 'TooManyWaiting']);
    // What is wrong is not to be sent again.
    assert.equal(await sent(handle, 'capture', { partnerCaptureNo: 'CAP-9' }), 'TooManyWaiting');
    assert.equal(await sent(handle, 'capture', { partnerCaptureNo: '' }), 'InvalidInput');
    letGo({ kind: 'refused', refusal: 'other' });
    await standing(handle, ({ status }) => status === 'authorized');
    const next = async () => capture(9);
    for (let told = await next(); told !== 'taken'; told = await next())
      assert.equal(told, 'TooManyWaiting');
    await handle.terminate('test');
  });

  test('two decisions wait for DOKU to be asked, and one that is forced waits for nobody', async () => {
    const { until, letGo } = held<object>();
    let isParked = false;
    const handle = await holding({
      capturePayment: async () => ({ kind: 'doubtful', doubt: 'timed-out' }),
      queryHistory: (question: { partnerReferenceNo: string }) => {
        if (question.partnerReferenceNo !== 'CAP-1') return Promise.resolve(HELD);
        return isParked ? until : Promise.resolve({ status: 'unknown' });
      },
    });
    await standing(handle, ({ status }) => status === 'authorized');
    const capture = { partnerCaptureNo: 'CAP-1', amount };
    for (let nth = 0; nth < 6; nth++) assert.equal(await sent(handle, 'capture', capture), 'taken');
    await standing(handle, ({ attention }) => attention !== undefined);
    isParked = true;
    const resolve = (more: object = {}) =>
      sent(handle, 'resolve', {
        ...{ decision: 'record-done', operator: 'ani', note: 'looked', ...more },
      });
    const decisions = [await resolve(), await resolve(), await resolve()];
    assert.deepEqual(decisions, ['taken', 'taken', 'TooManyWaiting']);
    assert.equal(await resolve({ force: true }), 'taken');
    const { outcome } = await handle.executeUpdate<{ outcome: string }, [object]>('capture', {
      args: [capture],
    });
    assert.equal(outcome, 'captured');
    letGo({ status: 'unknown' });
    await handle.terminate('test');
  });
});
