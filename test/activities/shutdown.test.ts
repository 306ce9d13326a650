import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { unanswered } from '../../activities/calling/ask.js';
import { PatientAsker } from '../../activities/calling/patient-asker.js';
import { Judging, type JudgingDependencies } from '../../activities/reconciliation/judging.js';
import type { Subject } from '../../activities/reconciliation/subject.js';

const LONG_MS = 3_600_000;

/** Ends as soon as its worker is to stop, and is tried by another one. */
async function stopsWithWorker(waits: (asked: () => void) => Promise<unknown>): Promise<void> {
  const environment = new MockActivityEnvironment({ attempt: 99 });
  let asked = () => {};
  const isWaiting = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const ended = environment.run(() => waits(asked));
  const refused = assert.rejects(ended, CancelledFailure);
  await isWaiting;
  environment.cancel('WORKER_SHUTDOWN');
  await refused;
}

describe('a worker that is to stop does not wait for', () => {
  test("DOKU's books to catch up with an end that they contradict", () =>
    stopsWithWorker((asked) => {
      const comparison = {
        hold: async () => {
          asked();
          return { kind: 'compared', status: 'success', doku: 'paid', verdict: { kind: 'status' } };
        },
      };
      const dependencies = { comparison, quietMs: LONG_MS } as unknown as JudgingDependencies;
      const journey = { closedAt: new Date().toISOString() };
      return new Judging(dependencies).judge([{ journey } as Subject]);
    }));

  test('the turn of one question of many', () =>
    stopsWithWorker(async (asked) => {
      const asker = new PatientAsker(1_000 / LONG_MS);
      await asker.ask(async () => asked());
      return asker.ask(async () => undefined);
    }));

  test('an answer that DOKU has not given yet', () =>
    stopsWithWorker((asked) =>
      new PatientAsker(1_000).ask(async () => {
        asked();
        throw unanswered('DOKU gives no clear answer');
      }),
    ));
});
