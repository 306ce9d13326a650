import type { Client } from '@temporalio/client';
import type { TopUpRow } from '../../client/index.js';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const OPERATOR = { operator: 'ani', note: 'looked up' };

/** Forgotten again, its number goes to a top-up of another amount, and comes back as a row. */
async function recordMeanwhile(shop: Shop, client: Client, row: TopUpRow): Promise<void> {
  const { topUp, topUpBatch } = shop.journeys;
  const number = row.partnerReferenceNo;
  await forget(client, `top-up/${number}`);
  await topUp.start({ ...row, amount: idr('600.00') });
  await eventually(
    () => topUp.status(number),
    ({ attention }) => attention !== undefined,
  );
  await topUp.resolve(number, { decision: 'record-failed', ...OPERATOR, force: true });
  await topUp.result(number);
  await topUpBatch.start({ batchReference: 'OTHERWISE-MEANWHILE', rows: [row] });
  await topUpBatch.result('OTHERWISE-MEANWHILE');
}

/** Numbers under which their own customer was credited in another amount: by a life that is forgotten, and by a row of a batch. */
export async function recordCreditedOtherwise(shop: Shop, client: Client): Promise<void> {
  const { topUp, topUpBatch } = shop.journeys;
  const { customerId } = await shop.boundCustomer();
  const rowOf = (partnerReferenceNo: string, value = '500.00') => ({
    ...{ partnerReferenceNo, customerId },
    amount: idr(value),
  });

  const asked = rowOf('OTHERWISE-OWN');
  const reference = asked.partnerReferenceNo;
  const less = { temperament: 'otherAmount', percent: 90, times: 1 } as const;
  await shop.doku.temperament({ ...less, operation: 'topUp', reference });
  const recorded = async () => {
    await eventually(
      () => topUp.status(reference),
      ({ attention }) => attention !== undefined,
    );
    await topUp.resolve(reference, { decision: 'record-as-shown-450.00', ...OPERATOR });
    await topUp.result(reference);
  };
  await topUp.start(asked);
  await recorded();
  await forget(client, `top-up/${reference}`);
  await shop.doku.temperament({
    ...{ temperament: 'refuses', code: '4043818', message: 'Inconsistent Request' },
    ...{ on: 'repeat', operation: 'topUp', reference },
  });
  await topUp.start(asked);
  await recorded();
  await recordMeanwhile(shop, client, asked);

  const another = rowOf('OTHERWISE-ANOTHERS', '450.00');
  await topUpBatch.start({ batchReference: 'OTHERWISE', rows: [another] });
  await topUpBatch.result('OTHERWISE');
  await topUp.start(rowOf(another.partnerReferenceNo));
  await topUp.result(another.partnerReferenceNo);
}
