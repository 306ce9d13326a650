import type { Client } from '@temporalio/client';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const OPERATOR = { operator: 'ani', note: 'looked up' };

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

  const another = rowOf('OTHERWISE-ANOTHERS', '450.00');
  await topUpBatch.start({ batchReference: 'OTHERWISE', rows: [another] });
  await topUpBatch.result('OTHERWISE');
  await topUp.start(rowOf(another.partnerReferenceNo));
  await topUp.result(another.partnerReferenceNo);
}
