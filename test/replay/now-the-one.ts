import type { Client } from '@temporalio/client';
import { forget } from '../setting/resets.js';
import { settledPurchase } from '../setting/settled-purchase.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const REASON = { reason: 'damaged' };
const OPERATOR = { operator: 'ani', note: 'looked up' };

/** Refunds of which DOKU says now the one, now the other, and what an operator says meanwhile; a number that others have, too. */
export async function recordNowTheOne(shop: Shop, client: Client): Promise<void> {
  await Promise.all([
    hidden(shop, client, 'HIDDEN', '4000.00', '04'),
    hidden(shop, client, 'GONE', '10000.00', '05'),
    takenBack(shop),
    told(shop),
    operatorsWord(shop),
    stopped(shop, client),
    numberOfOthers(shop, client),
  ]);
}

const paid = (shop: Shop, partnerReferenceNo: string, isSettled = true) =>
  settledPurchase(shop, { partnerReferenceNo, isSettled });

const leavesOut = (shop: Shop, reference: string, more: { forMs?: number } = {}) =>
  shop.doku.temperament({
    ...{ temperament: 'writesOddly', field: 'refundHistory', form: 'missing' },
    ...{ operation: 'purchaseStatus', reference, ...more },
  });
const shows = (
  shop: Shop,
  status: string,
  reference: string,
  more: { forMs?: number; times?: number } = {},
) =>
  shop.doku.temperament({
    ...{ temperament: 'showsStatus', status },
    ...{ operation: 'purchaseStatus', reference, ...more },
  });
const staysPending = (shop: Shop, reference: string, ms: number) =>
  shop.doku.temperament({
    ...{ temperament: 'staysPending', ms, as: 'success', times: 1 },
    ...{ operation: 'purchaseRefund', reference },
  });
const whenSent = ({ doku }: Shop, reference: string) =>
  eventually(
    () => doku.requests('purchaseRefund', reference),
    ({ length }) => length > 0,
  );
const isSilentInHistory = async ({ doku }: Shop, reference: string, accountId: string) => {
  const refusal = { temperament: 'refuses', code: '4041301', when: 'before' } as const;
  await doku.temperament({ ...refusal, operation: 'historyDetail', reference });
  await doku.temperament({ temperament: 'lags', of: 'historyList', ms: 120_000, accountId });
};

/** It was shown as pending. */
async function hidden(
  shop: Shop,
  client: Client,
  partnerRefundNo: string,
  amount: string,
  status: string,
): Promise<void> {
  const partnerReferenceNo = `NOW-${partnerRefundNo}`;
  const { customerId, accountId } = await paid(shop, partnerReferenceNo);
  await staysPending(shop, partnerReferenceNo, 20_000);
  await isSilentInHistory(shop, partnerRefundNo, accountId);
  const input = { partnerReferenceNo, customerId, partnerRefundNo, ...REASON };
  await shop.journeys.refund.start({ ...input, amount: idr(amount) });
  await eventually(
    async () => {
      const { raw } = await client.workflow.getHandle(`refund/${partnerRefundNo}`).describe();
      return (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name);
    },
    (names) => names.includes('awaitRefundEnd'),
  );
  await leavesOut(shop, partnerReferenceNo, { forMs: 12_000 });
  // Of the whole it is held against what comes next.
  await shows(shop, status, partnerReferenceNo, status === '05' ? { times: 2 } : { forMs: 12_000 });
  await shop.journeys.refund.result(partnerRefundNo);
}

/** By the last question before it would have been rejected. */
async function takenBack(shop: Shop): Promise<void> {
  const [partnerReferenceNo, partnerRefundNo] = ['NOW-TAKEN-BACK', 'TAKEN-BACK'];
  const { customerId } = await paid(shop, partnerReferenceNo, false);
  const { refund } = shop.journeys;
  const input = { partnerReferenceNo, customerId, partnerRefundNo, ...REASON };
  await refund.start({ ...input, amount: idr('4000.00') });
  await eventually(
    () => refund.status(partnerRefundNo),
    ({ status }) => status === 'awaiting-settlement',
  );
  await shows(shop, '05', partnerReferenceNo, { times: 5 });
  const operation = 'purchaseStatus';
  const asked = (await shop.doku.requests(operation, partnerReferenceNo)).length;
  await eventually(
    () => shop.doku.requests(operation, partnerReferenceNo),
    ({ length }) => length > asked + 2,
  );
  await shop.doku.settle(partnerReferenceNo);
  await refund.result(partnerRefundNo);
}

