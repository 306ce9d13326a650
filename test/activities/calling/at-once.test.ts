import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { atOnce } from '../../../activities/calling/at-once.js';

const later = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('working through items, so many at once', () => {
  test('does each once and never more at once', async () => {
    const done: number[] = [];
    let underWay = 0;
    let most = 0;
    await atOnce([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await later();
      underWay -= 1;
      done.push(item);
    });
    assert.deepEqual(done.sort(), [1, 2, 3, 4, 5, 6, 7]);
    assert.equal(most, 3);
  });

  test('the first error ends it, and nothing is begun or under way after that', async () => {
    const begun: number[] = [];
    let underWay = 0;
    await assert.rejects(
      atOnce([1, 2, 3, 4, 5, 6], 2, async (item) => {
        begun.push(item);
        underWay += 1;
        await later();
        underWay -= 1;
        if (item === 2) throw new Error('two');
      }),
      /two/,
    );
    assert.deepEqual([begun, underWay], [[1, 2, 3], 0]);
  });
});
