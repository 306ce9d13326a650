import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '@temporalio/client';
import { wasTaken } from '../../../activities/reconciliation/records.js';
import { ARGUMENT, askedOf, markOf, WRITTEN_AS } from '../../../contract/written-as.js';

interface Begun {
  readonly original?: string;
  readonly continued?: string;
  /** In which runs' names it has called. */
  readonly calls: readonly string[];
}

/** Whether a worker has taken the run `now`, by what Temporal has of it and of others. */
function taken(runs: Readonly<Record<string, Begun>>): Promise<boolean> {
  const client = {
    options: { namespace: 'default', loadedDataConverter: { payloadCodecs: [] } },
    workflowService: {
      getWorkflowExecutionHistory: async ({ execution }: { execution: { runId: string } }) => {
        const { original = execution.runId, continued, calls } = runs[execution.runId] as Begun;
        const attributes = {
          originalExecutionRunId: original,
          ...(continued && { continuedExecutionRunId: continued }),
        };
        const scheduled = calls.map((runId, nth) => ({
          activityTaskScheduledEventAttributes: {
            activityId: String(nth),
            activityType: { name: 'queryPurchase' },
            input: {
              payloads: [
                { metadata: { [WRITTEN_AS]: markOf(ARGUMENT, askedOf('queryPurchase', runId)) } },
              ],
            },
          },
        }));
        const events = [{ workflowExecutionStartedEventAttributes: attributes }, ...scheduled];
        return { history: { events } };
      },
    },
  } as unknown as Client;
  return wasTaken(client, { workflowId: 'purchase/INV-1', runId: 'now-aaaaaaaaaaaa' });
}

const NOW = 'now-aaaaaaaaaaaa';
const BEFORE = 'before-bbbbbbbbbbbb';

test('a run was taken by a worker that has called in its name, or went on in it', async () => {
  assert.equal(await taken({ [NOW]: { calls: [NOW] } }), true);
  assert.equal(await taken({ [NOW]: { calls: [BEFORE], original: BEFORE } }), true, 'a reset');
  const before = { [BEFORE]: { calls: [BEFORE] } };
  assert.equal(await taken({ [NOW]: { calls: [], continued: BEFORE }, ...before }), true);
});

test('and by nobody, whose calls were copied from another run', async () => {
  assert.equal(await taken({ [NOW]: { calls: [] } }), false);
  assert.equal(await taken({ [NOW]: { calls: [BEFORE] } }), false);
  const before = { [BEFORE]: { calls: [] } };
  assert.equal(await taken({ [NOW]: { calls: [BEFORE], continued: BEFORE }, ...before }), false);
});
