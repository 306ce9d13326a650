import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  bankTransferWorkflowId,
  refundWorkflowId,
  topUpBatchPartWorkflowId,
  topUpBatchWorkflowId,
  topUpWorkflowId,
} from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { completing, Nobody } from '../setting/nobody.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget, reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** So late after it was sent, and after DOKU was asked by whoever comes next. */
const LATE_MS = 2_400;
const namespace = 'default';

type Operation =
  | 'topUp'
  | 'authPayment'
  | 'authCapture'
  | 'authVoid'
  | 'purchaseRefund'
  | 'transferBank';

/** By Temporal's terminate, for which nobody needs a payload key. */
describe('a run that is broken off while its call is under way', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({ ABSENT_AFTER: '3 seconds' });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const carriesOutLate = (operation: Operation, reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'worksOn', delayMs: LATE_MS, ends: 'hang', repeat: 'carriedOutTwice' },
      ...{ operation, reference },
    });
  const whenSent = (operation: Operation, no: string) =>
    eventually(
      () => shop.doku.requests(operation, no),
      ({ length }) => length > 0,
    );
  const terminate = (workflowId: string) =>
    stack.client.workflow.getHandle(workflowId).terminate('hangs');
  /** A copy of its input in its place, as anybody may start one who reaches Temporal. */
  const begunAgain = async (workflowId: string, name: string) => {
    const { workflowService } = stack.client;
    const { history } = await workflowService.getWorkflowExecutionHistory({
      ...{ namespace, execution: { workflowId } },
    });
    const begun = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    await terminate(workflowId);
    await workflowService.startWorkflowExecution({
      ...{ namespace, workflowId, requestId: randomUUID(), workflowType: { name } },
      ...{ taskQueue: { name: 'doku-journeys' }, input: begun?.input ?? null },
    });
  };
  /** Once it has come so far that it can hear of it. */
  const cancelled = async (workflowId: string) => {
    const handle = stack.client.workflow.getHandle(workflowId);
    await eventually(
      async () => (await handle.fetchHistory()).events ?? [],
      (events) => events.some((event) => event.activityTaskScheduledEventAttributes),
    );
    await handle.cancel();
  };
  test('keeps a row of its number from being sent, though a run of nobody’s has ended since', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const row = { partnerReferenceNo: `TOP-${randomUUID()}`, customerId, amount: idr('100.00') };
    await carriesOutLate('topUp', row.partnerReferenceNo);
    await shop.journeys.topUp.start(row);
    await whenSent('topUp', row.partnerReferenceNo);
    const workflowId = topUpWorkflowId(row.partnerReferenceNo);
    await terminate(workflowId);
    const runId = await new Nobody(stack).run(workflowId, 'topUp', completing(undefined));
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    await shop.journeys.topUpBatch.start({ batchReference, rows: [row] });
    assert.equal((await shop.journeys.topUpBatch.result(batchReference)).counts.completed, 1);
    await shop.doku.idle();
    assert.equal(await shop.doku.balance(accountId), '100.00');
    // It is no history of ours.
    await forget(stack.client, workflowId, runId);
  });

  const batch = async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `ROW-${randomUUID()}`;
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    await carriesOutLate('topUp', partnerReferenceNo);
    const rows = [{ partnerReferenceNo, customerId, amount: idr('100.00') }];
    await shop.journeys.topUpBatch.start({ batchReference, rows });
    await whenSent('topUp', partnerReferenceNo);
    return {
      ...{ batchReference, rows, accountId },
      workflowId: topUpBatchWorkflowId(batchReference),
      part: topUpBatchPartWorkflowId(batchReference, 0),
    };
  };
  /** As the part after it has begun, and has sent nothing. */
  const cancelledPart = async ({ part, workflowId }: Awaited<ReturnType<typeof batch>>) => {
    await eventually(
      () => stack.client.workflow.getHandle(part).describe(),
      ({ status }) => status.name === 'RUNNING',
    );
    await cancelled(part);
    await stack.client.workflow.getHandle(workflowId).cancel();
  };
  const isPaidOnce = async ({ batchReference, accountId }: Awaited<ReturnType<typeof batch>>) => {
    const { counts } = await shop.journeys.topUpBatch.result(batchReference);
    assert.equal(counts.completed, 1, JSON.stringify(counts));
    await shop.doku.idle();
    assert.equal(await shop.doku.balance(accountId), '100.00');
  };

  test('a row is paid once where its batch is reset and its part terminated', async () => {
    const begun = await batch();
    await reset(stack.client, begun.workflowId, { task: 1, isTold: true });
    await terminate(begun.part);
    await isPaidOnce(begun);
  });

  for (const isPartFirst of [true, false])
    for (const isCancelled of [false, true])
      test(`a row is paid once where its ${isPartFirst ? 'part and batch' : 'batch and part'} are terminated, and the batch reset${isCancelled ? ' and cancelled' : ''}`, async () => {
        const begun = await batch();
        const both = [begun.part, begun.workflowId];
        for (const workflowId of isPartFirst ? both : both.reverse()) await terminate(workflowId);
        await reset(stack.client, begun.workflowId, { task: 1, isTold: true });
        if (isCancelled) await cancelledPart(begun);
        await isPaidOnce(begun);
      });

  test('a top-up that is begun again and cancelled is told as paid', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    await carriesOutLate('topUp', partnerReferenceNo);
    const { topUp } = shop.journeys;
    await topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
    await whenSent('topUp', partnerReferenceNo);
    const workflowId = `top-up/${partnerReferenceNo}`;
    await begunAgain(workflowId, 'topUp');
    await cancelled(workflowId);
    assert.equal((await topUp.result(partnerReferenceNo)).outcome, 'completed');
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });

  test('a hold that is begun again and cancelled is given back', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    await carriesOutLate('authPayment', partnerReferenceNo);
    const { authorizedPurchase } = shop.journeys;
    const amount = idr('50000.00');
    const hold = { partnerReferenceNo, customerId, amount, title: 'H' };
    void authorizedPurchase.authorize(hold).catch(() => undefined);
    await whenSent('authPayment', partnerReferenceNo);
    const workflowId = `authorized-purchase/${partnerReferenceNo}`;
    await begunAgain(workflowId, 'authorizedPurchase');
    await cancelled(workflowId);
    assert.equal((await authorizedPurchase.result(partnerReferenceNo)).outcome, 'voided');
    assert.equal(await shop.doku.balance(accountId), '100000.00');
  });

  test('a hold that is begun again is asked about, whoever has its number meanwhile', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    await carriesOutLate('authPayment', partnerReferenceNo);
    const { authorizedPurchase, topUp } = shop.journeys;
    const hold = { partnerReferenceNo, customerId, amount: idr('50000.00'), title: 'H' };
    void authorizedPurchase.authorize(hold).catch(() => undefined);
    await whenSent('authPayment', partnerReferenceNo);
    await shop.doku.temperament({
      ...{ temperament: 'refuses', code: '4033802', on: 'any' },
      ...{ operation: 'topUp', reference: partnerReferenceNo },
    });
    await topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
    const workflowId = `authorized-purchase/${partnerReferenceNo}`;
    await begunAgain(workflowId, 'authorizedPurchase');
    const { status } = await eventually(
      () => authorizedPurchase.status(partnerReferenceNo),
      ({ attention, captureBy, result }) => Boolean(attention ?? captureBy ?? result),
    );
    assert.equal(status, 'authorized');
    await stack.client.workflow.getHandle(workflowId).cancel();
    assert.equal((await authorizedPurchase.result(partnerReferenceNo)).outcome, 'voided');
    assert.equal((await topUp.result(partnerReferenceNo)).outcome, 'failed');
    assert.equal(await shop.doku.balance(accountId), '100000.00');
  });

  for (const kind of ['capture', 'void'] as const)
    test(`a ${kind} counts where its authorisation is begun again and cancelled`, async () => {
      const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
      const partnerReferenceNo = `AUT-${randomUUID()}`;
      const { authorizedPurchase } = shop.journeys;
      const amount = idr('50000.00');
      await authorizedPurchase.authorize({ partnerReferenceNo, customerId, amount, title: 'H' });
      const operation = kind === 'capture' ? 'authCapture' : 'authVoid';
      await carriesOutLate(operation, partnerReferenceNo);
      const [number, part] = [`STEP-${randomUUID()}`, { amount: idr('20000.00') }];
      const asked =
        kind === 'capture'
          ? authorizedPurchase.capture(partnerReferenceNo, { partnerCaptureNo: number, ...part })
          : authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo: number, ...part });
      const broken = asked.catch(() => undefined);
      await whenSent(operation, partnerReferenceNo);
      const workflowId = `authorized-purchase/${partnerReferenceNo}`;
      await begunAgain(workflowId, 'authorizedPurchase');
      await cancelled(workflowId);
      await broken;
      const { captured, voided } = await authorizedPurchase.result(partnerReferenceNo);
      const counted = kind === 'capture' ? ['20000.00', '30000.00'] : ['0.00', '50000.00'];
      assert.deepEqual([captured, voided], counted);
    });

  for (const amount of ['4000.00', '10000.00'])
    test(`a refund of ${amount} that is begun again and cancelled is told as made`, async () => {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId);
      const { partnerReferenceNo } = order;
      await shop.paid(order);
      await shop.journeys.purchase.result(partnerReferenceNo);
      await shop.doku.settle(partnerReferenceNo);
      await carriesOutLate('purchaseRefund', partnerReferenceNo);
      const partnerRefundNo = `REF-${randomUUID()}`;
      const { refund } = shop.journeys;
      const input = { customerId, partnerReferenceNo, partnerRefundNo, reason: 'damaged' };
      await refund.start({ ...input, amount: idr(amount) });
      await whenSent('purchaseRefund', partnerReferenceNo);
      await begunAgain(refundWorkflowId(partnerRefundNo), 'refund');
      await cancelled(refundWorkflowId(partnerRefundNo));
      assert.equal((await refund.result(partnerRefundNo)).outcome, 'refunded');
    });

  test('a transfer that is begun again and cancelled is told as executed', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const partnerReferenceNo = `TRF-${randomUUID()}`;
    const { bankTransfer } = shop.journeys;
    const bank = { beneficiaryAccountNumber: '8377388292', beneficiaryBankCode: '014' };
    const input = { partnerReferenceNo, customerId, amount: idr('100.00'), ...bank };
    const { beneficiaryAccountName } = await bankTransfer.beneficiary(input);
    await carriesOutLate('transferBank', partnerReferenceNo);
    await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    await whenSent('transferBank', partnerReferenceNo);
    await begunAgain(bankTransferWorkflowId(partnerReferenceNo), 'bankTransfer');
    await cancelled(bankTransferWorkflowId(partnerReferenceNo));
    assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'completed');
    assert.equal(await shop.doku.balance(accountId), '999900.00');
  });
});
