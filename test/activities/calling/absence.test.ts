import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Absence, type Sent } from '../../../activities/calling/absence.js';

const SENT_AT = Date.parse('2026-11-27T10:00:00.000Z');
const QUIET_MS = 60_000;
const CALL_MS = 20_000;
const ABSENT = 'not-found';

/** What is concluded so long after the last send, where DOKU says these in turn. */
async function concluded(seconds: number, said: readonly string[], sent?: Partial<Sent> | 'no') {
  const left = [...said];
  const about =
    sent === 'no' ? undefined : { lastSentAt: new Date(SENT_AT).toISOString(), ...sent };
  const environment = new MockActivityEnvironment({
    currentAttemptScheduledTimestampMs: SENT_AT + seconds * 1_000,
  });
  const question = async () => left.shift() ?? assert.fail('asked too often');
  try {
    const fact = await environment.run(() =>
      new Absence(QUIET_MS, CALL_MS).proven(question, (one) => one === ABSENT, about),
    );
    return { fact, asked: said.length - left.length };
  } catch (error) {
    assert.ok(error instanceof ApplicationFailure, String(error));
    assert.deepEqual([error.type, error.nonRetryable], ['StillPending', false]);
    return { fact: 'pending', asked: said.length - left.length };
  }
}

describe('an absence (money rule 3)', () => {
  test('proves nothing within the quiet time', async () => {
    assert.deepEqual(await concluded(0, [ABSENT]), { fact: 'pending', asked: 1 });
    assert.deepEqual(await concluded(59, [ABSENT]), { fact: 'pending', asked: 1 });
  });

  test('is proof after it, once it was given again', async () => {
    assert.deepEqual(await concluded(61, [ABSENT, ABSENT]), { fact: ABSENT, asked: 2 });
    assert.deepEqual(await concluded(61, [ABSENT, 'success']), { fact: 'success', asked: 2 });
  });

  test('had its time for whoever looks elsewhere, by the time that it counts by', async () => {
    const absence = new Absence(QUIET_MS);
    const sent = { lastSentAt: new Date(SENT_AT).toISOString() };
    const looked: boolean[] = [];
    // The quiet time is over while DOKU answers.
    const question = async () => {
      looked.push(absence.hasHadTime(sent));
      await setTimeout(300);
      return ABSENT;
    };
    const environment = new MockActivityEnvironment({
      currentAttemptScheduledTimestampMs: SENT_AT + QUIET_MS - 200,
    });
    await environment.run(() => absence.proven(question, (one) => one === ABSENT, sent));
    assert.deepEqual(looked, [false, true]);
  });

  test('is never proof of what DOKU accepted', async () => {
    const accepted = { isAccepted: true } as const;
    assert.deepEqual(await concluded(86_400, [ABSENT], accepted), { fact: 'pending', asked: 1 });
  });

  test('of what DOKU has shown it is a lag, however long it lasts', async () => {
    const shown = { isAtDoku: true } as const;
    assert.deepEqual(await concluded(86_400, [ABSENT], shown), { fact: 'pending', asked: 1 });
  });

  test('of what another run sent waits for its call, and for books that lag without our knowledge', async () => {
    const another = { mayBeUnderWay: true } as const;
    const least = (CALL_MS + 2 * QUIET_MS) / 1_000;
    assert.deepEqual(await concluded(least - 1, [ABSENT], another), { fact: 'pending', asked: 1 });
    const late = await concluded(least + 1, [ABSENT, ABSENT], another);
    assert.deepEqual(late, { fact: ABSENT, asked: 2 });
  });

  test('counts as it is where nothing was sent; any other word always', async () => {
    assert.deepEqual(await concluded(0, [ABSENT], 'no'), { fact: ABSENT, asked: 1 });
    assert.deepEqual(await concluded(0, ['success']), { fact: 'success', asked: 1 });
  });

  test('of several things is proven by two answers', async () => {
    const environment = new MockActivityEnvironment({
      currentAttemptScheduledTimestampMs: SENT_AT + 86_400_000,
    });
    const sent = { lastSentAt: new Date(SENT_AT).toISOString() };
    let asked = 0;
    const question = async () => {
      asked++;
      return ABSENT;
    };
    const doubts = [1, 2, 3, 4].map(() => ({ isAbsent: (one: string) => one === ABSENT, sent }));
    await environment.run(() => new Absence(QUIET_MS).provenAll(question, doubts));
    assert.equal(asked, 2);
  });
});

describe('a status that nobody knows', () => {
  const about = async (info: object) => {
    const environment = new MockActivityEnvironment({
      ...{ activityType: 'queryPurchase', scheduledTimestampMs: SENT_AT },
      ...{ currentAttemptScheduledTimestampMs: SENT_AT, scheduleToCloseTimeoutMs: 0, ...info },
    });
    return environment
      .run(async () => new Absence(QUIET_MS).assertKnown('unknown'))
      .then(
        () => 'told',
        (error: ApplicationFailure) => error.type,
      );
  };
  for (const [what, info, outcome] of [
    ['is asked for again', {}, 'StillPending'],
    [
      'is told once that took a quiet time',
      { currentAttemptScheduledTimestampMs: SENT_AT + QUIET_MS },
      'told',
    ],
    [
      'is told to who waits for less, as when an operator decides',
      { scheduleToCloseTimeoutMs: 10_000 },
      'told',
    ],
    ['is told to a reconciliation', { activityType: 'compareJourneys' }, 'told'],
  ] as const)
    test(what, async () => assert.equal(await about(info), outcome));
});
