import { randomUUID } from 'node:crypto';
import type { TopUpBatch, TopUpRow, TopUpRowResult } from '../../../client/index.js';
import type { OperationName } from '../../../sandbox/doku/faults.js';
import { idr, type Shop } from '../../setting/shop.js';
import type { Scenario } from '../scenario.js';
import { until } from '../until.js';

/** What a merchant puts in who hears that a payout waits for funds. */
const FUNDS = '1000000.00';

export const topUp = (call: OperationName): Scenario => ({
  journey: 'topUp',
  call,
  expected: [call === 'historyList' ? 'failed' : 'completed'],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    await useNumber(shop, call, { partnerReferenceNo, customerId, amount: idr('15000.00') });
    const waits = call === 'balanceInquiry';
    return {
      accountId,
      run: async (plant) => {
        await plant(isOfAccount(call) ? accountId : partnerReferenceNo);
        await shop.journeys.topUp.start({
          partnerReferenceNo,
          customerId,
          amount: idr('15000.00'),
          ...(waits && { waitForFunds: '1 hour' }),
        });
        if (waits) await fundOnceAsked(shop, () => shop.journeys.topUp.status(partnerReferenceNo));
        const result = await shop.journeys.topUp.result(partnerReferenceNo);
        return [{ journey: 'topUp', accountId, amount: '15000.00', result }];
      },
    };
  },
});

/** A batch of three, of which the middle one meets the breakdown. */
export const topUpBatch = (call: OperationName): Scenario => ({
  journey: 'topUpBatch',
  call,
  // It, and each of its rows.
  expected: ['finished', 'completed', ...(call === 'historyList' ? ['failed'] : [])],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const rows = Array.from({ length: 3 }, () => ({
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr('100.00'),
    }));
    if (rows[1]) await useNumber(shop, call, rows[1]);
    const waits = call === 'balanceInquiry';
    const batch: TopUpBatch = {
      batchReference: `batch-${randomUUID().slice(0, 18)}`,
      rows,
      ...(waits && { waitForFunds: '1 hour' }),
    };
    return {
      accountId,
      run: async (plant) => {
        const { topUpBatch: batches } = shop.journeys;
        const { batchReference } = batch;
        await plant(isOfAccount(call) ? accountId : (rows[1]?.partnerReferenceNo ?? ''));
        await batches.start(batch);
        if (waits) await fundOnceAsked(shop, () => batches.status(batchReference));
        const result = await batches.result(batchReference);
        const results = await until(
          () => allOf(batches.results(batchReference)),
          () => true,
        );
        return [{ journey: 'topUpBatch', accountId, rows: results, result }];
      },
    };
  },
});

async function allOf(rows: AsyncIterable<TopUpRowResult>): Promise<TopUpRowResult[]> {
  const all: TopUpRowResult[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** Calls that name no payout. */
const isOfAccount = (call: OperationName) => call === 'accountInquiry' || call === 'historyList';

/**
 * DOKU's history is only asked where DOKU knew the number before: by its detail where it was the same payout, in another
 * batch, and by its list where the number was used for another customer.
 */
async function useNumber(shop: Shop, call: OperationName, row: TopUpRow): Promise<void> {
  if (call !== 'historyDetail' && call !== 'historyList') return;
  const isOther = call === 'historyList';
  const customerId = isOther ? (await shop.boundCustomer()).customerId : row.customerId;
  const batchReference = `used-${randomUUID().slice(0, 18)}`;
  await shop.journeys.topUpBatch.start({ batchReference, rows: [{ ...row, customerId }] });
  await shop.journeys.topUpBatch.result(batchReference);
}

/** Puts money in once the journey waits for it; another one's may have come first. */
async function fundOnceAsked(
  shop: Shop,
  view: () => Promise<{ status: string; result?: unknown }>,
) {
  const { status } = await until(
    view,
    (seen) => seen.status === 'awaiting-funds' || seen.result !== undefined,
  );
  if (status === 'awaiting-funds')
    await shop.doku.call('POST', 'corporate/balance', { add: FUNDS });
}

export const topUpScenarios: readonly Scenario[] = [
  topUp('topUpInquiry'),
  topUp('topUp'),
  topUp('topUpStatus'),
  topUp('historyDetail'),
  topUp('historyList'),
  topUpBatch('topUpInquiry'),
  topUpBatch('topUp'),
  topUpBatch('topUpStatus'),
  topUpBatch('historyDetail'),
  topUpBatch('historyList'),
];
