import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const TASK_QUEUE = 'doku-journeys';
const REDIRECT_URL = 'https://merchant.example/account';

/** What DOKU takes on and then gives up, what was left and is reset, and what has the number of another. */
export async function recordGivenUp(shop: Shop, client: Client): Promise<void> {
  await refundGivenUp(shop);
  await reversalGivenUp(shop);
  await leftAccount(shop, client);
  await misnamed(shop, client);
  await failedByHand(shop, client);
  await answeredByHand(shop, client);
}

const givesUp = (shop: Shop, reference: string) =>
  shop.doku.temperament({
    temperament: 'staysPending',
    ms: 2_000,
    as: 'failed',
    operation: 'purchaseRefund',
    reference,
  });

async function refundGivenUp(shop: Shop): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const partnerReferenceNo = 'PARTLY-BACK';
  await shop.paid(shop.order(customerId, { partnerReferenceNo }));
  await shop.journeys.purchase.result(partnerReferenceNo);
  await shop.doku.settle(partnerReferenceNo);
  await givesUp(shop, partnerReferenceNo);
  const partnerRefundNo = 'GIVEN-UP';
  const { refund } = shop.journeys;
  const input = { partnerRefundNo, partnerReferenceNo, customerId, reason: 'returned' };
  await refund.start({ ...input, amount: idr('4000.00') });
  await refund.result(partnerRefundNo);
}

async function reversalGivenUp(shop: Shop): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const partnerReferenceNo = 'NOT-BACK';
  const { purchase } = shop.journeys;
  await givesUp(shop, partnerReferenceNo);
  await purchase.redirect(
    shop.order(customerId, { partnerReferenceNo, acknowledgeWithin: '1 second' }),
  );
  await shop.doku.customer(partnerReferenceNo, 'pay');
  await shop.doku.settle(partnerReferenceNo);
  await purchase.notified(partnerReferenceNo);
  await eventually(
    () => purchase.status(partnerReferenceNo),
    ({ status }) => status === 'needs-attention',
  );
}

async function opened(shop: Shop, customerId: string, reference: string): Promise<void> {
  const { accountId, pin } = await shop.doku.account({ balance: '1000.00' });
  await shop.doku.temperament({ temperament: 'keepsAuthCodes', accountId });
  const key = { customerId, reference };
  const { openAccount } = shop.journeys;
  const step = await openAccount.start({ ...key, accountId, redirectUrl: REDIRECT_URL });
  if (step.show !== 'open-url') throw new Error(`it shows ${step.show}`);
  const body = new URLSearchParams({ pin });
  const answer = await fetch(step.url, { method: 'POST', redirect: 'manual', body });
  await openAccount.returned(key, new URL(answer.headers.get('location') ?? '').search);
  await openAccount.result(key);
}

async function leftAccount(shop: Shop, client: Client): Promise<void> {
  const customerId = 'leaver';
  await opened(shop, customerId, 'left');
  await opened(shop, customerId, 'stayed');
  await reset(client, `account/${customerId}/open/left`, { task: -2, isTold: true });
  await shop.journeys.openAccount.result({ customerId, reference: 'left' });
}

async function misnamed(shop: Shop, client: Client): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const input = { partnerReferenceNo: 'ITS-OWN', customerId, amount: idr('500.00') };
  const options = { workflowId: 'top-up/OF-ANOTHER', taskQueue: TASK_QUEUE, args: [input] };
  await client.workflow.execute('topUp', options).catch(() => undefined);
}

async function failedByHand(shop: Shop, client: Client): Promise<void> {
  const failure = {
    message: 'ended',
    applicationFailureInfo: { type: 'Ended', nonRetryable: true },
  };
  await endedByHand(shop, client, 'FAILED-BY-HAND', (activity) =>
    client.workflowService.respondActivityTaskFailedById({ ...activity, failure }),
  );
}

/** As `temporal activity complete --result` does, which encrypts nothing. */
async function answeredByHand(shop: Shop, client: Client): Promise<void> {
  const result = { payloads: [defaultPayloadConverter.toPayload({})] };
  await endedByHand(shop, client, 'ANSWERED-BY-HAND', (activity) =>
    client.workflowService.respondActivityTaskCompletedById({ ...activity, result }),
  );
}

async function endedByHand(
  shop: Shop,
  client: Client,
  partnerReferenceNo: string,
  end: (activity: { namespace: string; workflowId: string; activityId: string }) => Promise<object>,
): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const match = { partnerReferenceNo };
  await shop.doku.fault({
    operation: 'topUp',
    fault: 'slow',
    when: 'after',
    delayMs: 1_000,
    match,
  });
  const { topUp } = shop.journeys;
  await topUp.start({ partnerReferenceNo, customerId, amount: idr('500.00') });
  await eventually(
    () => shop.doku.requests('topUp', partnerReferenceNo),
    ({ length }) => length > 0,
  );
  const workflowId = `top-up/${partnerReferenceNo}`;
  const { namespace } = client.options;
  const { pendingActivities } = await client.workflowService.describeWorkflowExecution({
    namespace,
    execution: { workflowId },
  });
  const activityId = pendingActivities?.[0]?.activityId ?? '';
  await end({ namespace, workflowId, activityId });
  await topUp.result(partnerReferenceNo);
}
