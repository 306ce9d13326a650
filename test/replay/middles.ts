import type { Client } from '@temporalio/client';
import { forget, reset, tasksOf } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const DECIDED = { operator: 'ani', note: 'for the record' };

/** What is reset in its middle, or forgotten and begun again, and asks what was done before. */
export async function recordMiddles(shop: Shop, client: Client): Promise<void> {
  await captured(shop, client);
  await refundByCancel(shop, client);
  await refundBeforeItsTurn(shop, client);
  await untoldAmount(shop);
  for (const kind of ['topUp', 'topUpBatch'] as const) await funded(shop, client, kind);
  await partThatPaid(shop, client);
  await forgottenBatch(shop, client);
}

/** Goes on once more from where it is now, once something else has happened. */
async function resetAfter(client: Client, workflowId: string, what: () => Promise<unknown>) {
  const tasks = await tasksOf(client, workflowId);
  await what();
  await reset(client, workflowId, { task: tasks - 1 });
}

const corporate = (shop: Shop, set: string) => shop.doku.call('POST', 'corporate/balance', { set });

async function captured(shop: Shop, client: Client): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const partnerReferenceNo = 'MIDDLE';
  const { authorizedPurchase } = shop.journeys;
  const input = { partnerReferenceNo, customerId, amount: idr('500.00'), title: 't' };
  await authorizedPurchase.authorize({ ...input, captureWithin: '4 seconds' });
  const capture = { partnerCaptureNo: 'MIDDLE-1', amount: idr('200.00') };
  await resetAfter(client, 'authorized-purchase/MIDDLE', () =>
    authorizedPurchase.capture(partnerReferenceNo, capture),
  );
  await authorizedPurchase.result(partnerReferenceNo);
}

async function purchased(shop: Shop, partnerReferenceNo: string) {
  const { customerId } = await shop.boundCustomer();
  const order = shop.order(customerId, { partnerReferenceNo });
  await shop.paid(order);
  await shop.journeys.purchase.result(partnerReferenceNo);
  return { partnerReferenceNo, customerId, reason: 'returned' };
}

async function refundByCancel(shop: Shop, client: Client): Promise<void> {
  const { refund } = shop.journeys;
  const input = await purchased(shop, 'TAKEN-BACK');
  const whole = { ...input, partnerRefundNo: 'BY-CANCEL', amount: idr('10000.00') };
  await refund.start(whole);
  await refund.result('BY-CANCEL');
  await forget(client, 'refund/BY-CANCEL');
  await refund.start(whole);
  await eventually(
    () => refund.status('BY-CANCEL'),
    ({ status }) => status === 'needs-attention',
  );
  await refund.resolve('BY-CANCEL', { decision: 'record-refunded', ...DECIDED });
  await refund.result('BY-CANCEL');
}

async function refundBeforeItsTurn(shop: Shop, client: Client): Promise<void> {
  const { refund } = shop.journeys;
  const input = await purchased(shop, 'IN-TURNS');
  await shop.doku.settle('IN-TURNS');
  const made = { ...input, partnerRefundNo: 'MADE', amount: idr('4000.00') };
  await refund.start(made);
  await refund.result('MADE');
  const slow = { fault: 'slow', when: 'before', delayMs: 5_000 } as const;
  const match = { partnerReferenceNo: 'IN-TURNS' };
  await shop.doku.fault({ operation: 'purchaseRefund', ...slow, match });
  await refund.start({ ...made, partnerRefundNo: 'OTHER-TURN', amount: idr('1000.00') });
  await eventually(
    () => refund.status('OTHER-TURN'),
    ({ status }) => status === 'refunding',
  );
  await reset(client, 'refund/MADE');
  await eventually(
    () => refund.status('MADE'),
    ({ waitsFor }) => waitsFor !== undefined,
  );
  await client.workflow.getHandle('refund/MADE').cancel();
  await refund.result('MADE');
}

