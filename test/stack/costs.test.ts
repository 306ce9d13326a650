import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import type { Shop } from '../setting/shop.js';
import { COSTS, type Cost } from './costs.js';
import { DRIVES, paid } from './driven-journeys.js';
import { assertCost, costOf } from './measured-cost.js';

// A batch tells its progress as it comes, so its figures depend on time: the bench measures it.
describe('what each journey costs', () => {
  let stack: Stack & { shop: Shop };
  before(async () => {
    stack = await startQuickStack({ POLL_FIRST_MS: '100', POLL_MOST_MS: '100' });
    // The first journey of a worker asks for the merchant's token; that is not the journey's.
    await paid(stack.shop);
  });
  after(() => stack.stop());

  test('is in the table', () => assert.deepEqual(Object.keys(DRIVES), Object.keys(COSTS)));

  for (const [name, drive] of Object.entries(DRIVES)) {
    test(name, async (context) => {
      const seen = await costOf(stack, await drive(stack.shop));
      context.diagnostic(`${name}: ${Object.values(seen).join(', ')}`);
      assertCost(seen, COSTS[name] as Cost);
    });
  }
});
