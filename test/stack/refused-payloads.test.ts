import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  Client,
  WithStartWorkflowOperation,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { DokuJourneys, InvalidInputError, type StepResult } from '../../client/index.js';
import { invalidInputDetailsSchema } from '../../contract/errors.js';
import type { Stack } from '../../worker/local/stack.js';
import { clientWith, newPayloadKey } from '../setting/payload-keys.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const TASK_QUEUE = 'doku-journeys';

const isRefused = (error: unknown, message: RegExp) => {
  assert.ok(
    (error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError) &&
      error.cause instanceof ApplicationFailure,
    String(error),
  );
  assert.equal(error.cause.type, 'InvalidInput');
  assert.match(error.cause.message, message);
  return true;
};

describe('what a journey refuses', () => {
  let stack: Stack & { shop: Shop };
  let shop: Shop;
  /** As Temporal's stock command line: it encrypts nothing. */
  let outsider: Client;
  let customerId: string;
  before(async () => {
    stack = await startQuickStack();
    shop = stack.shop;
    outsider = new Client({ connection: stack.temporal.connection });
    ({ customerId } = await shop.boundCustomer({ balance: '9000000.00' }));
  });
  after(() => stack?.stop());

  const inTemporal = (workflowId: string) => stack.client.workflow.getHandle(workflowId);
  const [codec] = [() => stack.client.options.loadedDataConverter.payloadCodecs[0]];
  const encryptedFor = async (workflowId: string, value: unknown): Promise<Payload[]> => {
    const context = { type: 'workflow', namespace: 'default', workflowId } as const;
    const payload = defaultPayloadConverter.toPayload(value);
    return (await codec()?.encode([payload], context)) ?? [];
  };

  describe('of who can write to Temporal but has no payload key', () => {
    test('it begins no journey', async () => {
      const transfer = {
        partnerReferenceNo: 'PLAIN-1',
        customerId,
        amount: { value: '10000.00', currency: 'IDR' },
        beneficiaryAccountNumber: '8377388292',
        beneficiaryBankCode: '014',
      };
      const workflowId = 'transfer/PLAIN-1';
      await outsider.workflow.start('bankTransfer', {
        workflowId,
        taskQueue: TASK_QUEUE,
        args: [transfer],
      });
      await assert.rejects(inTemporal(workflowId).result(), (error) =>
        isRefused(error, /^input: is not encrypted$/),
      );
    });

    test('it stops no journey by an update, or a query, of a name as long as Temporal takes', async () => {
      const order = shop.order(customerId);
      await shop.journeys.purchase.start(order);
      const handle = inTemporal(`purchase/${order.partnerReferenceNo}`);
      const name = 'x'.repeat(900_000);
      await assert.rejects(handle.executeUpdate(name), { name: 'WorkflowUpdateFailedError' });
      await assert.rejects(handle.query(name), { name: 'QueryNotRegisteredError' });
      await shop.paid(order);
      const { outcome } = await shop.journeys.purchase.result(order.partnerReferenceNo);
      assert.equal(outcome, 'paid');
    });

    test('it begins none by a memo or a header beside what it has copied', async () => {
      const { workflowService } = stack.client;
      const plain = defaultPayloadConverter.toPayload('plain');
      const order = shop.order(customerId);
      const workflowId = `purchase/${order.partnerReferenceNo}`;
      for (const [more, message] of [
        [{ memo: { fields: { inputDigest: plain } } }, /^memo: is not encrypted$/],
        [{ header: { fields: { tenant: plain } } }, /^input: its headers are not encrypted$/],
      ] as const) {
        await workflowService.startWorkflowExecution({
          namespace: 'default',
          workflowId,
          requestId: String(message),
          workflowType: { name: 'purchase' },
          taskQueue: { name: TASK_QUEUE },
          input: { payloads: await encryptedFor(workflowId, order) },
          ...more,
        });
        await assert.rejects(inTemporal(workflowId).result(), (error) => isRefused(error, message));
      }
    });

    test('it cannot have a wallet take what was encrypted for another', async () => {
      const other = await shop.boundCustomer();
      const binding = { accountId: '1', authCode: 'a' };
      const before = await inTemporal(`wallet/${customerId}`).query('status');
      const { outcome } = await stack.client.workflowService.updateWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId: `wallet/${customerId}` },
        waitPolicy: { lifecycleStage: 3 },
        request: {
          meta: { updateId: 'copied' },
          input: {
            name: 'bind',
            args: { payloads: await encryptedFor(`wallet/${other.customerId}`, binding) },
          },
        },
      });
      assert.ok(outcome?.failure, 'the update was refused');
      assert.deepEqual(await inTemporal(`wallet/${customerId}`).query('status'), before);
    });

    test('it steers no journey, and stops none', async () => {
      const order = shop.order(customerId);
      await shop.journeys.purchase.redirect(order);
      const handle = outsider.workflow.getHandle(`purchase/${order.partnerReferenceNo}`);
      const lengthOf = async () => (await inTemporal(handle.workflowId).describe()).historyLength;
      const before = await lengthOf();
      // It names nothing of the journey, so that whoever forgot to encrypt can read it.
      await assert.rejects(
        handle.executeUpdate('cancel', { args: [{ reason: 'mine' }] }),
        (error) => isRefused(error, /^cancel: is not encrypted$/),
      );
      assert.equal(await lengthOf(), before, 'the update left no event');
      await handle.signal('notified', { latestTransactionStatus: '00' });
      await shop.paid(order);
      const { outcome } = await shop.journeys.purchase.result(order.partnerReferenceNo);
      assert.equal(outcome, 'paid');
    });

    test('a key that the workers lack is named to whoever used it, and stops no journey', async () => {
      const order = shop.order(customerId);
      await shop.journeys.purchase.redirect(order);
      const { partnerReferenceNo } = order;
      const client = clientWith(stack.temporal.connection, newPayloadKey('strange'));
      const handle = client.workflow.getHandle(`purchase/${partnerReferenceNo}`);
      const lengthOf = async () => (await inTemporal(handle.workflowId).describe()).historyLength;
      const before = await lengthOf();
      const words =
        /^no payload key "strange" among "[^"]+"(?:, "[^"]+")*: encrypt with one of these, or add/;
      await assert.rejects(
        handle.executeUpdate('cancel', { args: [{ reason: 'mine' }] }),
        ({ cause }: { cause: ApplicationFailure }) => {
          assert.deepEqual([cause.type, cause.details], ['PayloadKey', []]);
          return words.test(cause.message);
        },
      );
      await assert.rejects(handle.query('status', 'of whom?'), /no payload key "strange"/);
      await assert.rejects(
        new DokuJourneys({ client }).purchase.cancel(partnerReferenceNo, 'mine'),
        {
          name: 'PayloadKeyError',
          message:
            /^the workers do not have the payload key "strange", with which this backend writes/,
        },
      );
      assert.equal(await lengthOf(), before, 'nothing of it left an event');
      await handle.signal('notified', { latestTransactionStatus: '00' });
      await handle.signal('unheard', { of: 'anybody' });
      await shop.paid(order);
      const { outcome } = await shop.journeys.purchase.result(partnerReferenceNo);
      assert.equal(outcome, 'paid');
    });

    test('it ends no journey with a result that anybody believes', async () => {
      const workflowId = 'transfer/NOBODYS';
      await outsider.workflow.start('bankTransfer', {
        workflowId,
        taskQueue: 'of-an-outsider',
        args: [{}],
      });
      const { workflowService } = outsider;
      const { taskToken } = await outsider.withDeadline(Date.now() + 60_000, () =>
        workflowService.pollWorkflowTaskQueue({
          namespace: 'default',
          taskQueue: { name: 'of-an-outsider' },
          identity: 'outsider',
        }),
      );
      const plain = defaultPayloadConverter.toPayload({ outcome: 'completed' });
      await workflowService.respondWorkflowTaskCompleted({
        namespace: 'default',
        taskToken,
        commands: [
          {
            // COMPLETE_WORKFLOW_EXECUTION.
            commandType: 4,
            completeWorkflowExecutionCommandAttributes: { result: { payloads: [plain] } },
          },
        ],
      });
      await assert.rejects(inTemporal(workflowId).result(), { name: 'RefusedPayloadError' });
      // It is no history of ours.
      await workflowService.deleteWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId },
      });
      await eventually(
        () => stack.client.workflow.count(`WorkflowId = '${workflowId}'`),
        ({ count }) => count === 0,
      );
    });
  });

  describe('of who makes a mistake, in any language', () => {
    const money = idr('10000.00');
    const mistakes = () => {
      const number = randomUUID();
      return [
        ['purchase', 'redirect', `purchase/${number}`, { partnerReferenceNo: number, amount: 1 }],
        ['authorizedPurchase', 'authorized', `authorized-purchase/${number}`, { amount: money }],
        ['bankTransfer', 'beneficiary', `transfer/${number}`, { amount: money, customerId: 7 }],
        ['openAccount', 'nextStep', `account/c/open/${number}`, { customer: { phoneNo: 8 } }],
        ['closeAccount', 'nextStep', `account/c/close/${number}`, null],
      ] as const;
    };
    /** As a backend with Temporal's SDK alone: no schema has looked at what it sends. */
    const asked = (type: string, update: string, workflowId: string, input: unknown) =>
      stack.client.workflow.executeUpdateWithStart(update, {
        args: [update],
        startWorkflowOperation: new WithStartWorkflowOperation(type, {
          workflowId,
          taskQueue: TASK_QUEUE,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        }),
      });

    test('the update that started it says which fields are wrong', async () => {
      for (const [type, update, workflowId, input] of mistakes()) {
        await assert.rejects(asked(type, update, workflowId, input), (error) =>
          isRefused(error, /^input(?:\.\w+)*: .*(?:must be|is missing)/),
        );
        // Again, and to whoever asks for its end.
        await assert.rejects(asked(type, update, workflowId, input), WorkflowUpdateFailedError);
        await assert.rejects(inTemporal(workflowId).result(), (error) =>
          isRefused(error, /^input/),
        );
      }
    });

    test('an input of another number than its workflow ID is refused, and moves nothing', async () => {
      const order = shop.order(customerId);
      const other = `purchase/${randomUUID()}`;
      const refused = /^input\.\w+: is not that of the workflow ID/;
      await assert.rejects(asked('purchase', 'redirect', other, order), (error) =>
        isRefused(error, refused),
      );
      assert.deepEqual(await shop.doku.requests('purchase', order.partnerReferenceNo), []);
      const key = { customerId, reference: 'first' };
      await assert.rejects(
        asked('closeAccount', 'nextStep', `account/${customerId}/close/second`, key),
        (error) => isRefused(error, refused),
      );
      for (const workflowId of [`top-up/${randomUUID()}`, 'hello']) {
        const { partnerReferenceNo } = order;
        const args = [{ partnerReferenceNo, customerId, amount: money }];
        const started = { workflowId, taskQueue: TASK_QUEUE, args };
        await stack.client.workflow.start('topUp', started);
        await assert.rejects(inTemporal(workflowId).result(), (error) => isRefused(error, refused));
      }
    });

    test('its details are one a field', async () => {
      const order = { ...shop.order(customerId), amount: 10_000, payWithin: 5, returnUrl: 'x' };
      const workflowId = `purchase/${order.partnerReferenceNo}`;
      await assert.rejects(asked('purchase', 'redirect', workflowId, order), (error: Error) => {
        const { details } = error.cause as ApplicationFailure;
        const [issues] = invalidInputDetailsSchema.parse(details);
        const paths = issues.map(({ path }) => path);
        assert.deepEqual(paths, ['input.amount', 'input.returnUrl', 'input.payWithin']);
        return true;
      });
    });

    test('the number is as good as new', async () => {
      for (const isOurs of [true, false]) {
        const order = shop.order(customerId);
        const workflowId = `purchase/${order.partnerReferenceNo}`;
        await assert.rejects(asked('purchase', 'redirect', workflowId, { ...order, amount: '1' }));
        if (isOurs) await shop.journeys.purchase.redirect(order);
        else await asked('purchase', 'redirect', workflowId, order);
        await shop.paid(order);
        const { outcome } = await shop.journeys.purchase.result(order.partnerReferenceNo);
        assert.equal(outcome, 'paid');
      }
      const topUp = { partnerReferenceNo: `TOP-${randomUUID()}`, customerId, amount: money };
      const { partnerReferenceNo } = topUp;
      const started = { workflowId: `top-up/${partnerReferenceNo}`, taskQueue: TASK_QUEUE };
      await stack.client.workflow.start('topUp', { ...started, args: [{ ...topUp, amount: 1 }] });
      await assert.rejects(shop.journeys.topUp.result(partnerReferenceNo), InvalidInputError);
      // Of many at once, each finds the one that came first.
      const starts = Array.from({ length: 8 }, () => shop.journeys.topUp.start(topUp));
      await Promise.all(starts);
      assert.equal((await shop.journeys.topUp.result(partnerReferenceNo)).outcome, 'completed');
    });

    test('but not where a reset went on from what was there before', async () => {
      const topUp = { partnerReferenceNo: `TOP-${randomUUID()}`, customerId, amount: money };
      const { partnerReferenceNo } = topUp;
      const workflowId = `top-up/${partnerReferenceNo}`;
      const started = { workflowId, taskQueue: TASK_QUEUE };
      await stack.client.workflow.start('topUp', { ...started, args: [{ ...topUp, amount: 1 }] });
      await assert.rejects(shop.journeys.topUp.result(partnerReferenceNo), InvalidInputError);
      await reset(stack.client, workflowId);
      await assert.rejects(shop.journeys.topUp.result(partnerReferenceNo), InvalidInputError);
      await assert.rejects(shop.journeys.topUp.start(topUp), { name: 'InputMismatchError' });
    });

    test('null is what is not there', async () => {
      const order = { ...shop.order(customerId), payWithin: null, acknowledgeWithin: null };
      const { partnerReferenceNo } = order;
      const workflowId = `purchase/${partnerReferenceNo}`;
      await asked('purchase', 'redirect', workflowId, { ...order, description: null });
      // The same order, for our client too.
      await shop.journeys.purchase.redirect(order);
      const hold = { partnerReferenceNo: `HOLD-${randomUUID()}`, customerId, amount: money };
      await shop.journeys.authorizedPurchase.authorize({ ...hold, title: 'Room 12' });
      const handle = inTemporal(`authorized-purchase/${hold.partnerReferenceNo}`);
      const captured = await handle.executeUpdate<StepResult, [unknown]>('capture', {
        args: [{ partnerCaptureNo: `CAP-${randomUUID()}`, amount: null, last: null }],
      });
      assert.deepEqual([captured.outcome, captured.amount], ['captured', '10000.00']);
      await shop.journeys.purchase.cancel(partnerReferenceNo, 'test');
    });
  });
});
