import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import * as z from 'zod';
import {
  partPausedSignal,
  partProgressSignal,
  rowAttentionSignal,
} from '../../contract/top-up-batch.js';
import { schemaFiles } from '../../docs/generate/schemas.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { idr, type Shop } from '../setting/shop.js';

/** What journeys say to each other, and no backend may: every other door stands in the index. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  authorizedPurchase: ['ownSteps'],
  topUpBatch: [partProgressSignal.name, 'underWay'],
  topUpBatchPart: [
    partPausedSignal.name,
    'funded',
    rowAttentionSignal.name,
    'toBeSent',
    'underWay',
  ],
};
/** They end by what one activity answers, and have no doors. */
const READS = /Inquiry$|^transactionHistory|^check$/;

type Part = Readonly<Record<string, { argument: string | null; errors: Record<string, unknown> }>>;
interface Indexed {
  readonly updates: Part;
  readonly signals: Part;
  readonly queries: Part;
}
interface Doors {
  readonly definition: Record<
    'queryDefinitions' | 'signalDefinitions' | 'updateDefinitions',
    { name: string }[]
  >;
}

const files = schemaFiles();
const { workflows } = JSON.parse(files.get('index.json') ?? '') as {
  workflows: Record<string, Indexed>;
};
const schemaIn = (file: string) => z.fromJSONSchema(JSON.parse(files.get(file) ?? ''));
const named = (doors: readonly { name: string }[]) =>
  doors.map(({ name }) => name).filter((name) => !name.startsWith('__'));

describe('every door of every journey is as the index of the schemas says', {
  concurrency: true,
}, () => {
  let stack: Stack & { shop: Shop };
  let started: Record<string, string>;
  before(async () => {
    stack = await startQuickStack();
    started = await startedIn(stack);
  });
  after(() => stack?.stop());

  const handleOf = (type: string) => stack.client.workflow.getHandle(started[type] ?? '');
  /** @returns the type of the refusal, or nothing where the update was taken. */
  const refusalOf = (type: string, update: string, argument: unknown) =>
    handleOf(type)
      .executeUpdate(update, { args: [argument] as [unknown] })
      .then(
        () => undefined,
        (error: Error) => {
          if (!(error instanceof WorkflowUpdateFailedError)) throw error;
          return (error.cause as ApplicationFailure).type;
        },
      );

  for (const [type, { updates, signals, queries }] of Object.entries(workflows)) {
    if (READS.test(type)) continue;
    test(`${type}: names`, async () => {
      const { definition } = await handleOf(type).query<Doors>('__temporal_workflow_metadata');
      const isPublic = (name: string) => !INNER[type]?.includes(name);
      assert.deepEqual(named(definition.updateDefinitions).sort(), Object.keys(updates).sort());
      assert.deepEqual(
        named(definition.signalDefinitions).filter(isPublic).sort(),
        Object.keys(signals).sort(),
      );
      assert.deepEqual(
        named(definition.queryDefinitions).filter(isPublic).sort(),
        Object.keys(queries).sort(),
      );
    });

    for (const [update, { argument, errors }] of Object.entries(updates)) {
      test(`${type}: the argument of ${update}`, async () => {
        const schema = schemaIn(argument ?? '');
        const takes = (given: unknown) => schema.safeParse(given).success;
        assert.ok('InvalidInput' in errors);
        assert.equal(takes(null), false);
        assert.equal(await refusalOf(type, update, null), 'InvalidInput');
        assert.equal(takes({ odd: true }), false);
        assert.equal(await refusalOf(type, update, { odd: true }), 'InvalidInput');
        // What takes it and has no field to say, would be done by it.
        if (!takes(update)) assert.equal(await refusalOf(type, update, update), 'InvalidInput');
        else if (takes({})) assert.notEqual(await refusalOf(type, update, update), 'InvalidInput');
      });
    }
  }
});

