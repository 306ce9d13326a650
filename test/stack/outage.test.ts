import '../setting/quiet.js';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { outage } from '../setting/outage.js';
import { LISTING, SKIPPING } from '../setting/outage-journeys.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { startSkippingStack } from '../setting/time-skipping.js';

/** Gives up a hanging DOKU quickly. */
const ENVIRONMENT = { DOKU_SNAP_SETTINGS: '{"timeoutMs":2500}' };

describe('an outage of DOKU delays journeys, and fails none', () => {
  test('of an hour', async (context) => {
    const { shop, environment, stop } = await startSkippingStack(ENVIRONMENT);
    try {
      const hour = () => environment.sleep('1 hour');
      // The longest pauses are half an hour.
      const asked = await outage(shop, SKIPPING, { lasts: hour, passes: hour });
      context.diagnostic(`${asked} requests of ${SKIPPING.length} journeys in the hour`);
    } finally {
      await stop();
    }
  });

  test('of some seconds, those that the time-skipping server cannot run (for their hour: npm run test:hour)', async () => {
    const { shop, stop } = await startQuickStack();
    try {
      await outage(shop, LISTING, { lasts: () => setTimeout(5_000) });
    } finally {
      await stop();
    }
  });
});
