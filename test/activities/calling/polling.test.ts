import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { PollingDelays } from '../../../activities/calling/ask.js';
import { Polling } from '../../../activities/calling/polling.js';

const SHORT: PollingDelays = { firstMs: 20, factor: 1, mostMs: 20 };
const HOUR: PollingDelays = { firstMs: 3_600_000, factor: 1, mostMs: 3_600_000 };
/** What the customer has, and an attempt that asks for 40 s. */
const TIMES = { scheduleToCloseTimeoutMs: 86_400_000, startToCloseTimeoutMs: 60_000 };
const SECONDS: PollingDelays = { firstMs: 10_000, factor: 1, mostMs: 10_000 };

type Times = ConstructorParameters<typeof MockActivityEnvironment>[0];

/** Asks under a reference until the answer is "paid", which comes with that question. */
function asks(polling: Polling, reference: string, paidWith: number, times: Times = {}) {
  const seen = { questions: 0 };
  const wait = () =>
    polling.untilFinal(
      reference,
      () => Promise.resolve(++seen.questions >= paidWith ? 'paid' : 'open'),
      (fact) => fact === 'paid',
      'the customer has not paid yet',
    );
  return {
    seen,
    answer: new MockActivityEnvironment({ ...TIMES, ...times }).run(wait),
  };
}

const laterBy = (leastMs: number, mostMs: number) => (error: Error) => {
  const { type, category, nextRetryDelay } = error as Error & {
    type: string;
    category: string;
    nextRetryDelay: number;
  };
  assert.equal(type, 'StillPending');
  assert.equal(category, 'BENIGN');
  assert.ok(nextRetryDelay >= leastMs && nextRetryDelay <= mostMs, `${nextRetryDelay} ms`);
  return true;
};

describe('asking until it is final', () => {
  test('asks again within the attempt while the pauses are short', async () => {
    const { seen, answer } = asks(new Polling({ delays: SHORT, mostPauses: 1 }), 'INV-1', 5);
    assert.equal(await answer, 'paid');
    assert.equal(seen.questions, 5);
  });

  test('leaves long pauses to Temporal', async () => {
    const { seen, answer } = asks(new Polling({ delays: HOUR, mostPauses: 1 }), 'INV-1', 2);
    await assert.rejects(answer, laterBy(0.8 * HOUR.firstMs, 1.2 * HOUR.firstMs));
    assert.equal(seen.questions, 1);
  });

  const tooLongPauses = {
    'beyond the time that the customer has': {
      currentAttemptScheduledTimestampMs: 1_020_000,
      scheduleToCloseTimeoutMs: 27_000,
    },
    'longer than the journey lets it, whatever its worker is set to': {
      startToCloseTimeoutMs: 27_000,
    },
  };
  for (const [which, times] of Object.entries(tooLongPauses)) {
    test(`does not pause ${which}`, async () => {
      const { seen, answer } = asks(new Polling({ delays: SECONDS, mostPauses: 1 }), 'INV-1', 9, {
        scheduledTimestampMs: 1_000_000,
        currentAttemptScheduledTimestampMs: 1_000_000,
        ...times,
      });
      await assert.rejects(answer, laterBy(8_000, 12_000));
      assert.equal(seen.questions, 1);
    });
  }

  test('leaves all to Temporal where none may pause', async () => {
    const { seen, answer } = asks(new Polling({ delays: SHORT, mostPauses: 0 }), 'INV-1', 2);
    await assert.rejects(answer, laterBy(16, 24));
    assert.equal(seen.questions, 1);
  });

  test('pauses for no more purchases at once than it may', async () => {
    const polling = new Polling({ delays: SECONDS, mostPauses: 1 });
    const first = asks(polling, 'INV-1', 2);
    await assert.rejects(asks(polling, 'INV-2', 2).answer, laterBy(8_000, 12_000));
    polling.endPause('INV-1');
    await assert.rejects(first.answer, laterBy(8_000, 12_000));
    assert.equal(first.seen.questions, 1);
  });

  test('ends a pause when there is news of that purchase, and no other', async () => {
    const polling = new Polling({ delays: SECONDS, mostPauses: 2 });
    const told = asks(polling, 'INV-1', 2);
    const other = asks(polling, 'INV-2', 2);
    let isOtherOver = false;
    const ended = other.answer.catch(() => {
      isOtherOver = true;
    });
    await setImmediate();
    polling.endPause('INV-1');
    await assert.rejects(told.answer, laterBy(8_000, 12_000));
    assert.equal(isOtherOver, false);
    polling.endPause('INV-2');
    await ended;
    assert.equal(other.seen.questions, 1);
  });

  test('ends all pauses of a worker that stops, and makes none after', async () => {
    const drain = new AbortController();
    const polling = new Polling({ delays: SECONDS, mostPauses: 9, draining: drain.signal });
    const pausing = [asks(polling, 'INV-1', 2), asks(polling, 'INV-2', 2)];
    await setImmediate();
    drain.abort();
    for (const { answer } of pausing) await assert.rejects(answer, laterBy(8_000, 12_000));
    await assert.rejects(asks(polling, 'INV-3', 2).answer, laterBy(8_000, 12_000));
  });

  test('plans its pauses by the time that it has waited, in however many attempts', async () => {
    const growing = new Polling({
      delays: { firstMs: 1_000, factor: 1.5, mostMs: 30_000 },
      mostPauses: 0,
    });
    const attemptAfter = (waitedMs: number) =>
      asks(growing, 'INV-1', 9, {
        scheduledTimestampMs: 1_000_000,
        currentAttemptScheduledTimestampMs: 1_000_000 + waitedMs,
      }).answer;
    await assert.rejects(attemptAfter(0), laterBy(800, 1_200));
    // 1000 + 1500 + 2250 ms are over: the fourth pause.
    await assert.rejects(attemptAfter(4_750), laterBy(0.8 * 3_375, 1.2 * 3_380));
    await assert.rejects(attemptAfter(3_600_000), laterBy(24_000, 36_000));
  });
});
