import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Client, type Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { Events } from '../../client/events.js';
import type { Journeys } from '../../client/temporal/journeys.js';
import { eventsQuery, type JourneyEvent } from '../../contract/event.js';
import { ANSWER, markOf, ofQuery } from '../../contract/written-as.js';

interface Run {
  readonly runId: string;
  readonly startMs: number;
  closeMs?: number;
  readonly events: JourneyEvent[];
}

/** Numbers from 0 to below `below`, the same for a seed. */
function dice(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

/** Temporal's list, newest end first and open ones before, and its journeys, as far as a reader of events meets them. */
class ScriptedTemporal {
  readonly runs: Run[] = [];
  nowMs = 1_795_800_000_000;

  start(): void {
    const runId = `run-${this.runs.length}`.padEnd(12, '-');
    this.runs.push({ runId, startMs: this.nowMs, events: [] });
  }

  tell(run: Run): void {
    const sequence = run.events.length + 1;
    const workflowId = `purchase/${run.runId}`;
    run.events.push({
      id: `${run.runId}/${sequence}`,
      type: 'purchase.needs-attention',
      timestamp: new Date(this.nowMs).toISOString(),
      data: { journey: 'purchase', workflowId, sequence, status: 'needs-attention' },
    });
  }

  get open(): Run[] {
    return this.runs.filter(({ closeMs }) => closeMs === undefined);
  }

  get client(): Client {
    const at = (iso: string | undefined) => Date.parse(iso ?? '');
    const placeOf = ({ closeMs = 9e15, startMs, runId }: Run) => `${closeMs}/${startMs}/${runId}`;
    const timeOf = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: 0 });
    const listWorkflowExecutions = async (asked: {
      query: string;
      pageSize: number;
      nextPageToken?: Uint8Array;
    }) => {
      const to = at(/StartTime <= '([^']+)'/.exec(asked.query)?.[1]);
      const from = at(/CloseTime >= '([^']+)'/.exec(asked.query)?.[1]);
      const after = asked.nextPageToken && Buffer.from(asked.nextPageToken).toString();
      const found = this.runs
        .filter(({ startMs, closeMs = 9e15 }) => startMs <= to && closeMs >= from)
        .sort((one, other) => (placeOf(one) < placeOf(other) ? 1 : -1))
        .filter((run) => after === undefined || placeOf(run) < after);
      const page = found.slice(0, asked.pageSize);
      const last = page.at(-1);
      return {
        executions: page.map(({ runId, startMs }) => ({
          execution: { workflowId: `purchase/${runId}`, runId },
          startTime: timeOf(startMs),
          taskQueue: 'own',
        })),
        nextPageToken: Buffer.from(last && found.length > page.length ? placeOf(last) : ''),
      };
    };
    const eventsOf = (runId: string) => this.runs.find((run) => run.runId === runId)?.events ?? [];
    const queryWorkflow = async ({ execution }: { execution: { runId: string } }) => {
      const answer = defaultPayloadConverter.toPayload([...eventsOf(execution.runId)]);
      const as = markOf(ANSWER, ofQuery(eventsQuery.name));
      return {
        queryResult: { payloads: [{ ...answer, metadata: { ...answer.metadata, as } }] },
      };
    };
    const workflowService = { listWorkflowExecutions, queryWorkflow };
    return new Client({ connection: { workflowService } as unknown as Connection });
  }
}

/** Journeys start, tell and end while somebody reads. @returns what was told, and what was read, as it came. */
async function read(seed: number, { mock }: TestContext) {
  const roll = dice(seed);
  const temporal = new ScriptedTemporal();
  mock.method(Date, 'now', () => temporal.nowMs);
  const journeys = { call: (_: object, __: undefined, work: () => unknown) => work() };
  const events = new Events({
    client: temporal.client,
    journeys: journeys as unknown as Journeys,
    taskQueue: 'own',
  });
  const pass = (ms: number) => {
    temporal.nowMs += ms;
  };
  const happen = () => {
    pass(roll(4_000));
    if (roll(3) === 0) temporal.start();
    for (const run of temporal.open) {
      if (roll(3) === 0) temporal.tell(run);
      if (roll(8) === 0) run.closeMs = temporal.nowMs;
    }
  };
  const seen: JourneyEvent[] = [];
  let after: string | undefined;
  const ask = async () => {
    const page = await events.list({ after, limit: 1 + roll(4) });
    seen.push(...page.events);
    after = page.next;
    return page.hasMore;
  };
  for (let step = 0; step < 300; step++) {
    happen();
    if (roll(2) === 0) await ask();
  }
  const told = temporal.runs.flatMap((run) => run.events);
  while (await ask());
  pass(11_000);
  while (await ask());
  return { told, seen };
}

describe('whoever reads events while journeys start, tell and end', () => {
  for (const seed of [1, 2, 3, 4, 5])
    test(`misses none, and has those of each journey in order: ${seed}`, async (context) => {
      const { told, seen } = await read(seed, context);
      const ids = new Set(seen.map(({ id }) => id));
      assert.ok(told.length > 100, `${told.length}`);
      assert.deepEqual(
        told.filter(({ id }) => !ids.has(id)),
        [],
      );
      const last = new Map<string, number>();
      for (const { id, data } of new Map(seen.map((event) => [event.id, event])).values()) {
        assert.ok(data.sequence > (last.get(data.workflowId) ?? 0), id);
        last.set(data.workflowId, data.sequence);
      }
      context.diagnostic(`${told.length} told, ${seen.length} read`);
    });
});
