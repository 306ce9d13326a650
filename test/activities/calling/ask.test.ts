import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { askUntilAnswered } from '../../../activities/calling/ask.js';
import type { Outcome } from '../../../activities/snap/outcome.js';

const odd: Outcome<never> = {
  kind: 'doubtful',
  externalId: '1',
  sends: 1,
  reason: 'wrong-shape',
  responseMessage: 'latestTransactionStatus: null',
};

/** What an attempt throws so long after the question was first asked. */
const thrownAfter = (minutes: number, outcome: Outcome<never>): Promise<ApplicationFailure> =>
  new MockActivityEnvironment({
    scheduledTimestampMs: 0,
    currentAttemptScheduledTimestampMs: minutes * 60_000,
  })
    .run(() => askUntilAnswered(async () => outcome))
    .then(
      () => assert.fail('answered'),
      (error) => error,
    );

describe('an answer that cannot be read', () => {
  test('is asked for again, and said at once with its field', async () => {
    const { type, nonRetryable, message } = await thrownAfter(1, odd);
    assert.deepEqual([type, nonRetryable], ['Unanswered', false]);
    assert.match(message, /latestTransactionStatus: null/);
  });

  test('is for somebody to look at after minutes, not after a day', async () => {
    const { type, nonRetryable } = await thrownAfter(6, odd);
    assert.deepEqual([type, nonRetryable], ['UnreadableAnswer', true]);
  });

  test('is not silence, which may last', async () => {
    const { type, nonRetryable } = await thrownAfter(600, { ...odd, reason: 'timed-out' });
    assert.deepEqual([type, nonRetryable], ['Unanswered', false]);
  });
});
