import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isWhole } from '../setting/extent.js';
import { chaos } from './chaos.js';
import { choiceOf } from './plan/choice.js';
import { drawPlan } from './plan/draw.js';

/** Draws a journey of each kind, eight faults and a worker that is killed. */
const SEED = 251;
const JOURNEYS = isWhole ? 40 : 9;

describe('chaos, in a sample', () => {
  test('journeys of all types end as the books say, whatever happens to them', async () => {
    const choice = choiceOf([], []);
    const plan = drawPlan({ seed: SEED, journeys: JOURNEYS, rate: 3, choice });
    const { wrong, stories, summary } = await chaos(plan);
    process.stderr.write(`${summary}\n`);
    for (const { text } of stories) process.stderr.write(`${text}\n`);
    assert.deepEqual(wrong, []);
  });
});
