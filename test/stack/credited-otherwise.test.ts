import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { TopUpResult, TopUpRow } from '../../client/index.js';
import { walletWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { type AlteredDoku, startAlteredDoku } from '../setting/altered-doku.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const AS_SHOWN = { operator: 'ani', note: 'as DOKU has it', decision: 'record-as-shown-90.00' };
const OTHERWISE = 'failed: number-used-otherwise';
/** Whoever sent it did so before what runs now began, whatever their clocks say. */
const LONG_AGO_MS = 600_000;

type Door = 'top-up' | 'row';

/** Money rule 10: that DOKU calls a number inconsistent does not say whose it is, where this very customer was credited under it. */
describe('a number that its own customer was credited under, in another amount', {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  let doku: AlteredDoku;
  before(async () => {
    doku = await startAlteredDoku((operation, { status, body }) =>
      operation.startsWith('transaction-history-')
        ? { status, body: earlier(body) as Record<string, unknown> }
        : { status, body },
    );
    const started = await startQuickStack({
      ...{ ABSENT_AFTER: '2 seconds', DOKU_BASE_URL: doku.url },
      ...{ TRANSFER_ABSENT_AFTER: '2 seconds', RECONCILIATION_CALLS_A_SECOND: '500' },
    });
    stack = started;
    shop = started.shop;
    doku.of(stack.sandbox.url);
  });
  after(async () => {
    await stack?.stop();
    doku?.close();
  });

  const newRow = async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const row = {
      partnerReferenceNo: `TOP-${randomUUID()}`,
      ...{ customerId, amount: idr('100.00') },
    };
    return { row, accountId };
  };
  const begin = async (...rows: TopUpRow[]) => {
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    await shop.journeys.topUpBatch.start({ batchReference, rows });
    return batchReference;
  };
  const firstOf = async (batchReference: string) => {
    for await (const row of shop.journeys.topUpBatch.results(batchReference)) return row;
    throw new Error('nothing has ended');
  };
  const told = ({
    outcome,
    refusal,
    creditedAmount,
  }: {
    outcome: string;
    refusal?: string | undefined;
    creditedAmount?: string | undefined;
  }) => [outcome, refusal ?? creditedAmount].filter((each) => each !== undefined).join(': ');
  /** What becomes of it, if no operator is asked. */
  const pay = async (door: Door, row: TopUpRow): Promise<string> => {
    const { topUp, topUpBatch } = shop.journeys;
    const batchReference = door === 'row' ? await begin(row) : undefined;
    if (!batchReference) await topUp.start(row);
    const { attention, result } = await eventually(
      async () => {
        const own = await topUp.status(row.partnerReferenceNo).catch(() => undefined);
        const batch = batchReference && (await topUpBatch.status(batchReference));
        return { attention: own?.attention, result: batch ? batch.result : own?.result };
      },
      (seen) => seen.attention !== undefined || seen.result !== undefined,
    );
    if (attention) return 'asked';
    return told(batchReference ? await firstOf(batchReference) : (result as TopUpResult));
  };
  const forgetBatch = async (batchReference: string) => {
    await forget(stack.client, `top-up-batch/${batchReference}/0`);
    await forget(stack.client, `top-up-batch/${batchReference}`);
  };
  const decided = async (number: string) => {
    const { topUp } = shop.journeys;
    const view = await eventually(
      () => topUp.status(number).catch(() => undefined),
      (seen) => seen?.attention !== undefined || seen?.result !== undefined,
    );
    assert.ok(view?.attention?.decisions.includes(AS_SHOWN.decision), JSON.stringify(view));
    await topUp.resolve(number, AS_SHOWN);
    assert.equal((await topUp.result(number)).creditedAmount, '90.00');
  };
  /** Credited in another amount by a life that Temporal has forgotten. DOKU holds a repeat against what it has. */
  const paidOtherwise = async ({ isUntold = false } = {}) => {
    const { row, accountId } = await newRow();
    const reference = row.partnerReferenceNo;
    const less = { temperament: 'otherAmount', amount: '90.00', times: 1 } as const;
    await shop.doku.temperament({ ...less, operation: 'topUp', reference });
    if (isUntold)
      await shop.doku.temperament({
        ...{ temperament: 'writesOddly', field: 'amount', form: 'missing' },
        ...{ operation: 'topUpStatus', reference },
      });
    await shop.journeys.topUp.start(row);
    await decided(reference);
    await forget(stack.client, `top-up/${reference}`);
    await shop.doku.temperament({
      ...{ temperament: 'refuses', code: '4043818', message: 'Inconsistent Request' },
      ...{ on: 'repeat', operation: 'topUp', reference },
    });
    return { row, accountId };
  };
  const mismatchesOf = async ({ customerId }: TopUpRow) => {
    const range = { from: new Date(Date.now() - 3_600_000), to: new Date() };
    await shop.journeys.reconciliation.start(range);
    const { mismatches } = await shop.journeys.reconciliation.result(range);
    return mismatches
      .filter((each) => each.customerId === customerId)
      .map(({ here, doku: there }) => `${here}; ${there}`);
  };
  /** Temporal's lists lag. */
  const listed = (batchReference: string) =>
    eventually(
      () =>
        stack.client.workflow.count(
          `WorkflowId = 'top-up-batch/${batchReference}/0' AND ExecutionStatus = 'Completed'`,
        ),
      ({ count }) => count === 1,
    );

  for (const door of ['top-up', 'row'] as const)
    for (const by of ['status', 'history'] as const)
      test(`asks an operator about a ${door} that was forgotten, where DOKU's ${by} tells the amount`, async () => {
        const { row, accountId } = await paidOtherwise({ isUntold: by === 'history' });
        assert.equal(await pay(door, row), 'asked');
        await decided(row.partnerReferenceNo);
        assert.equal(await pay('row', row), 'completed: 90.00');
        assert.equal(await shop.doku.balance(accountId), '90.00');
      });

  test('asks where it was credited to the account that the customer had before', async () => {
    const { row } = await paidOtherwise({ isUntold: true });
    const { accountId, linkId, authCode } = await shop.doku.account({ bound: true });
    await stack.client.workflow
      .getHandle(walletWorkflowId(row.customerId))
      .executeUpdate('bind', { args: [{ accountId, linkId, authCode }] });
    assert.equal(await pay('top-up', row), 'asked');
    await decided(row.partnerReferenceNo);
  });

  test('asks about a row whose number a top-up of another amount has had meanwhile', async () => {
    const { row } = await paidOtherwise();
    const { topUp, topUpBatch } = shop.journeys;
    const number = row.partnerReferenceNo;
    await topUp.start({ ...row, amount: idr('200.00') });
    await eventually(
      () => topUp.status(number),
      ({ attention, result }) => attention !== undefined || result !== undefined,
    );
    await topUp.resolve(number, { ...AS_SHOWN, decision: 'record-failed', force: true });
    await topUp.result(number);
    const batchReference = await begin(row);
    await topUpBatch.result(batchReference);
    assert.equal((await firstOf(batchReference)).outcome, 'in-doubt');
  });

  for (const door of ['top-up', 'row'] as const)
    for (const isOpen of [false, true])
      test(`is another's, where a row of a batch that ${isOpen ? 'runs' : 'ended'} says so to a ${door}`, async () => {
        const { row, accountId } = await newRow();
        const { row: other } = await newRow();
        const number = other.partnerReferenceNo;
        const less = { ...row, amount: idr('90.00') };
        if (isOpen) await shop.doku.hold(number);
        const batchReference = await begin(less, ...(isOpen ? [other] : []));
        await eventually(
          () => shop.journeys.topUpBatch.status(batchReference),
          ({ counts }) => counts.completed === 1,
        );
        if (!isOpen) await listed(batchReference);
        assert.equal(await pay(door, row), OTHERWISE);
        assert.deepEqual(await mismatchesOf(row), []);
        if (isOpen) await shop.doku.finish(number, 'success');
        await shop.journeys.topUpBatch.result(batchReference);
        assert.equal(await shop.doku.balance(accountId), '90.00');
      });

  for (const door of ['top-up', 'row'] as const)
    test(`is found by the reconciliation, where a ${door} was told as another's that nobody knows any more`, async () => {
      const { row } = await newRow();
      const batchReference = await begin({ ...row, amount: idr('90.00') });
      await shop.journeys.topUpBatch.result(batchReference);
      await listed(batchReference);
      assert.equal(await pay(door, row), OTHERWISE);
      await forgetBatch(batchReference);
      await eventually(
        () => mismatchesOf(row),
        (found) => found.includes('failed 100.00; success 90.00'),
      );
    });
});

/** DOKU's history, as if all of it had happened before. */
function earlier(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (name, value) =>
    name === 'dateTime' && typeof value === 'string'
      ? new Date(Date.parse(value) - LONG_AGO_MS).toISOString()
      : value,
  );
}
