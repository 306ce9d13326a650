import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drawPlan } from './plan/draw.js';
import type { Plan } from './plan/plan.js';
import { shrunk } from './shrink.js';

describe('a plan that fails is made smaller', () => {
  const plan = drawPlan({ seed: 3, journeys: 100 });
  const culprit = plan.journeys.find(({ faults, acts }) => faults.length > 1 && acts.length > 0);
  const has = ({ journeys }: Plan, fault: unknown) =>
    journeys.some(({ faults }) => faults.some((one) => one === fault));

  test('to the one fault of the one journey that it takes', async () => {
    const fault = culprit?.faults[1];
    const smallest = await shrunk(plan, [culprit?.name ?? ''], async (tried) => has(tried, fault));
    assert.deepEqual(
      smallest.journeys.map(({ name }) => name),
      [culprit?.name],
    );
    assert.deepEqual(smallest.journeys[0]?.faults, [fault]);
    assert.deepEqual(smallest.journeys[0]?.acts, []);
    assert.deepEqual(smallest.upheavals, []);
  });

  test('to two journeys, where one alone is right', async () => {
    const [first, second] = [plan.journeys[10], plan.journeys[70]];
    const isWrong = async ({ journeys }: Plan) => {
      const names = journeys.map(({ name }) => name);
      return names.includes(first?.name ?? '') && names.includes(second?.name ?? '');
    };
    const smallest = await shrunk(plan, [first?.name ?? ''], isWrong);
    assert.deepEqual(
      smallest.journeys.map(({ name }) => name),
      [first?.name, second?.name],
    );
  });

  test('not at all, where nothing smaller fails', async () => {
    assert.equal(await shrunk(plan, [], async () => false), plan);
  });
});
