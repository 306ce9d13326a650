import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { Compared } from '../../activities/reconciliation/index.js';
import type { JourneyEvent } from '../../contract/event.js';
import type { Mismatch, ReconciliationResult } from '../../contract/reconciliation.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { openSkippingServer } from '../setting/time-skipping.js';

/** More than the 2,000 open children that Temporal lets a workflow have. */
const PAGES = 60;
/** More than one run goes through. */
const MANY_PAGES = 101;
const A_PAGE = 500;

describe('a reconciliation of a bad day', () => {
  let environment: TestWorkflowEnvironment;
  let worker: Worker;
  let running: Promise<void>;
  /** Of each page, how many mismatches were wanted. */
  const rooms: (number | undefined)[] = [];
  const mismatch = (number: number): Mismatch => ({
    kind: 'status',
    subject: `purchase/INV-${number}`,
    partnerReferenceNo: `INV-${number}`,
    customerId: 'customer-1',
    here: 'paid 1.00',
    doku: 'cancelled 1.00',
  });

  let pages = PAGES;

  before(async () => {
    environment = await openSkippingServer();
    worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue: 'reconciliation',
      workflowBundle: await checkoutWorkflowBundle(),
      activities: {
        listJourneys: async ({ token }: { token: string }) => {
          const page = Number(token || '1');
          return { journeys: [], next: page < pages ? String(page + 1) : '' };
        },
        compareJourneys: async ({ room }: { room?: number }): Promise<Compared> => {
          rooms.push(room);
          const mismatches = Array.from({ length: A_PAGE }, (_, index) => mismatch(index));
          const counts = { checked: A_PAGE, mismatched: A_PAGE };
          return { counts, mismatches: mismatches.slice(0, room), isRaised: true };
        },
        listWallets: async () => ({ customerIds: [], next: '' }),
        compareHistory: async (): Promise<Compared> => ({
          counts: {},
          mismatches: [],
          isRaised: true,
        }),
        changesSince: async () => null,
      },
    });
    running = worker.run();
  });
  after(async () => {
    worker?.shutdown();
    await running;
    await environment?.teardown();
  });

  test('has no more findings than it can hold: they are none of its children', async () => {
    const handle = await environment.client.workflow.start('reconciliation', {
      workflowId: 'reconciliation/bad',
      taskQueue: 'reconciliation',
      args: [{ from: '2026-11-24T00:00:00Z', to: '2026-11-25T00:00:00Z' }],
    });
    const { counts, mismatches, outcome } = (await handle.result()) as ReconciliationResult;
    assert.deepEqual(
      [outcome, counts.mismatched, mismatches.length],
      ['finished', PAGES * A_PAGE, 500],
    );
    // What the report has no room for does not go through Temporal.
    assert.deepEqual(rooms.slice(0, 3), [500, 0, 0]);
    const { events } = await handle.fetchHistory();
    const started = (events ?? []).filter(
      ({ startChildWorkflowExecutionInitiatedEventAttributes: child }) => child,
    );
    assert.equal(started.length, 0);
    assert.ok((events?.length ?? 0) < 2_000, `${events?.length} events`);
  });

  test('counts what it tells on in another run', async () => {
    pages = MANY_PAGES;
    const counts = { checked: 0, matched: 0, mismatched: 0, open: 0, unaskable: 0, entries: 0 };
    const events = { sequence: 3, isReceiverKnown: false, isBehind: false };
    const { client } = environment;
    const handle = await client.workflow.start('reconciliation', {
      workflowId: 'reconciliation/long',
      taskQueue: 'reconciliation',
      args: [
        { from: '2026-11-24T00:00:00Z', to: '2026-11-25T00:00:00Z' },
        { phase: 'journeys', token: '', counts, mismatches: [], journey: { known: [], events } },
      ],
    });
    assert.equal((await handle.result()).counts.checked, MANY_PAGES * A_PAGE);
    const told = await client.workflow.getHandle(handle.workflowId).query<JourneyEvent[]>('events');
    assert.deepEqual(
      told.map(({ type, data }) => [type, data.sequence]),
      [['reconciliation.finished', 4]],
    );
  });
});
