import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { heardTwice } from '../../../activities/calling/twice.js';

/** What is heard, where DOKU says these in turn. */
async function heard(said: readonly string[], activityType: string, answerMs = 0) {
  const left = [...said];
  const ask = async () => {
    await setTimeout(answerMs);
    return left.shift() ?? assert.fail('asked too often');
  };
  const environment = new MockActivityEnvironment({ activityType });
  const fact = await environment.run(() => heardTwice(ask, (one) => one === 'failed'));
  return { fact, asked: said.length - left.length };
}

describe('an answer that would be the end', { concurrency: true }, () => {
  test('is asked for once more, and the second one counts', async () => {
    const said = ['failed', 'open'];
    assert.deepEqual(await heard(said, 'awaitTopUpEnd'), { fact: 'open', asked: 2 });
    assert.deepEqual(await heard(['failed', 'failed'], 'queryTopUp'), { fact: 'failed', asked: 2 });
  });

  test('is the only one that is asked for again', async () =>
    assert.deepEqual(await heard(['open', 'failed'], 'queryTopUp'), { fact: 'open', asked: 1 }));

  test('has to do from a DOKU that takes its time, as an attempt ends', async () => {
    const said = ['failed', 'failed'];
    assert.deepEqual(await heard(said, 'awaitTopUpEnd', 5_100), { fact: 'failed', asked: 1 });
  });

  test('is a reconciliation’s as it is: it ends no journey, and has its own pace', async () => {
    const said = ['failed', 'failed'];
    assert.deepEqual(await heard(said, 'compareJourneys'), { fact: 'failed', asked: 1 });
  });
});
