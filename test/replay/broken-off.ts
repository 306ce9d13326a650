import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const namespace = 'default';
const LATE_MS = 2_400;

type Operation = 'topUp' | 'authPayment' | 'purchaseRefund' | 'transferBank';

/** What comes after a run that was broken off in its call, and is stopped; and what DOKU shows elsewhere than asked. */
export async function recordBrokenOff(shop: Shop, client: Client): Promise<void> {
  await Promise.all([
    ...[brokenTopUp, brokenHold, brokenRefund, brokenTransfer].map((record) =>
      record(shop, client),
    ),
    ...[false, true].map((isCancelled) => brokenPart(shop, client, isCancelled)),
    ...[false, true].map((isRow) => untoldAmount(shop, isRow)),
    voidUnderOriginal(shop),
  ]);
}

async function sentLate(
  { doku }: Shop,
  operation: Operation,
  reference: string,
  begin: () => Promise<unknown>,
): Promise<void> {
  await doku.temperament({
    ...{ temperament: 'worksOn', delayMs: LATE_MS, ends: 'hang', repeat: 'carriedOut' },
    ...{ operation, reference },
  });
  await begin();
  await eventually(
    () => doku.requests(operation, reference),
    ({ length }) => length > 0,
  );
}

/** By a copy of its input in its place, which is cancelled once it has begun. */
async function begunAgain(client: Client, workflowId: string, name: string): Promise<void> {
  const { workflowService } = client;
  const handle = client.workflow.getHandle(workflowId);
  const { history } = await workflowService.getWorkflowExecutionHistory({
    ...{ namespace, execution: { workflowId } },
  });
  const begun = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  await handle.terminate('hangs');
  await workflowService.startWorkflowExecution({
    ...{ namespace, workflowId, requestId: randomUUID(), workflowType: { name } },
    ...{ taskQueue: { name: 'doku-journeys' }, input: begun?.input ?? null },
    searchAttributes: begun?.searchAttributes ?? null,
  });
  await stopped(client, workflowId);
  await handle.result();
}

async function stopped(client: Client, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  await eventually(
    async () => (await handle.fetchHistory()).events ?? [],
    (events) => events.some((event) => event.activityTaskScheduledEventAttributes),
  );
  await handle.cancel();
}

async function brokenTopUp(shop: Shop, client: Client): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const payout = { partnerReferenceNo: 'BROKEN-TOP', customerId, amount: idr('100.00') };
  await sentLate(shop, 'topUp', 'BROKEN-TOP', () => shop.journeys.topUp.start(payout));
  await begunAgain(client, 'top-up/BROKEN-TOP', 'topUp');
}

async function brokenHold(shop: Shop, client: Client): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const { authorizedPurchase } = shop.journeys;
  const hold = { partnerReferenceNo: 'BROKEN-HOLD', customerId, amount: idr('500.00'), title: 't' };
  await sentLate(shop, 'authPayment', 'BROKEN-HOLD', async () => {
    void authorizedPurchase.authorize(hold).catch(() => undefined);
  });
  await begunAgain(client, 'authorized-purchase/BROKEN-HOLD', 'authorizedPurchase');
}

async function brokenRefund(shop: Shop, client: Client): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const partnerReferenceNo = 'BROKEN-ORDER';
  await shop.paid(shop.order(customerId, { partnerReferenceNo }));
  await shop.journeys.purchase.result(partnerReferenceNo);
  await shop.doku.settle(partnerReferenceNo);
  const input = { partnerReferenceNo, customerId, partnerRefundNo: 'BROKEN-REFUND', reason: 'x' };
  await sentLate(shop, 'purchaseRefund', partnerReferenceNo, () =>
    shop.journeys.refund.start({ ...input, amount: idr('4000.00') }),
  );
  await begunAgain(client, 'refund/BROKEN-REFUND', 'refund');
}