async function untoldAmount(shop: Shop): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  for (const reference of ['UNTOLD', 'UNTOLD-ROW']) {
    const untold = { temperament: 'writesOddly', form: 'missing', field: 'amount' } as const;
    await shop.doku.temperament({ ...untold, operation: 'topUpStatus', reference });
  }
  const amount = idr('100.00');
  await shop.journeys.topUp.start({ partnerReferenceNo: 'UNTOLD', customerId, amount });
  await shop.journeys.topUp.result('UNTOLD');
  const rows = [{ partnerReferenceNo: 'UNTOLD-ROW', customerId, amount }];
  await shop.journeys.topUpBatch.start({ batchReference: 'UNTOLD', rows });
  await shop.journeys.topUpBatch.result('UNTOLD');
}

/** Waits for funds, is paid, and is reset into its wait. */
async function funded(shop: Shop, client: Client, kind: 'topUp' | 'topUpBatch'): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const reference = `FUNDED-${kind}`;
  const row = { partnerReferenceNo: reference, customerId, amount: idr('100.00') };
  const { topUp, topUpBatch } = shop.journeys;
  const journey = kind === 'topUp' ? topUp : topUpBatch;
  const waitForFunds = '1 hour';
  await corporate(shop, '0.00');
  if (kind === 'topUp') await topUp.start({ ...row, waitForFunds });
  else await topUpBatch.start({ batchReference: reference, rows: [row], waitForFunds });
  await eventually(
    async () => (await journey.status(reference)).status,
    (status) => status === 'awaiting-funds',
  );
  const workflowId = `${kind === 'topUp' ? 'top-up' : 'top-up-batch'}/${reference}`;
  await resetAfter(client, workflowId, async () => {
    await corporate(shop, '1000000.00');
    await journey.funded(reference);
    await journey.result(reference);
    await corporate(shop, '0.00');
  });
  if (kind === 'topUp') await client.workflow.getHandle(workflowId).cancel();
  await journey.result(reference);
  await corporate(shop, '1000000.00');
}

/** Paused once two of its rows are paid, reset, and then cancelled. */
async function partThatPaid(shop: Shop, client: Client): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const { topUpBatch } = shop.journeys;
  const rows = [1, 2, 3, 4].map((row) => ({
    partnerReferenceNo: `PART-PAID-${row}`,
    customerId,
    amount: idr('100.00'),
  }));
  const slow = { operation: 'topUp', fault: 'slow', when: 'after', delayMs: 2_000 } as const;
  const match = { partnerReferenceNo: 'PART-PAID-2' };
  await shop.doku.fault({ ...slow, match });
  await topUpBatch.start({ batchReference: 'PART-PAID', rows, inFlight: 1 });
  await eventually(
    () => shop.doku.requests('topUp', 'PART-PAID-2'),
    ({ length }) => length > 0,
  );
  await topUpBatch.pause('PART-PAID');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await reset(client, 'top-up-batch/PART-PAID/0');
  await eventually(
    () => topUpBatch.status('PART-PAID'),
    ({ inDoubt }) => inDoubt !== undefined,
  );
  await client.workflow.getHandle('top-up-batch/PART-PAID').cancel();
  await topUpBatch.result('PART-PAID');
}

/** Paid, forgotten, begun again and cancelled before it sent a row. */
async function forgottenBatch(shop: Shop, client: Client): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const rows = [1, 2].map((row) => ({
    partnerReferenceNo: `FORGOTTEN-${row}`,
    customerId,
    amount: idr('100.00'),
  }));
  const { topUpBatch } = shop.journeys;
  await topUpBatch.start({ batchReference: 'FORGOTTEN', rows });
  await topUpBatch.result('FORGOTTEN');
  await forget(client, 'top-up-batch/FORGOTTEN/0');
  await forget(client, 'top-up-batch/FORGOTTEN');
  const total = idr('200.00');
  const begun = await client.workflow.start('topUpBatch', {
    workflowId: 'top-up-batch/FORGOTTEN',
    taskQueue: 'doku-journeys',
    args: [{ batchReference: 'FORGOTTEN', rows: 300, total, rowsDigest: 'of-these' }],
  });
  await begun.executeUpdate<unknown, [object]>('addPart', { args: [{ index: 0, rows }] });
  await begun.cancel();
  await begun.result();
}
