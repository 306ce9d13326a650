import type { Client } from '@temporalio/client';
import { requestNumber } from '../../workflows/mechanisms/request-number.js';
import { forget, reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const DECIDED = { operator: 'ani', note: 'for the record' };

/** What waits for an operator is cancelled in Temporal, reversed in DOKU's own amount, or told to whoever waits for it. */
export async function recordStops(shop: Shop, client: Client): Promise<void> {
  await givenBackAtItsLimit(shop, client);
  await stoppedOnceClosed(shop, client);
  await knownAtItsLimit(shop, client);
  await reversedInAnotherAmount(shop);
  await rowInAnotherAmount(shop);
  await codesAtOnce(shop);
  await openingOfAnothersAccount(shop, client);
  await openingBeforeItBegan(client);
  await batchWhoseRowsDoNotComeIn(shop, client);
  await topUpThatWasSent(shop, client);
}

/** An operator resets a top-up that DOKU has, and then cancels it. */
export async function topUpThatWasSent(shop: Shop, client: Client): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const partnerReferenceNo = 'SENT-BEFORE';
  const match = { partnerReferenceNo };
  await shop.doku.fault({ operation: 'topUp', fault: 'hang', when: 'after', match });
  await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
  await eventually(
    () => shop.doku.requests('topUp', partnerReferenceNo),
    ({ length }) => length > 0,
  );
  await reset(client, `top-up/${partnerReferenceNo}`);
  await client.workflow.getHandle(`top-up/${partnerReferenceNo}`).cancel();
  await shop.journeys.topUp.result(partnerReferenceNo);
}

const parked = (status: () => Promise<{ readonly status: string }>) =>
  eventually(
    () => status().catch(() => undefined),
    (view) => view?.status === 'needs-attention',
  );

async function held(shop: Shop, partnerReferenceNo: string, captureWithin: string) {
  const { customerId } = await shop.boundCustomer();
  const amount = idr('500.00');
  const input = { partnerReferenceNo, customerId, amount, title: 't', captureWithin };
  const { authorizedPurchase } = shop.journeys;
  await authorizedPurchase.authorize(input);
  return {
    workflowId: `authorized-purchase/${partnerReferenceNo}`,
    /** As after Temporal's retention. */
    againParked: async () => {
      authorizedPurchase.authorize(input).catch(() => undefined);
      await parked(() => authorizedPurchase.status(partnerReferenceNo));
    },
  };
}

async function givenBackAtItsLimit(shop: Shop, client: Client): Promise<void> {
  const { workflowId, againParked } = await held(shop, 'LIMIT', '2 seconds');
  await client.workflow.getHandle(workflowId).terminate('for the record');
  await forget(client, workflowId);
  await againParked();
  await client.workflow.getHandle(workflowId).cancel();
  await shop.journeys.authorizedPurchase.result('LIMIT');
}

async function stoppedOnceClosed(shop: Shop, client: Client): Promise<void> {
  const { authorizedPurchase } = shop.journeys;
  const { workflowId, againParked } = await held(shop, 'CLOSED', '1 hour');
  await authorizedPurchase.void('CLOSED', { partnerVoidNo: 'ALL' });
  await authorizedPurchase.result('CLOSED');
  await forget(client, workflowId);
  await againParked();
  await client.workflow.getHandle(workflowId).cancel();
  await eventually(
    () => authorizedPurchase.status('CLOSED'),
    ({ stopRequestedAt }) => stopRequestedAt !== undefined,
  );
  await authorizedPurchase.resolve('CLOSED', { decision: 'record-voided', ...DECIDED });
  await authorizedPurchase.result('CLOSED');
}

async function knownAtItsLimit(shop: Shop, client: Client): Promise<void> {
  const { authorizedPurchase } = shop.journeys;
  const { workflowId } = await held(shop, 'KNOWN', '5 seconds');
  await authorizedPurchase.capture('KNOWN', { partnerCaptureNo: 'K-1', amount: idr('200.00') });
  await reset(client, workflowId);
  await authorizedPurchase.result('KNOWN');
}

