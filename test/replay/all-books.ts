import type { Client } from '@temporalio/client';
import { forget } from '../setting/resets.js';
import { settledPurchase } from '../setting/settled-purchase.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** Refunds that one answer of DOKU's does not end. */
export async function recordAllBooks(shop: Shop, client: Client): Promise<void> {
  await Promise.all([
    refundInLag(shop),
    staleAnswer(shop),
    forgottenRefund(shop, client),
    tooMuch(shop),
  ]);
}

/** Paid; settled where it is not to be cancelled any more. */
const paid = (shop: Shop, partnerReferenceNo: string, isSettled: boolean) =>
  settledPurchase(shop, { partnerReferenceNo, isSettled });

const REASON = { reason: 'damaged' };

async function refundInLag(shop: Shop): Promise<void> {
  const partnerReferenceNo = 'REFUNDED-IN-LAG';
  const { customerId, accountId } = await paid(shop, partnerReferenceNo, true);
  await shop.doku.temperament({ temperament: 'lags', of: 'status', ms: 3_000, accountId });
  const input = { partnerReferenceNo, customerId, partnerRefundNo: 'IN-LAG', ...REASON };
  await shop.journeys.refund.start({ ...input, amount: idr('4000.00') });
  await shop.journeys.refund.result('IN-LAG');
}

async function staleAnswer(shop: Shop): Promise<void> {
  const partnerReferenceNo = 'REFUNDED-STALE';
  const { customerId } = await paid(shop, partnerReferenceNo, false);
  const input = { partnerReferenceNo, customerId, partnerRefundNo: 'STALE', ...REASON };
  const { refund } = shop.journeys;
  await refund.start({ ...input, amount: idr('4000.00') });
  await eventually(
    () => refund.status('STALE'),
    ({ status }) => status === 'awaiting-settlement',
  );
  const operation = 'purchaseStatus';
  const asked = (await shop.doku.requests(operation, partnerReferenceNo)).length;
  await shop.doku.temperament({
    ...{ temperament: 'showsStatus', status: '07', times: 1 },
    ...{ operation, reference: partnerReferenceNo },
  });
  await eventually(
    () => shop.doku.requests(operation, partnerReferenceNo),
    ({ length }) => length > asked,
  );
  await shop.doku.settle(partnerReferenceNo);
  await refund.result('STALE');
}

/** Its own money stands in its way. */
async function forgottenRefund(shop: Shop, client: Client): Promise<void> {
  const partnerReferenceNo = 'REFUNDED-FORGOTTEN';
  const { customerId } = await paid(shop, partnerReferenceNo, true);
  const { refund } = shop.journeys;
  const input = { partnerReferenceNo, customerId, partnerRefundNo: 'FORGOTTEN', ...REASON };
  await refund.start({ ...input, amount: idr('6000.00') });
  await refund.result('FORGOTTEN');
  await forget(client, 'refund/FORGOTTEN');
  await shop.doku.temperament({
    ...{ temperament: 'writesOddly', field: 'refundHistory.0.partnerRefundNo', form: 'missing' },
    ...{ operation: 'purchaseStatus', reference: partnerReferenceNo },
  });
  await refund.start({ ...input, amount: idr('6000.00') });
  await refund.result('FORGOTTEN');
}

async function tooMuch(shop: Shop): Promise<void> {
  const partnerReferenceNo = 'REFUNDED-TOO-MUCH';
  const { customerId } = await paid(shop, partnerReferenceNo, true);
  const input = { partnerReferenceNo, customerId, partnerRefundNo: 'TOO-MUCH', ...REASON };
  await shop.journeys.refund.start({ ...input, amount: idr('10001.00') });
  await shop.journeys.refund.result('TOO-MUCH');
}
