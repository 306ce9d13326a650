import { setTimeout } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { restVoidNo } from '../../workflows/authorized-purchase/numbers.js';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const OPERATOR = { operator: 'ani', note: 'looked up' };
const MISSING = { temperament: 'writesOddly', form: 'missing' } as const;

/** What another life of a journey moved, of which nobody tells how much it was. */
export async function recordUntold(shop: Shop, client: Client): Promise<void> {
  await Promise.all([untoldHold(shop, client), refusedAsTooMuch(shop), untoldRefund(shop, client)]);
}

async function leavesOut(shop: Shop, reference: string, accountId: string): Promise<void> {
  const detail = { operation: 'historyDetail', reference } as const;
  await shop.doku.temperament({ ...MISSING, field: 'amount', ...detail });
  for (const entry of [0, 1, 2]) {
    const field = `detailData.${entry}.amount`;
    await shop.doku.temperament({ ...MISSING, field, operation: 'historyList', accountId });
  }
}

async function untoldHold(shop: Shop, client: Client): Promise<void> {
  const { customerId, accountId } = await shop.boundCustomer();
  const partnerReferenceNo = 'UNTOLD-HOLD';
  const { authorizedPurchase } = shop.journeys;
  const hold = { partnerReferenceNo, customerId, amount: idr('500.00'), title: 't' };
  const captureWithin = '10 seconds';
  await authorizedPurchase.authorize({ ...hold, captureWithin });
  const capture = { partnerCaptureNo: 'UNTOLD-CAPTURE', amount: idr('100.00') };
  await authorizedPurchase.capture(partnerReferenceNo, capture);
  const workflowId = `authorized-purchase/${partnerReferenceNo}`;
  await client.workflow.getHandle(workflowId).terminate('forgotten');
  await forget(client, workflowId);
  await authorizedPurchase.authorize({ ...hold, captureWithin });
  await leavesOut(shop, 'UNTOLD-CAPTURE', accountId);
  await leavesOut(shop, restVoidNo(partnerReferenceNo), accountId);
  const parked = () =>
    eventually(
      () => authorizedPurchase.status(partnerReferenceNo),
      ({ attention }) => attention !== undefined,
    );
  const decide = (decision: string) =>
    authorizedPurchase.resolve(partnerReferenceNo, { decision, ...OPERATOR });
  const other = { ...capture, amount: idr('150.00') };
  const captured = authorizedPurchase.capture(partnerReferenceNo, other);
  await parked();
  await decide('record-done');
  await captured;
  await setTimeout(1_000);
  await parked();
  await decide('void-rest');
  await authorizedPurchase.result(partnerReferenceNo);
}

async function refusedAsTooMuch(shop: Shop): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const partnerReferenceNo = 'TOO-MUCH';
  const { authorizedPurchase } = shop.journeys;
  const amount = idr('500.00');
  await authorizedPurchase.authorize({ partnerReferenceNo, customerId, amount, title: 't' });
  await shop.doku.temperament({
    ...{ temperament: 'refuses', code: '404xx13', times: 1 },
    ...{ operation: 'authVoid', reference: partnerReferenceNo },
  });
  const voided = { partnerVoidNo: 'TOO-MUCH-VOID', amount: idr('300.00') };
  await authorizedPurchase.void(partnerReferenceNo, voided);
  const last = { partnerCaptureNo: 'TOO-MUCH-LAST', amount: idr('200.00'), last: true };
  await authorizedPurchase.capture(partnerReferenceNo, last);
  await authorizedPurchase.result(partnerReferenceNo);
}

async function untoldRefund(shop: Shop, client: Client): Promise<void> {
  const { customerId, accountId } = await shop.boundCustomer();
  const partnerReferenceNo = 'UNTOLD-REFUNDED';
  await shop.paid(shop.order(customerId, { partnerReferenceNo }));
  await shop.journeys.purchase.result(partnerReferenceNo);
  await shop.doku.settle(partnerReferenceNo);
  const partnerRefundNo = 'UNTOLD-REFUND';
  const { refund } = shop.journeys;
  const input = { partnerRefundNo, partnerReferenceNo, customerId, reason: 'damaged' };
  await refund.start({ ...input, amount: idr('2000.00') });
  await refund.result(partnerRefundNo);
  const status = { operation: 'purchaseStatus', reference: partnerReferenceNo } as const;
  await shop.doku.temperament({ ...MISSING, field: 'refundHistory.0.refundAmount', ...status });
  await leavesOut(shop, partnerRefundNo, accountId);
  await forget(client, `refund/${partnerRefundNo}`);
  await refund.start({ ...input, amount: idr('3000.00') });
  await eventually(
    () => refund.status(partnerRefundNo),
    ({ attention }) => attention !== undefined,
  );
  await refund.resolve(partnerRefundNo, { decision: 'record-refunded', ...OPERATOR });
  await refund.result(partnerRefundNo);
}
