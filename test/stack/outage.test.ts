import '../quiet.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Claim } from '../proof/claims.js';
import { violations } from '../proof/invariants.js';
import { booksOf } from '../proof/verdict.js';
import { startSkippingStack } from '../time-skipping.js';
import { SKIPPING } from './outage-journeys.js';

/** Gives up a hanging DOKU quickly. */
const ENVIRONMENT = { DOKU_SNAP_SETTINGS: '{"timeoutMs":2500}' };

test('an outage of DOKU of an hour delays journeys, and fails none', async (context) => {
  const { shop, environment, stop } = await startSkippingStack(ENVIRONMENT);
  try {
    const caught = [];
    for (const one of SKIPPING) caught.push(await one(shop));
    await shop.doku.call('POST', 'maintenance', { isOn: true });
    await shop.doku.call('POST', 'tokens/supersede', {});
    const before = (await shop.doku.requests()).length;
    for (const journey of caught) await journey.meet();
    await environment.sleep('1 hour');
    const asked = (await shop.doku.requests()).length - before;
    await shop.doku.call('POST', 'maintenance', { isOn: false });
    // The longest pauses are half an hour.
    await environment.sleep('1 hour');
    const claims: Claim[] = [];
    for (const journey of caught) claims.push(...(await journey.end()));
    assert.deepEqual(violations(claims, await booksOf(shop, claims)), []);
    context.diagnostic(`${asked} requests of ${caught.length} journeys in the hour`);
  } finally {
    await stop();
  }
});
