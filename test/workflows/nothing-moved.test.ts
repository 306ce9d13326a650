import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Sent } from '../../activities/calling/absence.js';
import type { PurchaseFact } from '../../activities/purchase.js';
import type { PurchaseResult, PurchaseView } from '../../contract/purchase.js';
import {
  SCRIPTED_QUEUE,
  type Script,
  type ScriptedDoku,
  startScriptedDoku,
} from '../setting/scripted-doku.js';
import { eventually } from '../setting/shop.js';

const REFUSED = { kind: 'refused', refusal: 'insufficient-funds' };
const AMOUNT = { value: '10000.00', currency: 'IDR' };
const MINUTE_MS = 60_000;
const of = (status: PurchaseFact['status']): PurchaseFact => ({ status, refunds: {} });

describe('what one answer says has not happened', () => {
  let doku: ScriptedDoku;
  before(async () => {
    doku = await startScriptedDoku();
  });
  after(() => doku?.stop());

  /** Begins a journey that hears this, and notes what is asked. */
  async function begun(type: string, prefix: string, input: object, script: Script) {
    const asked: { name: string; sent: Sent | undefined }[] = [];
    const noted = Object.entries<(argument: never) => Promise<unknown>>({
      ownRun: async () => Context.current().info.workflowExecution?.runId,
      isAfterBrokenOff: async () => false,
      ...script,
    }).map(([name, activity]) => [
      name,
      (argument: { sent?: Sent }) => {
        asked.push({ name, sent: argument?.sent });
        return activity(argument as never);
      },
    ]);
    doku.says(Object.fromEntries(noted));
    const partnerReferenceNo = `INV-${randomUUID()}`;
    const handle = await doku.client.workflow.start(type, {
      taskQueue: SCRIPTED_QUEUE,
      workflowId: `${prefix}/${partnerReferenceNo}`,
      args: [{ partnerReferenceNo, customerId: 'customer-1', amount: AMOUNT, ...input }],
    });
    return { handle, sentIn: (name: string) => asked.filter((each) => each.name === name) };
  }

  const ORDER = { returnUrl: 'https://merchant.example/return', acknowledgeWithin: '1 hour' };
  const purchase = (script: Script) => begun('purchase', 'purchase', ORDER, script);
  const notYet = async () => {
    throw ApplicationFailure.create({ message: 'not yet', nextRetryDelay: '1 minute' });
  };

  test('declines no order: that DOKU does not have what it refused is to be said again', async () => {
    const { handle, sentIn } = await purchase({
      requestPurchase: async () => REFUSED,
      queryPurchase: async () => of('not-found'),
    });
    assert.equal(((await handle.result()) as PurchaseResult).outcome, 'declined');
    const [first, ...more] = sentIn('queryPurchase');
    assert.equal(first?.sent?.lastSentAt, new Date(0).toISOString());
    assert.deepEqual(more, []);
  });

  test('declines no order whose run before was broken off: its page may be paid', async () => {
    const { handle, sentIn } = await purchase({
      requestPurchase: async () => REFUSED,
      isAfterBrokenOff: async () => true,
      queryPurchase: async () => of('not-found'),
    });
    assert.equal(((await handle.result()) as PurchaseResult).outcome, 'declined');
    assert.equal(sentIn('queryPurchase')[0]?.sent?.mayBeUnderWay, true);
  });

  test('refuses no acknowledgement of an order whose page another life had', async () => {
    const began = await doku.environment.currentTimeMs();
    const isShown = async () => (await doku.environment.currentTimeMs()) > began + 4 * MINUTE_MS;
    let looks = 0;
    const { handle } = await purchase({
      requestPurchase: async () => ({ kind: 'doubtful', doubt: 'known-to-doku' }),
      awaitPurchaseEnd: notYet,
      queryHistory: async () => ({ status: 'success' }),
      // A replica is behind: only who gives it the time hears what is so.
      queryPurchase: async ({ payment }: { payment?: Sent }) => {
        looks += 1;
        if (looks === 1 || (await isShown())) return of('success');
        return payment ? notYet() : of('open');
      },
    });
    await eventually(
      () => handle.query<PurchaseView>('status'),
      ({ status }) => status === 'awaiting-payment',
    );
    const acknowledged = handle.executeUpdate<PurchaseView, [string]>('acknowledge', {
      args: ['acknowledge'],
    });
    const [heard, result] = await Promise.all([
      acknowledged.catch((error: Error) => error.cause),
      doku.environment.sleep('15 minutes').then(() => handle.query<PurchaseView>('status')),
    ]);
    assert.ok(!(heard instanceof Error), String(heard));
    assert.equal(result.result?.outcome, 'paid');
  });

  test('ends no top-up as cancelled, and no hold as declined, which another life may have made', async () => {
    const topUp = await begun(
      'topUp',
      'top-up',
      {},
      {
        inquireTopUp: notYet,
        queryTopUp: async () => ({ status: 'not-found' }),
      },
    );
    await topUp.handle.cancel();
    await topUp.handle.result();
    assert.equal(topUp.sentIn('queryTopUp')[0]?.sent?.lastSentAt, new Date(0).toISOString());
    const hold = await begun(
      'authorizedPurchase',
      'authorized-purchase',
      { title: 'Hotel' },
      {
        authorizePayment: async () => ({ kind: 'not-sent', why: 'no connection' }),
        queryHistory: async () => ({ status: 'absent' }),
      },
    );
    await doku.environment.sleep('10 seconds');
    await hold.handle.cancel();
    await hold.handle.result();
    assert.equal(hold.sentIn('queryHistory')[0]?.sent?.lastSentAt, new Date(0).toISOString());
  });
});
