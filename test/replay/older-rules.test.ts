import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import {
  type DataConverter,
  defaultPayloadConverter,
  type Payload,
  type PayloadCodec,
} from '@temporalio/common';
import proto from '@temporalio/proto';
import { Worker, type WorkflowBundlePath } from '@temporalio/worker';
import {
  createDataConverter,
  EncryptingPayloadCodec,
  payloadKeysOf,
  workerDataConverter,
} from '../../worker/temporal/encryption.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { marked } from '../../workflows/mechanisms/event-mark.js';
import { REPLAY_KEYS } from './key.js';

const codec = new EncryptingPayloadCodec(payloadKeysOf(REPLAY_KEYS));

/** What journeys were started with when more was allowed. */
const STARTED = [
  ['purchase-PAID', { returnUrl: 'http://shop.example/back' }],
  ['openAccount-customer-new-open-open', { redirectUrl: 'http://me@shop.example/back' }],
  ['refund-REFUND', { reason: 'two\nlines' }],
] as const;

describe('a journey that began when its rules were laxer', () => {
  let workflowBundle: WorkflowBundlePath;
  before(async () => {
    workflowBundle = await checkoutWorkflowBundle();
  });

  for (const [name, fields] of STARTED) {
    test(`goes on: ${name} with ${JSON.stringify(fields)}`, async () => {
      const history = historyOf(name);
      const started = history.events[0]?.workflowExecutionStartedEventAttributes;
      const input = await decoded(started?.input?.payloads?.[0]);
      assert.ok((Object.keys(fields)[0] as string) in input);
      const changed = defaultPayloadConverter.toPayload({ ...input, ...fields });
      const workflowId = started?.workflowId || name;
      const place = { type: 'workflow', namespace: 'default', workflowId } as const;
      const now = () => Number(history.events[0]?.eventTime?.seconds) * 1_000;
      const [writer] = createDataConverter(payloadKeysOf(REPLAY_KEYS), { now }).payloadCodecs ?? [];
      assert.ok(writer);
      if (started) started.input = { payloads: await writer.encode([changed], place) };
      await writeAnswersAnew(history, writer, place);
      const dataConverter = workerDataConverter(createDataConverter(payloadKeysOf(REPLAY_KEYS)));
      await Worker.runReplayHistory({ workflowBundle, dataConverter }, history, workflowId);
    });
  }
});

/** Which workers that knew nothing of events have gone through. */
const UNTOLD = [
  'purchase-PAID',
  'purchase-SILENT',
  'refund-REFUND',
  'topUp-TOP',
  'topUpBatch-BATCH',
];

describe('a journey of workers that know nothing of events, beside some that do', () => {
  let workflowBundle: WorkflowBundlePath;
  before(async () => {
    workflowBundle = await checkoutWorkflowBundle();
  });
  const own = workerDataConverter(createDataConverter(payloadKeysOf(REPLAY_KEYS)));
  /** As if workers that have a receiver had written all of it. */
  const dataConverter: DataConverter = {
    ...own,
    payloadCodecs: (own.payloadCodecs ?? []).map((each) => ({
      encode: (payloads, context) => each.encode(payloads, context),
      decode: async (payloads, context) => (await each.decode(payloads, context)).map(marked),
    })),
  };

  for (const name of UNTOLD) {
    test(`goes on where those take it up: ${name}`, async () => {
      const history = historyOf(name);
      const { workflowId } = history.events[0]?.workflowExecutionStartedEventAttributes ?? {};
      await Worker.runReplayHistory({ workflowBundle, dataConverter }, history, workflowId || name);
    });
  }
});

const historyOf = (name: string) =>
  proto.temporal.api.history.v1.History.fromObject(
    JSON.parse(readFileSync(new URL(`./histories/world/${name}.json`, import.meta.url), 'utf8')),
  );

/** Whoever dated its input encrypted its answers for their place, too. */
async function writeAnswersAnew(
  { events }: proto.temporal.api.history.v1.IHistory,
  writer: PayloadCodec,
  place: { readonly namespace: string; readonly workflowId: string },
): Promise<void> {
  for (const { activityTaskCompletedEventAttributes: completed } of events ?? []) {
    const { result, scheduledEventId } = completed ?? {};
    if (!result?.payloads) continue;
    const asked = events?.[Number(scheduledEventId) - 1]?.activityTaskScheduledEventAttributes;
    const activityId = asked?.activityId ?? '';
    result.payloads = await writer.encode(await codec.decode(result.payloads), {
      ...place,
      type: 'activity',
      activityId,
      isLocal: false,
    });
  }
}

async function decoded(payload: Payload | null | undefined): Promise<object> {
  assert.ok(payload);
  const [plain] = await codec.decode([payload]);
  assert.ok(plain);
  return defaultPayloadConverter.fromPayload(plain);
}
