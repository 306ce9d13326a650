import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WithinTask } from '../../../activities/calling/within-task.js';

describe('calls within workflow tasks', () => {
  test('are so many at once, and one more says at once that it is not made', async () => {
    const withinTask = new WithinTask(2);
    let answer = (_text: string) => {};
    const answered = new Promise<string>((resolve) => {
      answer = resolve;
    });
    let fail = (_error: Error) => {};
    const failed = new Promise<string>((_, reject) => {
      fail = reject;
    });
    const first = withinTask.call(() => answered);
    const second = withinTask.call(() => failed);
    const third = () => withinTask.call(() => Promise.resolve('made'));
    assert.equal(await third(), 'not-now');
    answer('first');
    assert.equal(await first, 'first');
    assert.equal(await third(), 'made');
    fail(new Error('DOKU is gone'));
    await assert.rejects(second, /DOKU is gone/);
    assert.equal(await third(), 'made');
  });

  test('are none where the calls of the fleet are limited', async () => {
    assert.equal(await new WithinTask(0).call(() => Promise.resolve('made')), 'not-now');
  });
});
