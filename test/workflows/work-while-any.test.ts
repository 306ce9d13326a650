import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkWhileAny } from '../../workflows/mechanisms/work-while-any.js';

for (let turns = 0; turns <= 12; turns++) {
  test(`what comes up ${turns} turns after the work began is done before it is said to be`, async () => {
    const waiting = ['first'];
    const done: string[] = [];
    const loop = async () => {
      while (waiting.length > 0) {
        await Promise.resolve();
        done.push(...waiting.splice(0, 1));
      }
    };
    const work = new WorkWhileAny(
      () => waiting.length > 0,
      // As within a scope: it ends some turns after it looked last.
      () => Promise.resolve(loop()).then(() => undefined),
    );
    work.start();
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    waiting.push('second');
    work.start();
    await work.done();
    assert.deepEqual(done, ['first', 'second']);
  });
}