async function reversedInAnotherAmount(shop: Shop): Promise<void> {
  const { journeys, doku } = shop;
  const { customerId } = await shop.boundCustomer();
  const order = shop.order(customerId, { partnerReferenceNo: 'OTHER-SUM' });
  const reference = 'OTHER-SUM';
  await doku.temperament({ temperament: 'otherAmount', amount: '7000.00', reference });
  await shop.paid(order);
  await parked(() => journeys.purchase.status(reference));
  await journeys.purchase.resolve(reference, { decision: 'reverse', ...DECIDED });
  await journeys.purchase.result(reference);
}

async function rowInAnotherAmount(shop: Shop): Promise<void> {
  const { journeys, doku } = shop;
  const { customerId } = await shop.boundCustomer();
  const row = { partnerReferenceNo: 'ROW-OTHER', customerId, amount: idr('100.00') };
  const reference = row.partnerReferenceNo;
  await doku.temperament({ temperament: 'otherAmount', amount: '50.00', reference });
  const match = { partnerReferenceNo: reference };
  await doku.fault({ operation: 'topUp', fault: 'drop', when: 'after', match });
  await journeys.topUpBatch.start({ batchReference: 'ASKING', rows: [row] });
  await eventually(
    () => journeys.topUpBatch.status('ASKING'),
    ({ waitsForOperator }) => waitsForOperator === true,
  );
  await journeys.topUp.resolve(reference, { decision: 'record-failed', force: true, ...DECIDED });
  await journeys.topUpBatch.result('ASKING');
}

async function codesAtOnce({ journeys, doku }: Shop): Promise<void> {
  const { accountId } = await doku.account();
  const key = { customerId: 'customer-codes', reference: 'open' };
  const redirectUrl = 'https://merchant.example/account';
  await journeys.openAccount.start({ ...key, accountId, redirectUrl });
  const { redirectUrl: agreed } = await doku.call<{ redirectUrl: string }>(
    'POST',
    `bindings/${requestNumber({ journey: 'open', ...key }, 1)}/customer`,
    { action: 'confirm' },
  );
  const match = { partnerReferenceNo: 'made-up' };
  const slow = { fault: 'slow', when: 'before', delayMs: 1_000 } as const;
  await doku.fault({ operation: 'tokenB2B2C', ...slow, match });
  const forged = journeys.openAccount.returned(key, '?authCode=made-up');
  await eventually(
    () => doku.faults(),
    (faults) => faults.every((fault) => fault.match?.partnerReferenceNo !== 'made-up'),
  );
  await journeys.openAccount.returned(key, new URL(agreed).search);
  await forged;
  await journeys.openAccount.result(key);
}

async function openingOfAnothersAccount(shop: Shop, client: Client): Promise<void> {
  const { accountId } = await shop.boundCustomer();
  const key = { customerId: 'customer-second', reference: 'open' };
  const { openAccount } = shop.journeys;
  const redirectUrl = 'https://merchant.example/account';
  openAccount.start({ ...key, accountId, redirectUrl }).catch(() => undefined);
  await parked(() => openAccount.status(key));
  await client.workflow.getHandle('account/customer-second/open/open').cancel();
  await openAccount.result(key);
}

async function openingBeforeItBegan(client: Client): Promise<void> {
  const opening = await client.workflow.start('openAccount', {
    workflowId: 'account/customer-early/open/open',
    taskQueue: 'doku-journeys',
    startDelay: '2 seconds',
    args: [
      {
        customerId: 'customer-early',
        reference: 'open',
        redirectUrl: 'https://merchant.example/account',
        customer: { name: 'Budi Santoso', phoneNo: '081299990001', email: 'budi@example.com' },
      },
    ],
  });
  await opening.cancel();
  await opening.result();
}

async function batchWhoseRowsDoNotComeIn(shop: Shop, client: Client): Promise<void> {
  const { topUpBatch } = shop.journeys;
  const { customerId } = await shop.boundCustomer();
  const row = { partnerReferenceNo: 'ROW-ONCE', customerId, amount: idr('100.00') };
  await topUpBatch.start({ batchReference: 'ONCE', rows: [row], receiveWithin: '1 second' });
  await topUpBatch.result('ONCE');
  await reset(client, 'top-up-batch/ONCE');
  await parked(() => topUpBatch.status('ONCE'));
  await client.workflow.getHandle('top-up-batch/ONCE').cancel();
  await topUpBatch.result('ONCE');
}
