import { type Money, moneyOf, senOf } from '../../../contract/money.js';
import { amountBack, type RefundResult } from '../../../contract/refund.js';
import type { Desk } from '../mechanisms/desk.js';
import { listedJourneys } from './list.js';

/** A purchase has few refunds: DOKU takes no more than its amount. */
const MOST_REFUNDS = 100;

/** Where the money of a paid purchase is now, as its refunds since then say; `undefined` where it has none. */
export async function givenBack(
  desk: Desk,
  partnerReferenceNo: string,
  paid: Money,
): Promise<string | undefined> {
  const { journeys } = await listedJourneys(
    desk,
    { journey: 'refund', partnerReferenceNo },
    MOST_REFUNDS,
  );
  const open = journeys.filter(({ run }) => run === 'running').map(({ id }) => id);
  const done = journeys.filter(({ run, status }) => run === 'completed' && status === 'refunded');
  const results = await Promise.allSettled(
    done.map(({ workflowId }) => desk.journeys.result<RefundResult>(workflowId)),
  );
  const back = results.reduce(
    (sum, each) => (each.status === 'fulfilled' ? sum + senOf(amountBack(each.value)) : sum),
    0n,
  );
  const unread = done.filter((_, index) => results[index]?.status === 'rejected');
  const told: string[] = [];
  if (back >= senOf(paid.value)) told.push('back with the customer: it was refunded');
  else if (back > 0n)
    told.push(`${moneyOf(back).value} back with the customer, the rest with the merchant`);
  else if (open.length > 0) told.push('with the merchant');
  if (open.length > 0) told.push(`on its way back by ${open.sort().join(', ')}: see there`);
  if (unread.length > 0)
    told.push(`how much went back by ${unread.map(({ id }) => id).join(', ')} cannot be read`);
  return told.length > 0 ? told.join('; ') : undefined;
}
