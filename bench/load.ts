import { randomUUID } from 'node:crypto';
import type { Contender } from './contender.js';
import type { Site } from './site.js';
import { type Spread, spreadOf } from './spread.js';

export interface Load {
  /** Purchases under way at any time, each of a customer of its own. */
  readonly atOnce: number;
  /** Purchases in all. */
  readonly count: number;
  /** Whether DOKU notifies the merchant of the payment, or the contender has to find out. Default true. */
  readonly isNotified?: boolean;
}

export interface LoadSeen {
  readonly aSecond: number;
  /** From the order to the URL of the page. */
  readonly redirectMs: Spread;
  /** From the customer's PIN to the proven end. */
  readonly paidMs: Spread;
}

/**
 * Runs purchases from the order to the proven end, so many at once.
 *
 * @throws Error when one does not end paid.
 */
export async function purchasesAtOnce(
  contender: Contender,
  site: Site,
  { atOnce, count, isNotified = true }: Load,
): Promise<LoadSeen> {
  const redirects: number[] = [];
  const payments: number[] = [];
  let left = count;
  const buy = async (customerId: string) => {
    while (left > 0) {
      left -= 1;
      const partnerReferenceNo = `INV-${randomUUID()}`;
      const ordered = performance.now();
      await contender.redirect({ partnerReferenceNo, customerId, amount: '10000.00' });
      redirects.push(performance.now() - ordered);
      await site.pay(partnerReferenceNo);
      const paid = performance.now();
      if (isNotified) await contender.notified(partnerReferenceNo);
      const outcome = await contender.outcome(partnerReferenceNo);
      if (outcome !== 'paid')
        throw new Error(`${contender.name}: ${partnerReferenceNo} ${outcome}`);
      payments.push(performance.now() - paid);
    }
  };
  const began = performance.now();
  await Promise.all(site.customers.slice(0, atOnce).map(({ customerId }) => buy(customerId)));
  return {
    aSecond: (count * 1_000) / (performance.now() - began),
    redirectMs: spreadOf(redirects),
    paidMs: spreadOf(payments),
  };
}
