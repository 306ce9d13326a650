import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { choiceOf } from './choice.js';
import { drawPlan } from './draw.js';
import { JOURNEY_KINDS } from './plan.js';

describe('a plan is drawn from a seed', () => {
  test('the same seed draws the same plan, another one another', () => {
    const plan = drawPlan({ seed: 7, journeys: 200 });
    assert.deepEqual(drawPlan({ seed: 7, journeys: 200 }), plan);
    assert.notDeepEqual(drawPlan({ seed: 8, journeys: 200 }), plan);
  });

  test('a journey is the same however many others are drawn', () => {
    const few = drawPlan({ seed: 7, journeys: 20 });
    const many = drawPlan({ seed: 7, journeys: 400 });
    assert.deepEqual(many.journeys.slice(0, 20), few.journeys);
  });

  test('a plan survives a file', () => {
    const plan = drawPlan({ seed: 7, journeys: 50 });
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
  });

  test('journeys of all types meet up to three faults each', () => {
    const { journeys } = drawPlan({ seed: 7, journeys: 1_000 });
    assert.deepEqual(new Set(journeys.map(({ kind }) => kind)), new Set(JOURNEY_KINDS));
    const counts = new Set(journeys.map(({ faults }) => faults.length));
    assert.deepEqual([...counts].sort(), [0, 1, 2, 3]);
  });

  test('only what is named of a group is drawn, and all of the others', () => {
    const choice = choiceOf(['purchase', 'topUp', 'drop', 'no-act']);
    const { journeys, upheavals } = drawPlan({ seed: 7, journeys: 300, choice });
    assert.deepEqual(new Set(journeys.map(({ kind }) => kind)), new Set(['purchase', 'topUp']));
    const faults = journeys.flatMap((journey) => journey.faults.map(({ fault }) => fault));
    assert.deepEqual(new Set(faults), new Set(['drop']));
    assert.deepEqual(
      journeys.flatMap(({ acts }) => acts),
      [],
    );
    assert.ok(new Set(upheavals.map(({ upheaval }) => upheaval)).size > 3);
  });

  test('what is left out is not drawn', () => {
    const { journeys } = drawPlan({
      seed: 7,
      journeys: 500,
      choice: choiceOf([], ['terminate', 'refund']),
    });
    assert.ok(journeys.every(({ kind }) => kind !== 'refund'));
    assert.ok(journeys.every(({ acts }) => acts.every(({ act }) => act !== 'terminate')));
  });

  test('a kind that there is not is named', () => {
    assert.throws(() => choiceOf(['purchse']), /no kind is named purchse/);
  });
});