/** One of each, that waits for something. @returns their workflow IDs. */
async function startedIn({
  client,
  shop,
}: Stack & { shop: Shop }): Promise<Record<string, string>> {
  const { journeys, doku } = shop;
  const { customerId } = await shop.boundCustomer();
  const leaving = await shop.boundCustomer();
  const phoneNo = `62813${Math.floor(10_000_000 + Math.random() * 89_999_999)}`;
  const number = randomUUID();
  const amount = idr('10000.00');
  const begun = (workflowType: string, workflowId: string, input: unknown) =>
    client.workflow.start(workflowType, { workflowId, taskQueue: 'doku-journeys', args: [input] });
  // Its books are never told, so that a reconciliation goes on asking.
  const silent = { fault: 'http500', when: 'before', times: 1_000 } as const;
  await doku.fault({ operation: 'historyList', ...silent });

  const order = shop.order(customerId);
  await journeys.purchase.redirect(order);
  const purchaseId = `purchase/${order.partnerReferenceNo}`;
  const about = { partnerReferenceNo: number, customerId, amount };
  await journeys.authorizedPurchase.authorize({ ...about, title: 'A room' });
  await journeys.bankTransfer.beneficiary({
    ...about,
    beneficiaryAccountNumber: '1234567890',
    beneficiaryBankCode: '014',
  });
  const paid = `${number}-paid`;
  const row = { ...about, partnerReferenceNo: `${number}-1` };
  await journeys.topUpBatch.start({ batchReference: paid, rows: [row] });
  await journeys.topUpBatch.result(paid);
  await doku.call('POST', 'corporate/balance', { set: '0.00' });
  await journeys.topUp.start({ ...about, waitForFunds: '1 hour' });
  const rows = [{ ...about, partnerReferenceNo: `${number}-2` }];
  await journeys.topUpBatch.start({ batchReference: number, rows, waitForFunds: '1 hour' });
  const customer = { name: 'Siti Rahayu', phoneNo, email: 'siti@example.com' };
  const opening = { customerId: `new-${number}`, reference: 'first' };
  const redirectUrl = 'https://merchant.example/return';
  await journeys.openAccount.start({ ...opening, redirectUrl, customer });
  await journeys.closeAccount.start({ customerId: leaving.customerId, reference: 'last' });
  const refund = { partnerRefundNo: number, ...about, reason: 'returned' };
  const settled = await settledOrder(shop, customerId);
  await doku.fault({ operation: 'purchaseRefund', ...silent });
  await journeys.refund.start({ ...refund, partnerReferenceNo: settled });
  await begun('finding', `finding/status/${number}`, {
    kind: 'status',
    partnerReferenceNo: number,
    facts: ['here: paid'],
    check: 'Look.',
  });
  const watchUntil = new Date(Date.now() + 86_400_000).toISOString();
  await begun('recheck', `recheck/purchase/${settled}`, {
    workflowId: `purchase/${settled}`,
    watchUntil,
  });
  const period = {
    from: new Date(Date.now() - 60_000).toISOString(),
    to: new Date().toISOString(),
  };
  await begun('reconciliation', `reconciliation/${period.from}_${period.to}`, period);
  return {
    purchase: purchaseId,
    authorizedPurchase: `authorized-purchase/${number}`,
    bankTransfer: `transfer/${number}`,
    topUp: `top-up/${number}`,
    topUpBatch: `top-up-batch/${number}`,
    topUpBatchPart: `top-up-batch/${paid}/0`,
    openAccount: `account/new-${number}/open/first`,
    closeAccount: `account/${leaving.customerId}/close/last`,
    refund: `refund/${number}`,
    finding: `finding/status/${number}`,
    recheck: `recheck/purchase/${settled}`,
    reconciliation: `reconciliation/${period.from}_${period.to}`,
  };
}

async function settledOrder(shop: Shop, customerId: string): Promise<string> {
  const order = shop.order(customerId);
  await shop.paid(order);
  await shop.journeys.purchase.result(order.partnerReferenceNo);
  return order.partnerReferenceNo;
}
