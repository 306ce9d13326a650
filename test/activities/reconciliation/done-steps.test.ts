import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, ServiceError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { doneSteps } from '../../../activities/reconciliation/done-steps.js';

const DEADLINE_EXCEEDED = 4;
const UNAVAILABLE = 14;

/** What a hold that has ended says it captured, where asking it fails so. */
function asked(code: number) {
  const cause = Object.assign(new Error('no answer'), { code, details: '', metadata: {} });
  return stepsBy(async () => {
    throw new ServiceError('failed to query', { cause });
  });
}

function stepsBy(query: () => Promise<unknown>) {
  const client = {
    withDeadline: (_: number, ask: () => unknown) => ask(),
    workflow: { getHandle: () => ({ query }) },
  } as unknown as Client;
  return doneSteps(client, {
    ...{ workflowId: 'authorized-purchase/AUT-1', runId: 'run', type: 'authorizedPurchase' },
    ...{ customerId: 'customer-1', partnerReferenceNo: 'AUT-1', status: 'COMPLETED' },
    ...{ journeyStatus: 'captured', startedAt: '2026-11-28T00:00:00Z' },
  });
}

test('what no worker answers for is not known, and holds up no other', async () => {
  await assert.rejects(
    asked(DEADLINE_EXCEEDED),
    (error: Error) => error instanceof ApplicationFailure && error.nonRetryable === true,
  );
});

test('where Temporal is away it is asked again', async () => {
  await assert.rejects(asked(UNAVAILABLE), ServiceError);
});

test('what nobody has told the amount of is not compared in it', async () => {
  const step = { kind: 'void', closes: true, reason: 'limit' } as const;
  const answered = (amount: string) => ({ outcome: 'voided', amount, remaining: '0.00' }) as const;
  const steps = [
    { ...step, partnerNo: 'UNTOLD', answer: answered('0.00') },
    { ...step, partnerNo: 'TOLD', answer: answered('30000.00') },
  ];
  assert.deepEqual(await stepsBy(async () => ({ isWhole: false, steps })), [
    { kind: 'void', partnerNo: 'TOLD', amount: '30000.00' },
  ]);
});
