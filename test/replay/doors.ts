import type { Client } from '@temporalio/client';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** One number that comes in as a row of two batches, and as a row and a top-up; and a part that claims again after a reset. */
export async function recordDoors(shop: Shop, client: Client): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  await rowOfTwoBatches(shop, client, customerId);
  await rowAndTopUp(shop, customerId);
}

const rowOf = (partnerReferenceNo: string, customerId: string) => ({
  partnerReferenceNo,
  customerId,
  amount: idr('100.00'),
});

/** DOKU works on after its connection hung. */
const worksOn = (shop: Shop, reference: string) =>
  shop.doku.temperament({
    temperament: 'worksOn',
    delayMs: 1_500,
    ends: 'hang',
    repeat: 'carriedOutTwice',
    operation: 'topUp',
    reference,
  });

async function rowOfTwoBatches(shop: Shop, client: Client, customerId: string): Promise<void> {
  const { topUpBatch } = shop.journeys;
  const rows = [rowOf('DOOR', customerId)];
  await worksOn(shop, 'DOOR');
  await topUpBatch.start({ batchReference: 'DOOR-1', rows });
  await topUpBatch.start({ batchReference: 'DOOR-2', rows });
  await topUpBatch.result('DOOR-1');
  await topUpBatch.result('DOOR-2');
  await reset(client, 'top-up-batch/DOOR-1/0');
  await client.workflow.getHandle('top-up-batch/DOOR-1/0').result();
}

async function rowAndTopUp(shop: Shop, customerId: string): Promise<void> {
  const { topUpBatch, topUp } = shop.journeys;
  const row = rowOf('ROW-FIRST', customerId);
  await worksOn(shop, 'ROW-FIRST');
  await topUpBatch.start({ batchReference: 'DOOR-3', rows: [row] });
  await eventually(
    () => shop.doku.requests('topUp', 'ROW-FIRST'),
    ({ length }) => length > 0,
  );
  await topUp.start(row);
  await topUp.result('ROW-FIRST');
  await topUpBatch.result('DOOR-3');
}
