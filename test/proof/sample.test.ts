import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import '../setting/quiet.js';
import { allCells } from './cells.js';
import { proveFaults } from './prove.js';
import { halfOf, sampleOf } from './sample.js';

describe('the proof, in a sample', () => {
  test('every journey meets every other fault and ends as the ledger says', async () => {
    const cells = halfOf(sampleOf(allCells()));
    const verdicts = await proveFaults(cells, {});
    const wrong = verdicts
      .filter(({ mistakes }) => mistakes.length > 0)
      .map(({ cell, mistakes }) => `${cell.name}: ${mistakes.join('; ')}`);
    assert.equal(verdicts.length, cells.length);
    assert.deepEqual(wrong, []);
  });
});
