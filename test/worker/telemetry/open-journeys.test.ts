import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { Client } from '@temporalio/client';
import type { MetricMeter } from '@temporalio/common';
import { createLogger } from '../../../worker/logger.js';
import { countOpenJourneys } from '../../../worker/telemetry/open-journeys.js';
import { eventually } from '../../setting/shop.js';

interface Parked {
  readonly workflowId: string;
  readonly type: string;
  readonly startedAt: number;
  readonly parkedAt?: number;
}

const at = (seconds: number) => ({ seconds, nanos: 0 });

/** Temporal, by what waits for an operator there. */
function temporal() {
  const state = { parked: [] as Parked[], isGone: false };
  const client = {
    options: { namespace: 'default' },
    workflowService: {
      listWorkflowExecutions: async ({ query }: { query: string }) => {
        if (state.isGone) throw new Error('Temporal is gone');
        const found = query.includes("'needs-attention'") ? state.parked : [];
        return {
          executions: found.map(({ workflowId, type, startedAt }) => ({
            execution: { workflowId, runId: workflowId },
            type: { name: type },
            startTime: at(startedAt),
          })),
        };
      },
      getWorkflowExecutionHistoryReverse: async ({
        execution,
      }: {
        execution: { workflowId: string };
      }) => {
        const { parkedAt } =
          state.parked.find(({ workflowId }) => workflowId === execution.workflowId) ?? {};
        const upsert = { searchAttributes: { indexedFields: { JourneyStatus: {} } } };
        return {
          history: {
            events: [
              { eventTime: at(9_999) },
              ...(parkedAt
                ? [
                    {
                      eventTime: at(parkedAt),
                      upsertWorkflowSearchAttributesEventAttributes: upsert,
                    },
                  ]
                : []),
            ],
          },
        };
      },
    },
  } as unknown as Client;
  return { state, client };
}

describe('the gauges of what is open', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });
  function watching(client: Client) {
    const metrics = new Map<string, number>();
    const instrument = (name: string) => ({
      set: (value: number, tags: object = {}) =>
        metrics.set([name, ...Object.values(tags)].join(' '), value),
    });
    const meter = { createGauge: instrument } as unknown as MetricMeter;
    const lines: string[] = [];
    const logger = createLogger({
      level: 'warn',
      destination: { write: (line) => void lines.push(line) },
    });
    const { stop } = countOpenJourneys({ client, meter, logger, everyMs: 10 });
    stops.push(stop);
    const open = (journey: string) => [
      metrics.get(`doku_journeys_open ${journey} needs-attention`),
      metrics.get(`doku_journeys_open_since_seconds ${journey} needs-attention`),
    ];
    return { metrics, lines, stop, open };
  }

  test('say how many wait of each journey, and since when the longest does, until they are resolved', async () => {
    const { state, client } = temporal();
    state.parked = [
      { workflowId: 'a', type: 'purchase', startedAt: 100, parkedAt: 900 },
      { workflowId: 'b', type: 'purchase', startedAt: 200, parkedAt: 300 },
      { workflowId: 'c', type: 'refund', startedAt: 400 },
    ];
    const { open, stop } = watching(client);
    await eventually(
      async () => open('refund'),
      ([count]) => count === 1,
    );
    assert.deepEqual(
      [open('purchase'), open('refund')],
      [
        [2, 300],
        [1, 400],
      ],
    );
    state.parked = state.parked.slice(0, 1);
    await eventually(
      async () => open('refund'),
      ([count]) => count === 0,
    );
    assert.deepEqual(
      [open('purchase'), open('refund')],
      [
        [1, 900],
        [0, 0],
      ],
    );
    stop();
  });

  test('have one name for whatever is no journey of ours', async () => {
    const { state, client } = temporal();
    state.parked = ['nonsense\u001b[0m', 'made-up', 'toString', 'purchase'].map((type, index) => ({
      workflowId: type,
      type,
      startedAt: index,
    }));
    const { metrics, open, stop } = watching(client);
    await eventually(
      async () => open('purchase'),
      ([count]) => count === 1,
    );
    assert.deepEqual(open('other'), [3, 0]);
    const names = [...metrics.keys()].filter((name) => name.startsWith('doku_journeys_open '));
    assert.deepEqual(
      names.sort(),
      [
        ...['other in-doubt', 'other needs-attention'],
        ...['purchase in-doubt', 'purchase needs-attention'],
      ].map((name) => `doku_journeys_open ${name}`),
    );
    stop();
  });

  test('know every type that workers register', async () => {
    const types = Object.keys(await import('../../../workflows/index.js'));
    const { state, client } = temporal();
    state.parked = types.map((type) => ({ workflowId: type, type, startedAt: 100 }));
    const { open, stop } = watching(client);
    await eventually(
      async () => open('purchase'),
      ([count]) => count === 1,
    );
    for (const type of types) assert.deepEqual(open(type), [1, 100], type);
    stop();
  });

  test('stay as they were while Temporal does not tell, and say of when they are', async () => {
    const { state, client } = temporal();
    state.parked = [{ workflowId: 'a', type: 'purchase', startedAt: 100, parkedAt: 900 }];
    const { metrics, open, lines, stop } = watching(client);
    await eventually(
      async () => open('purchase'),
      ([count]) => count === 1,
    );
    state.isGone = true;
    await eventually(
      async () => lines.length,
      (count) => count > 0,
    );
    const countedAt = metrics.get('doku_journeys_counted_at_seconds');
    state.parked = [];
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(open('purchase'), [1, 900]);
    assert.equal(metrics.get('doku_journeys_counted_at_seconds'), countedAt);
    stop();
  });
});
