import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import type * as z from 'zod';
import * as contract from '../../contract/index.js';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { REPLAY_KEYS } from '../replay/key.js';

const HISTORIES = fileURLToPath(new URL('../replay/histories/', import.meta.url));
const [codec] = createDataConverter(payloadKeysOf(REPLAY_KEYS)).payloadCodecs ?? [];

async function opened(payloads: readonly Payload[]): Promise<unknown> {
  const [payload] = (await codec?.decode([...payloads])) ?? [];
  assert.ok(payload);
  return defaultPayloadConverter.fromPayload(payload);
}

const RESULTS: Readonly<Record<string, z.ZodType>> = {
  authorizedPurchase: contract.authorizedPurchaseResultSchema,
  bankTransfer: contract.bankTransferResultSchema,
  closeAccount: contract.closeAccountResultSchema,
  finding: contract.findingResultSchema,
  openAccount: contract.openAccountResultSchema,
  purchase: contract.purchaseResultSchema,
  recheck: contract.recheckResultSchema,
  reconciliation: contract.reconciliationResultSchema,
  refund: contract.refundResultSchema,
  topUp: contract.topUpResultSchema,
  topUpBatch: contract.topUpBatchResultSchema,
  topUpBatchPart: contract.topUpBatchPartResultSchema,
};

const UPDATES: Readonly<Record<string, z.ZodType | undefined>> = Object.fromEntries(
  [
    contract.acknowledgeUpdate,
    contract.addPartUpdate,
    contract.authorizedUpdate,
    contract.beneficiaryUpdate,
    contract.bindUpdate,
    contract.cancelUpdate,
    contract.captureUpdate,
    contract.confirmUpdate,
    contract.goOnUpdate,
    contract.pauseUpdate,
    contract.redirectUpdate,
    contract.returnedUpdate,
    contract.tokenUpdate,
    contract.voidUpdate,
  ].map(({ name, result }) => [name, result]),
);
/** Updates of the same name, which answer with what is the journey's own. */
const OWN_UPDATES: Readonly<Record<string, z.ZodType>> = {
  'openAccount nextStep': contract.nextStepSchema,
  'openAccount resendOtp': contract.nextStepSchema,
  'openAccount submitOtp': contract.openingOtpAnswerSchema,
  'openAccount abandon': contract.openAccountResultSchema,
  'closeAccount nextStep': contract.closingStepSchema,
  'closeAccount resendOtp': contract.closingStepSchema,
  'closeAccount submitOtp': contract.closingOtpAnswerSchema,
  'closeAccount abandon': contract.closeAccountResultSchema,
  'bankTransfer abandon': contract.bankTransferResultSchema,
};

/** What a journey answered and ended with, as it went over the wire. */
async function answersIn(
  file: string,
): Promise<[schema: z.ZodType | undefined, answer: unknown][]> {
  const plain = JSON.parse(readFileSync(path.join(HISTORIES, file), 'utf8'));
  const { events } = proto.temporal.api.history.v1.History.fromObject(plain);
  const type = events[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '';
  const asked = new Map<string, string>();
  const answers: [z.ZodType | undefined, unknown][] = [];
  for (const event of events) {
    const accepted = event.workflowExecutionUpdateAcceptedEventAttributes;
    if (accepted?.acceptedRequest?.input?.name)
      asked.set(accepted.protocolInstanceId ?? '', accepted.acceptedRequest.input.name);
    const answered = event.workflowExecutionUpdateCompletedEventAttributes;
    const success = answered?.outcome?.success?.payloads;
    const name = asked.get(answered?.meta?.updateId ?? '') ?? '';
    const schema = OWN_UPDATES[`${type} ${name}`] ?? UPDATES[name];
    if (success && schema) answers.push([schema, await opened(success)]);
    const result = event.workflowExecutionCompletedEventAttributes?.result?.payloads;
    if (result && RESULTS[type]) answers.push([RESULTS[type], await opened(result)]);
  }
  return answers;
}

describe('what journeys answered fits the contract', () => {
  const files = readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort();
  const seen = new Set<z.ZodType | undefined>();
  for (const file of files) {
    test(file.replace(/\.json$/, ''), async () => {
      for (const [schema, answer] of await answersIn(file)) {
        seen.add(schema);
        assert.deepEqual(schema?.safeParse(answer), { success: true, data: answer });
      }
    });
  }

  test('most kinds of answers were among them', () => assert.ok(seen.size > 15, `${seen.size}`));
});
