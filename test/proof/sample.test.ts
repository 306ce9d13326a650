import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FAULT_NAMES } from '../../sandbox/doku/faults.js';
import { isWhole } from '../setting/extent.js';
import '../setting/quiet.js';
import { allCells } from './cells.js';
import { proveFaults } from './prove.js';
import { partOf, sampleOf } from './sample.js';

describe('the proof, in a sample', () => {
  test('every journey meets some faults, and every fault a journey, and ends as the ledger says', async () => {
    const cells = partOf(sampleOf(allCells()), isWhole ? 1 : 8);
    const met = new Set(cells.map(({ breakdown }) => breakdown));
    assert.deepEqual(
      FAULT_NAMES.filter((fault) => !met.has(fault)),
      [],
    );
    const verdicts = await proveFaults(cells, {});
    const wrong = verdicts
      .filter(({ mistakes }) => mistakes.length > 0)
      .map(({ cell, mistakes }) => `${cell.name}: ${mistakes.join('; ')}`);
    assert.equal(verdicts.length, cells.length);
    assert.deepEqual(wrong, []);
  });
});
