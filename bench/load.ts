import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Contender } from './contender.js';
import type { Site } from './site.js';
import { type Spread, spreadOf } from './spread.js';

interface LoadOptions {
  /** Purchases under way at any time, each of a customer of its own. */
  readonly atOnce: number;
  /** Whether DOKU notifies the merchant of the payment, or the contender has to find out. Default true. */
  readonly isNotified?: boolean;
  /** How long a customer looks at the page before the PIN, drawn anew each time. Default no time. */
  readonly lookMs?: () => number;
}

/**
 * So many purchases in all; or those that end in so many seconds of a shop that stays open. The seconds begin once as many
 * have been bought as are under way at a time: until then all move in step, and what is paid for is not yet counted.
 */
export type Load = LoadOptions & ({ readonly count: number } | { readonly seconds: number });

export interface LoadSeen {
  readonly aSecond: number;
  /** From the order to the URL of the page. */
  readonly redirectMs: Spread;
  /** From the customer's PIN to the proven end. */
  readonly paidMs: Spread;
}

interface Bought {
  readonly redirectMs: number;
  readonly paidMs: number;
}

/**
 * Runs purchases from the order to the proven end, so many at once: a customer who is done buys again.
 *
 * @throws Error when one does not end paid.
 */
export async function purchasesAtOnce(
  contender: Contender,
  site: Site,
  load: Load,
): Promise<LoadSeen> {
  const bought: Bought[] = [];
  let started = 0;
  let began = performance.now();
  let elapsedMs = 0;
  const isEnough = () => {
    if ('count' in load) return bought.length === load.count;
    if (bought.length === load.atOnce) began = performance.now();
    return bought.length > load.atOnce && performance.now() - began >= load.seconds * 1_000;
  };
  const mayStart = () => elapsedMs === 0 && !('count' in load && started === load.count);
  const buyAgain = async (customerId: string) => {
    while (mayStart()) {
      started += 1;
      const one = await buy(contender, site, customerId, load).catch((error: Error) => {
        elapsedMs = performance.now() - began;
        throw error;
      });
      if (elapsedMs > 0) return;
      bought.push(one);
      if (isEnough()) elapsedMs = performance.now() - began;
    }
  };
  // Nobody may be left who still buys from what is about to be stopped.
  const ends = await Promise.allSettled(
    site.customers.slice(0, load.atOnce).map(({ customerId }) => buyAgain(customerId)),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  const counted = 'count' in load ? bought.length : bought.length - load.atOnce;
  return {
    aSecond: (counted * 1_000) / elapsedMs,
    redirectMs: spreadOf(bought.map(({ redirectMs }) => redirectMs)),
    paidMs: spreadOf(bought.map(({ paidMs }) => paidMs)),
  };
}

async function buy(
  contender: Contender,
  site: Site,
  customerId: string,
  { isNotified = true, lookMs }: LoadOptions,
): Promise<Bought> {
  const partnerReferenceNo = `INV-${randomUUID()}`;
  const ordered = performance.now();
  await contender.redirect({ partnerReferenceNo, customerId, amount: '10000.00' });
  const redirectMs = performance.now() - ordered;
  if (lookMs) await setTimeout(lookMs());
  await site.pay(partnerReferenceNo);
  const paid = performance.now();
  if (isNotified) await contender.notified(partnerReferenceNo);
  const outcome = await contender.outcome(partnerReferenceNo);
  if (outcome !== 'paid') throw new Error(`${contender.name}: ${partnerReferenceNo} ${outcome}`);
  return { redirectMs, paidMs: performance.now() - paid };
}