/** By its history, where nobody knows the purchase's status. */
async function told(shop: Shop): Promise<void> {
  const [partnerReferenceNo, partnerRefundNo] = ['NOW-TOLD', 'TOLD'];
  const { customerId } = await paid(shop, partnerReferenceNo);
  await leavesOut(shop, partnerReferenceNo);
  const input = { partnerReferenceNo, customerId, partnerRefundNo, ...REASON };
  await shop.journeys.refund.start({ ...input, amount: idr('4000.00') });
  await whenSent(shop, partnerReferenceNo);
  await shows(shop, '99', partnerReferenceNo);
  await shop.journeys.refund.result(partnerRefundNo);
}

async function operatorsWord(shop: Shop): Promise<void> {
  const partnerReferenceNo = 'NOW-WORD';
  const { customerId, accountId } = await shop.boundCustomer();
  const { purchase } = shop.journeys;
  await leavesOut(shop, partnerReferenceNo);
  await staysPending(shop, partnerReferenceNo, 5_000);
  const silence = { temperament: 'lags', ms: 120_000, accountId } as const;
  const list = await shop.doku.temperament({ ...silence, of: 'historyList' });
  const detail = await shop.doku.temperament({ ...silence, of: 'historyDetail' });
  const order = shop.order(customerId, { partnerReferenceNo, acknowledgeWithin: '1 second' });
  await purchase.redirect(order);
  await shop.doku.customer(partnerReferenceNo, 'pay');
  await shop.doku.settle(partnerReferenceNo);
  await purchase.notified(partnerReferenceNo);
  await whenSent(shop, partnerReferenceNo);
  const unknown = await shows(shop, '99', partnerReferenceNo);
  await eventually(
    () => purchase.status(partnerReferenceNo),
    ({ attention }) => attention !== undefined,
  );
  await shows(shop, '00', partnerReferenceNo);
  for (const { id } of [unknown, list, detail]) await shop.doku.calm(id);
  await eventually(
    () => shop.ledgerOf(partnerReferenceNo),
    ({ net }) => net === 0,
  );
  const word = { decision: 'record-paid', ...OPERATOR };
  await purchase.resolve(partnerReferenceNo, word).catch(() => undefined);
  await purchase.resolve(partnerReferenceNo, { decision: 'ask-again', ...OPERATOR });
  await purchase.result(partnerReferenceNo);
}

/** Cancelled as it asks for the first time. */
async function stopped(shop: Shop, client: Client): Promise<void> {
  const [partnerReferenceNo, partnerRefundNo] = ['NOW-STOPPED', 'STOPPED-NOW'];
  const { customerId } = await paid(shop, partnerReferenceNo);
  const input = { partnerReferenceNo, customerId, partnerRefundNo, ...REASON };
  const { refund } = shop.journeys;
  await refund.start({ ...input, amount: idr('4000.00') });
  const handle = client.workflow.getHandle(`refund/${partnerRefundNo}`);
  await eventually(
    async () => (await handle.fetchHistory()).events ?? [],
    (events) =>
      events.some(
        ({ activityTaskScheduledEventAttributes: begun }) =>
          begun?.activityType?.name === 'queryPurchase',
      ),
  );
  await handle.cancel();
  await refund.result(partnerRefundNo);
}

/** DOKU looks for funds before it looks for numbers. */
async function numberOfOthers(shop: Shop, client: Client): Promise<void> {
  const partnerReferenceNo = 'NOW-OTHERS';
  const { customerId } = await shop.boundCustomer({ balance: '50000.00' });
  const { authorizedPurchase, topUp } = shop.journeys;
  const hold = { partnerReferenceNo, customerId, amount: idr('30000.00'), title: 'Hotel' };
  await authorizedPurchase.authorize(hold);
  await topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
  await topUp.result(partnerReferenceNo);
  const handle = client.workflow.getHandle(`authorized-purchase/${partnerReferenceNo}`);
  await handle.terminate('forgotten');
  await forget(client, `authorized-purchase/${partnerReferenceNo}`);
  await authorizedPurchase.authorize(hold);
  await handle.cancel();
  await authorizedPurchase.result(partnerReferenceNo);
}
