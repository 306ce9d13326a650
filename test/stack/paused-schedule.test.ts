import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { NotNowError } from '../../client/errors.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, type Shop } from '../setting/shop.js';

/** Whoever reaches Temporal pauses a schedule, or an operator by mistake: nothing is reconciled daily then (money rule 10). */
describe('a daily reconciliation that is paused', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  test('is told as that to whoever sets it, with what it did last, and goes on only where that is asked for', async () => {
    const { reconciliation } = shop.journeys;
    const handle = stack.client.schedule.getHandle('reconciliation');
    await reconciliation.daily({ hour: 3 });
    await handle.pause('by\u001b[31m somebody');
    const { createdAt } = (await handle.describe()).info;
    await assert.rejects(reconciliation.daily({ hour: 4 }), (error: Error) => {
      assert.ok(error instanceof NotNowError, String(error));
      assert.match(error.message, /reconciliation is paused \("by…\[31m somebody"\)/);
      assert.ok(error.message.includes(`no run since ${createdAt.toISOString()}`), error.message);
      assert.match(error.message, /resume/);
      return true;
    });
    const kept = await handle.describe();
    assert.deepEqual(
      [kept.state.paused, kept.spec.calendars?.[0]?.hour],
      [true, [{ start: 3, end: 3, step: 1 }]],
    );
    assert.equal(await reconciliation.daily({ hour: 4, resume: true }), 'reconciliation');
    const resumed = await handle.describe();
    assert.deepEqual([resumed.state.paused, resumed.state.note], [false, '']);
    assert.equal(resumed.info.nextActionTimes[0]?.toISOString().slice(11, 16), '21:00');
    // One that was deleted is set again.
    await handle.delete();
    await reconciliation.daily({ hour: 5 });
    assert.equal((await handle.describe()).state.paused, false);
  });

  test('says from when on it began none, where it has begun some', async () => {
    const handle = stack.client.schedule.getHandle('reconciliation');
    await shop.journeys.reconciliation.daily({ hour: 3 });
    await handle.trigger();
    const at = await eventually(
      async () => (await handle.describe()).info.recentActions.at(-1)?.takenAt,
      (taken) => taken !== undefined,
    );
    await handle.pause('by hand');
    await assert.rejects(shop.journeys.reconciliation.daily({ hour: 3 }), (error: Error) =>
      error.message.includes(`and has begun no run since ${at?.toISOString()}`),
    );
  });
});
