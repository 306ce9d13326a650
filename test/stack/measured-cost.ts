import assert from 'node:assert/strict';
import proto from '@temporalio/proto';
import type { Stack } from '../../worker/local/stack.js';
import type { Shop } from '../setting/shop.js';
import type { Cost } from './costs.js';
import { callsUnder, type Driven } from './driven-journeys.js';

/** Answers that arrive together share a workflow task, so how many there are is the one figure that time decides. */
export function assertCost(seen: Cost, expected: Cost): void {
  const exact = ({ eventsBetween, activities, localActivities, calls }: Cost) => ({
    eventsBetween,
    activities,
    localActivities,
    calls,
  });
  assert.deepEqual(exact(seen), exact(expected));
  assertNear(seen.workflowTasks, expected.workflowTasks, Math.max(1, expected.workflowTasks * 0.2));
  assertNear(seen.payloadBytes, expected.payloadBytes, expected.payloadBytes * 0.03);
}

function assertNear(seen: number, expected: number, slack: number): void {
  assert.ok(Math.abs(seen - expected) <= slack, `${seen}, not about ${expected}`);
}

export async function costOf(
  { client, shop }: Stack & { shop: Shop },
  { workflowIds, references, earlierCalls = 0 }: Driven,
): Promise<Cost> {
  const histories = await Promise.all(
    workflowIds.map((workflowId) => client.workflow.getHandle(workflowId).fetchHistory()),
  );
  const events = histories.flatMap((history) => history.events ?? []);
  const count = (attributes: keyof (typeof events)[number]) =>
    events.filter((event) => event[attributes]).length;
  const eventsOfTasks = events.filter(
    (event) =>
      event.workflowTaskScheduledEventAttributes ??
      event.workflowTaskStartedEventAttributes ??
      event.workflowTaskCompletedEventAttributes,
  );
  const isLocal = (event: (typeof events)[number]) =>
    event.markerRecordedEventAttributes?.markerName === 'core_local_activity';
  return {
    eventsBetween: events.length - eventsOfTasks.length,
    workflowTasks: count('workflowTaskCompletedEventAttributes'),
    activities: count('activityTaskScheduledEventAttributes'),
    localActivities: events.filter(isLocal).length,
    calls: (await callsUnder(shop, references)) - earlierCalls,
    payloadBytes: events.reduce((sum, event) => sum + payloadBytesIn(event), 0),
  };
}

/** Data and metadata of every payload, wherever in the event it stands. */
function payloadBytesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  const isPayload = 'metadata' in value && 'data' in value && value.data instanceof Uint8Array;
  if (isPayload)
    return proto.temporal.api.common.v1.Payload.encode(value as object).finish().length;
  return Object.values(value).reduce<number>((sum, inner) => sum + payloadBytesIn(inner), 0);
}
