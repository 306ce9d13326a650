import '../setting/quiet.js';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startStack } from '../../worker/local/stack.js';
import { outage } from '../setting/outage.js';
import { LISTING, SKIPPING } from '../setting/outage-journeys.js';
import { Shop } from '../setting/shop.js';

const HOUR_MS = 3_600_000;

/** A fleet's delays, not those of a stack that somebody watches. */
const ENVIRONMENT = { LOG_LEVEL: 'error', POLL_FIRST_MS: '3000', POLL_MOST_MS: '60000' };

test('an outage of DOKU of an hour, as it is: each journey is delayed, and none fails', async (context) => {
  const { client, sandbox, stop } = await startStack({ environment: ENVIRONMENT });
  try {
    const journeys = [...LISTING, ...SKIPPING];
    const shop = new Shop(client, sandbox.url);
    const asked = await outage(shop, journeys, { lasts: () => setTimeout(HOUR_MS) });
    context.diagnostic(`${asked} requests of ${journeys.length} journeys in the hour`);
  } finally {
    await stop();
  }
});
