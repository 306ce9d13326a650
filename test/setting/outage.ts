import assert from 'node:assert/strict';
import type { Claim } from '../proof/claims.js';
import { violations } from '../proof/invariants.js';
import { booksOf } from '../proof/verdict.js';
import type { Catch } from './outage-journeys.js';
import type { Shop } from './shop.js';

export interface Outage {
  /** Lets the outage last. */
  readonly lasts: () => Promise<unknown>;
  /** Lets time pass after it, where it does not by itself. */
  readonly passes?: () => Promise<unknown>;
}

/**
 * Takes DOKU down under journeys that need it, and sees them to their ends, which must be what the ledger says.
 *
 * @returns how often DOKU was asked in the outage.
 */
export async function outage(
  shop: Shop,
  catches: readonly Catch[],
  { lasts, passes }: Outage,
): Promise<number> {
  const caught = [];
  for (const one of catches) caught.push(await one(shop));
  await shop.doku.call('POST', 'maintenance', { isOn: true });
  await shop.doku.call('POST', 'tokens/supersede', {});
  const before = (await shop.doku.requests()).length;
  for (const journey of caught) await journey.meet();
  await lasts();
  const asked = (await shop.doku.requests()).length - before;
  await shop.doku.call('POST', 'maintenance', { isOn: false });
  await passes?.();
  const claims: Claim[] = [];
  for (const journey of caught) claims.push(...(await journey.end()));
  assert.deepEqual(violations(claims, await booksOf(shop, claims)), []);
  return asked;
}
