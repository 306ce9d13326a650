import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client, type Connection } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { DokuJourneys } from '../../client/index.js';
import { digestOf } from '../../client/temporal/start.js';
import { errorTypeSchema } from '../../contract/errors.js';
import { journeys } from '../../contract/journeys.js';
import { ANSWER, markOf, ofQuery, ofUpdate } from '../../contract/written-as.js';
import { EncryptingPayloadCodec, payloadKeysOf } from '../../worker/temporal/encryption.js';

const PROTOCOL = fileURLToPath(new URL('../../docs/protocol/', import.meta.url));
const VECTORS = `${PROTOCOL}vectors.json`;
const { keyId, key, payloads, digests } = JSON.parse(readFileSync(VECTORS, 'utf8'));
const codec = new EncryptingPayloadCodec(payloadKeysOf(`${keyId}:${key}`));

const opened = async (data: string, namespace: string, workflowId: string) => {
  const metadata = {
    encoding: Buffer.from('binary/sealed'),
    'encryption-key-id': Buffer.from(keyId),
  };
  const context = { type: 'workflow', namespace, workflowId } as const;
  const [payload] = await codec.decode([{ metadata, data: Buffer.from(data, 'base64') }], context);
  return proto.temporal.api.common.v1.Payload.fromObject(payload ?? {});
};
/** The order of its fields is the writer's. */
const payloadIn = (plain: string) =>
  proto.temporal.api.common.v1.Payload.decode(Buffer.from(plain, 'base64'));
const jsonOf = (payload: proto.temporal.api.common.v1.Payload) => payload.toJSON();

describe('the protocol is as its page says', () => {
  for (const { name, namespace, workflowId, data, plain, refused } of payloads)
    test(`a payload: ${name}`, async () => {
      const read = opened(data, namespace, workflowId);
      if (refused) await assert.rejects(read, { name: /RefusedPayload|WrongPayloadKey/ });
      else assert.deepEqual(jsonOf(await read), jsonOf(payloadIn(plain)));
    });

  test('a digest of an input', () => {
    for (const { input, digest } of digests) assert.equal(digestOf(input), digest);
  });

  test('Python, written from the page alone, reads what we write, and we what it writes', async (context) => {
    const needed = spawnSync('python3', ['-c', 'import cryptography']);
    if (needed.status !== 0)
      return context.skip('no python3 with the package cryptography on this machine');
    const { status, stdout, stderr } = spawnSync('python3', [`${PROTOCOL}codec.py`, VECTORS]);
    assert.equal(status, 0, String(stderr));
    const [{ namespace, workflowId, plain }] = payloads;
    const read = await opened(String(stdout).trim(), namespace, workflowId);
    assert.deepEqual(jsonOf(read), jsonOf(payloadIn(plain)));
  });

  test('each error has its row', () => {
    const page = readFileSync(`${PROTOCOL}../protocol.md`, 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    for (const type of errorTypeSchema.options)
      assert.ok(
        rows.some((row) => row.split('|')[1]?.includes(`\`${type}\``)),
        type,
      );
  });
});

interface Begun {
  readonly type: string;
  readonly update?: string;
  readonly workflowId: string;
  readonly attributes: Record<string, unknown>;
}

describe('our client starts each journey as the page says', () => {
  const begun: Begun[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: as Temporal is called
  const note = ({ workflowId, workflowType, searchAttributes }: any, update?: string) => {
    const attributes = Object.entries(searchAttributes?.indexedFields ?? {}).map(
      ([name, payload]) => [name, defaultPayloadConverter.fromPayload(payload as Payload)],
    );
    begun.push({
      type: workflowType.name,
      workflowId,
      attributes: Object.fromEntries(attributes),
      ...(update && { update }),
    });
    return { runId: 'run' };
  };
  const answer = (value: unknown, as: string) => {
    const payload = defaultPayloadConverter.toPayload(value);
    const metadata = { ...payload.metadata, as: markOf(ANSWER, as) };
    return { payloads: [{ ...payload, metadata }] };
  };
  const workflowService = {
    startWorkflowExecution: async (asked: object) => note(asked),
    // biome-ignore lint/suspicious/noExplicitAny: as Temporal is called
    executeMultiOperation: async ({ operations: [start, update] }: any) => {
      const { meta, input } = update.updateWorkflow.request;
      const { workflowId } = start.startWorkflow;
      const updateRef = { workflowExecution: { workflowId, runId: 'run' } };
      const success = answer(null, ofUpdate(input.name, meta.updateId));
      return {
        responses: [
          { startWorkflow: note(start.startWorkflow, input.name) },
          { updateWorkflow: { updateRef, outcome: { success }, stage: 3 } },
        ],
      };
    },
    queryWorkflow: async ({ query }: { query: { queryType: string } }) => ({
      queryResult: answer({ received: 1 }, ofQuery(query.queryType)),
    }),
  };
  const connection = {
    workflowService,
    withAbortSignal: (_: AbortSignal, work: () => unknown) => work(),
    withDeadline: (_: number, work: () => unknown) => work(),
  };
  const client = new Client({ connection: connection as unknown as Connection });
  const ours = new DokuJourneys({ client, answerWithinMs: Number.POSITIVE_INFINITY });
  const customerId = 'customer-1';
  const money = { amount: { value: '10000.00', currency: 'IDR' as const } };
  const numbered = { partnerReferenceNo: 'NO-1', customerId, ...money };
  const account = { customerId, reference: 'ref-1' };
  const starts: Record<string, () => Promise<unknown>> = {
    purchase: () => ours.purchase.redirect({ ...numbered, returnUrl: 'https://shop.example/' }),
    refund: () => ours.refund.start({ ...numbered, partnerRefundNo: 'REF-1', reason: 'returned' }),
    authorizedPurchase: () => ours.authorizedPurchase.authorize({ ...numbered, title: 'Room' }),
    topUp: () => ours.topUp.start(numbered),
    topUpBatch: () => ours.topUpBatch.start({ batchReference: 'batch-1', rows: [numbered] }),
    bankTransfer: () =>
      ours.bankTransfer.beneficiary({
        ...numbered,
        beneficiaryAccountNumber: '8377388292',
        beneficiaryBankCode: '014',
      }),
    openAccount: () =>
      ours.openAccount.start({
        ...account,
        redirectUrl: 'https://shop.example/',
        customer: { name: 'Budi Santoso', phoneNo: '081234567890', email: 'budi@example.com' },
      }),
    closeAccount: () => ours.closeAccount.start(account),
  };
  const fields: Record<string, string> = {
    ...account,
    partnerReferenceNo: 'NO-1',
    partnerRefundNo: 'REF-1',
    batchReference: 'batch-1',
  };
  const filled = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, name) => fields[name] ?? '');

  test('and no other is started with search attributes', () => {
    const found = Object.entries(journeys).filter((entry) => entry[1].found);
    assert.deepEqual(Object.keys(starts).sort(), found.map(([type]) => type).sort());
  });

  for (const [type, start] of Object.entries(starts))
    test(type, async () => {
      const { workflowId, first, found } = journeys[type] ?? assert.fail(type);
      await start();
      assert.deepEqual(begun.at(-1), {
        type,
        workflowId: filled(workflowId),
        attributes: {
          JourneyStatus: found?.status,
          ...(found?.customerId && { CustomerId: fields[found.customerId] }),
          PartnerReferenceNo: fields[found?.partnerReferenceNo ?? ''],
        },
        ...(first && { update: first.name }),
      });
    });
});