async function brokenTransfer(shop: Shop, client: Client): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const { bankTransfer } = shop.journeys;
  const partnerReferenceNo = 'BROKEN-TRANSFER';
  const bank = { beneficiaryAccountNumber: '8377388292', beneficiaryBankCode: '014' };
  const input = { partnerReferenceNo, customerId, amount: idr('100.00'), ...bank };
  const { beneficiaryAccountName } = await bankTransfer.beneficiary(input);
  await sentLate(shop, 'transferBank', partnerReferenceNo, () =>
    bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName),
  );
  await begunAgain(client, 'transfer/BROKEN-TRANSFER', 'bankTransfer');
}

/** Its batch is reset as it is terminated. */
async function brokenPart(shop: Shop, client: Client, isCancelled: boolean): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const batchReference = isCancelled ? 'BROKEN-STOPPED' : 'BROKEN-BATCH';
  const partnerReferenceNo = `${batchReference}-ROW`;
  const rows = [{ partnerReferenceNo, customerId, amount: idr('100.00') }];
  const { topUpBatch } = shop.journeys;
  await sentLate(shop, 'topUp', partnerReferenceNo, () =>
    topUpBatch.start({ batchReference, rows }),
  );
  const workflowId = `top-up-batch/${batchReference}`;
  const part = client.workflow.getHandle(`${workflowId}/0`);
  await part.terminate('hangs');
  await client.workflow.getHandle(workflowId).terminate('hangs');
  await reset(client, workflowId, { task: 1, isTold: true });
  if (isCancelled) {
    await eventually(
      () => part.describe(),
      ({ status }) => status.name === 'RUNNING',
    );
    await stopped(client, `${workflowId}/0`);
  }
  await topUpBatch.result(batchReference);
}

/** DOKU's status leaves it out, and the history lags. */
async function untoldAmount(shop: Shop, isRow: boolean): Promise<void> {
  const { customerId, accountId } = await shop.boundCustomer();
  const partnerReferenceNo = isRow ? 'UNTOLD-ROW' : 'UNTOLD-TOP';
  const reference = partnerReferenceNo;
  await shop.doku.temperament({
    ...{ temperament: 'writesOddly', field: 'amount', form: 'missing' },
    ...{ operation: 'topUpStatus', reference },
  });
  for (const of of ['historyDetail', 'historyList'] as const)
    await shop.doku.temperament({ temperament: 'lags', of, ms: 3_000, accountId });
  const { topUp, topUpBatch } = shop.journeys;
  const payout = { partnerReferenceNo, customerId, amount: idr('100.00') };
  if (isRow) {
    await topUpBatch.start({ batchReference: 'UNTOLD', rows: [payout] });
    await topUpBatch.result('UNTOLD');
  } else {
    await topUp.start(payout);
    await topUp.result(partnerReferenceNo);
  }
}

async function voidUnderOriginal(shop: Shop): Promise<void> {
  const { customerId, accountId } = await shop.boundCustomer();
  const partnerReferenceNo = 'UNDER-ORIGINAL';
  const { authorizedPurchase } = shop.journeys;
  const amount = idr('500.00');
  await authorizedPurchase.authorize({ partnerReferenceNo, customerId, amount, title: 't' });
  await shop.doku.temperament({ temperament: 'showsReversalsUnderOriginal', accountId });
  const part = { amount: idr('100.00') };
  await authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo: 'UNDER-1', ...part });
  const lost = { operation: 'authVoid', fault: 'hang', when: 'after' } as const;
  await shop.doku.fault({ ...lost, match: { partnerReferenceNo } });
  const asked = authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo: 'UNDER-2', ...part });
  await eventually(
    () => authorizedPurchase.status(partnerReferenceNo),
    ({ attention }) => attention !== undefined,
  );
  const decided = { decision: 'record-done', operator: 'ani', note: 'looked up' };
  await authorizedPurchase.resolve(partnerReferenceNo, decided);
  await asked;
  await authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo: 'UNDER-REST' });
  await authorizedPurchase.result(partnerReferenceNo);
}
