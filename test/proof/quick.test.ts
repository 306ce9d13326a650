import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../quick-stack.js';
import type { Shop } from '../shop.js';
import { allCells, sampleOf } from './cells.js';
import { runFaults } from './faults-run.js';

describe('the proof, in a sample', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  test('every journey meets every fault and ends as the ledger says', async () => {
    const cells = sampleOf(allCells());
    const verdicts = await runFaults(shop, cells);
    const wrong = verdicts
      .filter(({ mistakes }) => mistakes.length > 0)
      .map(({ cell, mistakes }) => `${cell.name}: ${mistakes.join('; ')}`);
    assert.equal(verdicts.length, cells.length);
    assert.deepEqual(wrong, []);
  });
});
