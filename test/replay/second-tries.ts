import { idr, type Shop } from '../setting/shop.js';

/** Rows under numbers whose top-ups lacked funds: the same again, the same again with its answer lost, and another amount. */
export async function recordSecondTries(shop: Shop): Promise<void> {
  const { topUp, topUpBatch } = shop.journeys;
  const { customerId } = await shop.boundCustomer();
  const rowOf = (partnerReferenceNo: string) => ({
    ...{ partnerReferenceNo, customerId },
    amount: idr('100.00'),
  });
  const [again, lost, less] = ['AGAIN', 'AGAIN-LOST', 'AGAIN-LESS'].map(rowOf);
  if (!again || !lost || !less) throw new TypeError('there are three rows');
  await shop.doku.call('POST', 'corporate/balance', { set: '0.00' });
  for (const row of [again, lost, less]) {
    await topUp.start(row);
    await topUp.result(row.partnerReferenceNo);
  }
  await shop.doku.call('POST', 'corporate/balance', { set: '1000000000.00' });
  const match = { partnerReferenceNo: lost.partnerReferenceNo };
  await shop.doku.fault({ operation: 'topUp', fault: 'hang', when: 'after', match });
  const rows = [again, lost, { ...less, amount: idr('88.00') }];
  await topUpBatch.start({ batchReference: 'SECOND-TRY', rows });
  await topUpBatch.result('SECOND-TRY');
}
