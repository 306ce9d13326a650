import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnexpectedAnswerError } from '../../client/errors.js';
import { Reconciliations } from '../../client/reconciliation.js';
import type { Journeys } from '../../client/temporal/journeys.js';

test('a report of another period than the one asked for is refused, whoever tells it', async () => {
  const told = { from: '2026-11-27T17:00:00.000Z', to: '2026-11-28T17:00:00.000Z' };
  const tell = async () => told;
  const journeys = { query: tell, until: tell, result: tell } as unknown as Journeys;
  const reconciliations = new Reconciliations(journeys);
  const period = { from: new Date(told.from), to: new Date(told.to) };
  assert.equal(await reconciliations.result(period), told);
  const other = { ...period, from: new Date('2026-11-26T17:00:00.000Z') };
  for (const ask of [
    () => reconciliations.status(other),
    () => reconciliations.until(other, ['finished']),
    () => reconciliations.result(other),
  ])
    await assert.rejects(ask, UnexpectedAnswerError);
});
