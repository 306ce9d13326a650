import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type { HistoryFact, HistoryQuestion } from '../../activities/history.js';
import { createActivities } from '../../activities/index.js';
import { snapSettings } from '../../activities/snap/settings.js';
import { NotNowError } from '../../client/index.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { idr, Shop } from '../setting/shop.js';
import { type SkippingStack, startSkippingStack } from '../setting/time-skipping.js';

const TASK_QUEUE = 'proven-by-history';
const LOST = { kind: 'doubtful', doubt: 'connection-lost' } as const;

describe('what DOKU answers oddly is proven by its history', () => {
  let stack: SkippingStack;
  let shop: Shop;
  let worker: Worker;
  let running: Promise<void>;
  /** References whose Payment is carried out and answered with a refusal all the same. */
  const refusedAfterAll = new Set<string>();
  /** References of what is held, which DOKU shows as a success. */
  const shownAsSuccess = new Set<string>();

  before(async () => {
    stack = await startSkippingStack();
    const { environment, client, sandbox } = stack;
    const activities = createActivities({
      client,
      taskQueue: TASK_QUEUE,
      credentials: { ...sandbox, privateKey: sandbox.merchantPrivateKeyPem ?? '' },
      settings: snapSettings({ baseUrl: sandbox.url }),
      absentAfterMs: 1_000,
      transferAbsentAfterMs: 1_000,
      delays: { firstMs: 60_000, factor: 1, mostMs: 60_000 },
      mostPauses: 0,
    });
    const { queryHistory, awaitHistoryEnd, sendTransfer, voidPayment } = activities;
    const lostVoids = new Set<string>();
    worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: await checkoutWorkflowBundle(),
      dataConverter: client.options.loadedDataConverter,
      activities: {
        ...activities,
        queryHistory: async (key: HistoryQuestion): Promise<HistoryFact> => {
          const fact = await queryHistory(key);
          const isShown = shownAsSuccess.has(key.partnerReferenceNo) && fact.status !== 'absent';
          return isShown ? { ...fact, status: 'success' } : fact;
        },
        // A quarter of an hour is a long time for a test of 30 days.
        awaitHistoryEnd: (key: HistoryQuestion) =>
          awaitHistoryEnd(key).catch((error: ApplicationFailure) => {
            throw ApplicationFailure.create({ message: error.message, nextRetryDelay: '1 day' });
          }),
        sendTransfer: async (order: Parameters<typeof sendTransfer>[0]) => {
          const answer = await sendTransfer(order);
          return refusedAfterAll.has(order.partnerReferenceNo)
            ? { kind: 'refused', refusal: 'insufficient-funds' }
            : answer;
        },
        voidPayment: async (order: Parameters<typeof voidPayment>[0]) => {
          const isFirst = !lostVoids.has(order.partnerVoidNo);
          lostVoids.add(order.partnerVoidNo);
          return shownAsSuccess.has(order.partnerReferenceNo) && isFirst
            ? LOST
            : voidPayment(order);
        },
      },
    });
    running = worker.run();
    shop = new Shop(client, sandbox.url, TASK_QUEUE);
  });
  after(async () => {
    worker?.shutdown();
    await running;
    await stack?.stop();
  });

  async function confirmedTransfer(partnerReferenceNo = `TRF-${randomUUID()}`) {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const { bankTransfer } = shop.journeys;
    const { beneficiaryAccountName } = await bankTransfer.beneficiary({
      partnerReferenceNo,
      customerId,
      amount: idr('25000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    });
    await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    return { partnerReferenceNo, accountId };
  }

  async function heldPurchase() {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    shownAsSuccess.add(partnerReferenceNo);
    const input = { partnerReferenceNo, customerId, amount: idr('50000.00'), title: 'Hotel' };
    await shop.journeys.authorizedPurchase.authorize(input);
    return { partnerReferenceNo, accountId };
  }

  test('the first refusal is believed when DOKU has none of it, and not before', async () => {
    const partnerReferenceNo = `TRF-${randomUUID()}`;
    refusedAfterAll.add(partnerReferenceNo);
    const { accountId } = await confirmedTransfer(partnerReferenceNo);
    const { outcome } = await shop.journeys.bankTransfer.result(partnerReferenceNo);
    assert.equal(outcome, 'completed');
    assert.equal(await shop.doku.balance(accountId), '75000.00');
  });

  test('what is held and shown as a success is given back when its void was lost', async () => {
    const { partnerReferenceNo, accountId } = await heldPurchase();
    const result = await shop.journeys.authorizedPurchase.result(partnerReferenceNo);
    assert.deepEqual([result.outcome, result.voided], ['voided', '50000.00']);
    assert.equal(await shop.doku.balance(accountId), '100000.00');
  });

  test('the rest of a last capture is tried to be given back where DOKU shows a success', async () => {
    const { partnerReferenceNo, accountId } = await heldPurchase();
    const { authorizedPurchase } = shop.journeys;
    const partnerCaptureNo = `CAP-${randomUUID()}`;
    const last = { partnerCaptureNo, amount: idr('20000.00'), last: true };
    await authorizedPurchase.capture(partnerReferenceNo, last);
    const result = await authorizedPurchase.result(partnerReferenceNo);
    assert.deepEqual([result.captured, result.voided], ['20000.00', '30000.00']);
    assert.equal(await shop.doku.balance(accountId), '80000.00');
  });

  test('thirty days of waiting for DOKU are few events, and then an operator is asked', async () => {
    const partnerReferenceNo = `TRF-${randomUUID()}`;
    await shop.doku.hold(partnerReferenceNo);
    await confirmedTransfer(partnerReferenceNo);
    const { bankTransfer } = shop.journeys;
    await stack.environment.sleep('31 days');
    const { status, attention } = await bankTransfer.status(partnerReferenceNo);
    assert.equal(status, 'needs-attention');
    assert.match(attention?.reason ?? '', /DOKU works on it/);
    const handle = stack.client.workflow.getHandle(`transfer/${partnerReferenceNo}`);
    assert.ok((await handle.describe()).historyLength < 80);
    const resolution = { operator: 'ani', note: 'seen' };
    await assert.rejects(
      bankTransfer.resolve(partnerReferenceNo, { ...resolution, decision: 'record-failed' }),
      NotNowError,
    );
    await shop.doku.finish(partnerReferenceNo, 'success');
    await bankTransfer.resolve(partnerReferenceNo, { ...resolution, decision: 'ask-again' });
    assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'completed');
  });
});
