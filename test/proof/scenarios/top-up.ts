import { randomUUID } from 'node:crypto';
import type { TopUpBatch, TopUpRowResult } from '../../../client/index.js';
import type { OperationName } from '../../../sandbox/doku/faults.js';
import { idr, type Shop } from '../../setting/shop.js';
import type { Scenario } from '../scenario.js';
import { until } from '../until.js';

/** What a merchant puts in who hears that a payout waits for funds. */
const FUNDS = '1000000.00';

export const topUp = (call: OperationName): Scenario => ({
  journey: 'topUp',
  call,
  expected: ['completed'],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const waits = call === 'balanceInquiry';
    return {
      accountId,
      run: async (plant) => {
        await plant(call === 'accountInquiry' ? accountId : partnerReferenceNo);
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
  expected: ['finished', 'completed'],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const rows = Array.from({ length: 3 }, () => ({
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr('100.00'),
    }));
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
        await plant(call === 'accountInquiry' ? accountId : (rows[1]?.partnerReferenceNo ?? ''));
        await batches.start(batch);
        if (waits) await fundOnceAsked(shop, () => batches.status(batchReference));
        const result = await batches.result(batchReference);
        const results: TopUpRowResult[] = [];
        for await (const row of batches.results(batchReference)) results.push(row);
        return [{ journey: 'topUpBatch', accountId, rows: results, result }];
      },
    };
  },
});

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
  topUpBatch('topUpInquiry'),
  topUpBatch('topUp'),
  topUpBatch('topUpStatus'),
];
