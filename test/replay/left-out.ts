import { settledPurchase } from '../setting/settled-purchase.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const OPERATION = 'purchaseRefund';
const OPERATOR = { operator: 'ani', note: 'looked up', force: true };

/** What DOKU carries out late, leaves out of its status, or does not show any more. */
export async function recordLeftOut(shop: Shop): Promise<void> {
  await Promise.all([lateRefund(shop), unnamedRefund(shop), pendingPayout(shop), untold(shop)]);
}

const settled = (shop: Shop, partnerReferenceNo: string) =>
  settledPurchase(shop, { partnerReferenceNo });

/** It comes to pass while the tries after it are refused. */
async function lateRefund(shop: Shop): Promise<void> {
  const partnerReferenceNo = 'REFUNDED-LATE';
  const { customerId } = await settled(shop, partnerReferenceNo);
  const about = { operation: OPERATION, reference: partnerReferenceNo } as const;
  await shop.doku.temperament({
    ...{ temperament: 'worksOn', delayMs: 12_000, ends: 'hang', repeat: 'carriedOut' },
    ...{ ...about, times: 1 },
  });
  const input = { partnerReferenceNo, customerId, partnerRefundNo: 'LATE', reason: 'damaged' };
  await shop.journeys.refund.start({ ...input, amount: idr('6000.00') });
  await eventually(
    () => shop.doku.requests(OPERATION, partnerReferenceNo),
    ({ length }) => length === 1,
  );
  await shop.doku.temperament({
    ...{ temperament: 'refuses', code: '4045800', forMs: 14_500 },
    ...about,
  });
  for (const what of ['limits', 'state'] as const)
    await shop.doku.temperament({ temperament: 'checksFirst', what, ...about });
  await shop.journeys.refund.result('LATE');
}

async function unnamedRefund(shop: Shop): Promise<void> {
  const partnerReferenceNo = 'REFUNDED-UNNAMED';
  const { customerId, accountId } = await settled(shop, partnerReferenceNo);
  await shop.doku.temperament({
    ...{ temperament: 'writesOddly', field: 'refundHistory.0.partnerRefundNo', form: 'missing' },
    ...{ operation: 'purchaseStatus', reference: partnerReferenceNo },
  });
  // Nor does history tell.
  const refusal = { temperament: 'refuses', code: '4041301', when: 'before' } as const;
  await shop.doku.temperament({ ...refusal, operation: 'historyDetail', reference: 'UNNAMED' });
  // It is late, and not down: that it would be waited for.
  const late = { temperament: 'lags', of: 'historyList', ms: 120_000 } as const;
  await shop.doku.temperament({ ...late, accountId });
  const lost = { operation: OPERATION, fault: 'hang', when: 'after' } as const;
  await shop.doku.fault({ ...lost, match: { partnerReferenceNo } });
  const { refund } = shop.journeys;
  const input = { partnerReferenceNo, customerId, partnerRefundNo: 'UNNAMED', reason: 'damaged' };
  await refund.start({ ...input, amount: idr('4000.00') });
  await eventually(
    () => refund.status('UNNAMED'),
    ({ attention }) => attention !== undefined,
  );
  await refund.resolve('UNNAMED', { decision: 'record-refunded', ...OPERATOR });
  await refund.result('UNNAMED');
}

/** Shown as pending, and then not at all for a while. */
async function pendingPayout(shop: Shop): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const partnerReferenceNo = 'NOT-SHOWN';
  await shop.doku.temperament({
    ...{ temperament: 'staysPending', ms: 6_000, as: 'success', times: 1 },
    ...{ operation: 'topUp', reference: partnerReferenceNo },
  });
  const { topUp } = shop.journeys;
  await topUp.start({ partnerReferenceNo, customerId, amount: idr('500.00') });
  await eventually(
    () => shop.doku.requests('topUpStatus', partnerReferenceNo),
    ({ length }) => length > 0,
  );
  await shop.doku.temperament({
    ...{ temperament: 'showsStatus', status: '07', times: 5 },
    ...{ operation: 'topUpStatus', reference: partnerReferenceNo },
  });
  await topUp.result(partnerReferenceNo);
}

/** Nobody tells when it was paid, and the merchant says nothing. */
async function untold(shop: Shop): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const partnerReferenceNo = 'PAID-UNTOLD';
  const order = shop.order(customerId, { partnerReferenceNo, acknowledgeWithin: '1 second' });
  const about = { temperament: 'writesOddly', form: 'missing' } as const;
  const reference = partnerReferenceNo;
  await shop.doku.temperament({
    ...{ ...about, field: 'paidTime', operation: 'purchaseStatus', reference },
  });
  await shop.doku.temperament({
    ...{ ...about, field: 'dateTime', operation: 'historyDetail', reference },
  });
  const { purchase } = shop.journeys;
  await purchase.redirect(order);
  await shop.doku.customer(partnerReferenceNo, 'pay');
  await purchase.notified(partnerReferenceNo);
  await eventually(
    () => purchase.status(partnerReferenceNo),
    ({ attention }) => attention !== undefined,
  );
  await purchase.resolve(partnerReferenceNo, { decision: 'record-paid', ...OPERATOR });
  await purchase.result(partnerReferenceNo);
}
