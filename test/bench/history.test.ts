import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import proto from '@temporalio/proto';
import { billableActions } from '../../bench/cloud-actions.js';
import { payloadBytes } from '../../bench/payload-bytes.js';

const { EventType } = proto.temporal.api.enums.v1;
const { History } = proto.temporal.api.history.v1;

const recorded = (name: string) =>
  History.fromObject(
    JSON.parse(
      readFileSync(new URL(`../replay/histories/first/${name}.json`, import.meta.url), 'utf8'),
    ),
  );

test('Temporal Cloud bills a start, upserts, updates, activities, timers and signals', () => {
  const [start, upserts, updates, activities, timers, signals] = [1, 4, 2, 3, 2, 1];
  assert.equal(
    billableActions(recorded('purchase-PAID')),
    start + upserts + updates + activities + timers + signals,
  );
});

test('a retry is an action, all markers of one workflow task are one, and version marks are none', () => {
  const started = (attempt: number) => ({
    eventType: EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED,
    activityTaskStartedEventAttributes: { attempt },
  });
  const marker = (task: number) => ({
    eventType: EventType.EVENT_TYPE_MARKER_RECORDED,
    markerRecordedEventAttributes: { workflowTaskCompletedEventId: task },
  });
  const upsert = (key: string) => ({
    eventType: EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    upsertWorkflowSearchAttributesEventAttributes: {
      searchAttributes: { indexedFields: { [key]: {} } },
    },
  });
  const actionsOf = (...events: object[]) => billableActions(History.fromObject({ events }));
  assert.equal(actionsOf(started(1), started(11)), 10);
  assert.equal(actionsOf(marker(3), marker(3), marker(8)), 2);
  assert.equal(actionsOf(upsert('TemporalChangeVersion'), upsert('JourneyStatus')), 1);
});

test('the bytes of a history are those of its payloads with their metadata', () => {
  const payload = { metadata: { encoding: Buffer.from('12345') }, data: Buffer.from('123') };
  const events = [
    { workflowExecutionStartedEventAttributes: { input: { payloads: [payload, payload] } } },
    { activityTaskStartedEventAttributes: { lastFailure: { encodedAttributes: payload } } },
  ];
  assert.equal(payloadBytes(History.fromObject({ events })), 3 * ('encoding'.length + 5 + 3));
});
