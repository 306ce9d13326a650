import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget, reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('a top-up remembers what may have reached DOKU', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  /** A customer and a payout of 100 rupiah to them. */
  const payout = async (overrides: Record<string, unknown> = {}) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const input = { partnerReferenceNo, customerId, amount: idr('100.00'), ...overrides };
    const handle = stack.client.workflow.getHandle(`top-up/${partnerReferenceNo}`);
    const match = { partnerReferenceNo };
    return { input, partnerReferenceNo, customerId, accountId, handle, match };
  };
  const resultOf = (partnerReferenceNo: string) => shop.journeys.topUp.result(partnerReferenceNo);
  const sent = async (partnerReferenceNo: string) =>
    (await shop.doku.requests('topUp', partnerReferenceNo)).length;

  test('while it is not known what became of it, it says since when', async () => {
    const { input, partnerReferenceNo, match } = await payout();
    await shop.doku.fault({ operation: 'topUp', fault: 'drop', when: 'after', match });
    await shop.doku.fault({
      operation: 'topUpStatus',
      fault: 'drop',
      when: 'before',
      times: 3,
      match,
    });
    await shop.journeys.topUp.start(input);
    const { inDoubtSince } = await eventually(
      () => shop.journeys.topUp.status(partnerReferenceNo),
      ({ status }) => status === 'in-doubt',
    );
    assert.ok(Date.parse(inDoubtSince ?? '') <= Date.now());
    const { outcome } = await resultOf(partnerReferenceNo);
    assert.equal(outcome, 'completed');
    const { inDoubtSince: since } = await shop.journeys.topUp.status(partnerReferenceNo);
    assert.equal(since, undefined);
  });

  for (const when of ['before', 'after'] as const) {
    test(`where DOKU's status leaves the amount out, one lost ${when} its effect is paid once`, async () => {
      const { input, partnerReferenceNo, match, accountId } = await payout();
      const reference = partnerReferenceNo;
      const untold = { temperament: 'writesOddly', form: 'missing', field: 'amount' } as const;
      await shop.doku.temperament({ ...untold, operation: 'topUpStatus', reference });
      await shop.doku.fault({ operation: 'topUp', fault: 'drop', when, match });
      await shop.journeys.topUp.start(input);
      assert.equal((await resultOf(partnerReferenceNo)).outcome, 'completed');
      assert.equal(await shop.doku.balance(accountId), '100.00');
    });
  }

  describe("where neither DOKU's status nor a lost answer tells the amount", () => {
    const untold = { temperament: 'writesOddly', form: 'missing' } as const;
    const decided = { decision: 'record-failed', operator: 'ani', note: 'it was 50', force: true };
    /** DOKU pays another amount, and does not say so in its status. */
    const otherwise = async (reference: string, isLost: boolean) => {
      await shop.doku.temperament({ temperament: 'otherAmount', amount: '50.00', reference });
      const status = { ...untold, field: 'amount', operation: 'topUpStatus' } as const;
      await shop.doku.temperament({ ...status, reference });
      const match = { partnerReferenceNo: reference };
      if (isLost)
        await shop.doku.fault({ operation: 'topUp', fault: 'drop', when: 'after', match });
    };
    const parked = async (reference: string) => {
      const { status } = await eventually(
        () => shop.journeys.topUp.status(reference),
        (view) => view.attention !== undefined || view.result !== undefined,
      );
      assert.equal(status, 'needs-attention');
    };

    for (const isLost of [false, true]) {
      test(`one in another amount is not completed, its answer ${isLost ? '' : 'not '}lost`, async () => {
        const { input, partnerReferenceNo } = await payout();
        await otherwise(partnerReferenceNo, isLost);
        await shop.journeys.topUp.start(input);
        await parked(partnerReferenceNo);
        await shop.journeys.topUp.resolve(partnerReferenceNo, decided);
        assert.equal((await resultOf(partnerReferenceNo)).outcome, 'failed');
      });
    }

    test('and its history does not either, an operator is asked', async () => {
      const { input, partnerReferenceNo, accountId } = await payout();
      await otherwise(partnerReferenceNo, true);
      for (const operation of ['historyDetail', 'historyList'] as const) {
        const field = operation === 'historyDetail' ? 'amount' : 'detailData.0.amount';
        await shop.doku.temperament({ ...untold, field, operation, accountId });
      }
      await shop.journeys.topUp.start(input);
      await parked(partnerReferenceNo);
      await shop.journeys.topUp.resolve(partnerReferenceNo, decided);
      await resultOf(partnerReferenceNo);
    });

    test('a row in another amount is not completed', async () => {
      const { input, partnerReferenceNo } = await payout();
      await otherwise(partnerReferenceNo, false);
      const batchReference = `batch-${partnerReferenceNo}`;
      await shop.journeys.topUpBatch.start({ batchReference, rows: [input] });
      await eventually(
        () => shop.journeys.topUpBatch.status(batchReference),
        ({ waitsForOperator, result }) => waitsForOperator === true || result !== undefined,
      );
      await shop.journeys.topUp.resolve(partnerReferenceNo, decided);
      const { counts } = await shop.journeys.topUpBatch.result(batchReference);
      assert.deepEqual([counts.completed, counts.failed], [0, 1]);
    });
  });

  test('stopped in doubt, it finds out first and sends no more', async () => {
    const { input, partnerReferenceNo, match, handle } = await payout();
    await shop.doku.fault({ operation: 'topUp', fault: 'drop', when: 'before', match });
    await shop.journeys.topUp.start(input);
    await eventually(
      () => sent(partnerReferenceNo),
      (times) => times > 0,
    );
    await handle.cancel();
    const { outcome, refusal } = await resultOf(partnerReferenceNo);
    assert.deepEqual([outcome, refusal], ['failed', 'cancelled']);
    assert.equal(await sent(partnerReferenceNo), 1);
  });

  for (const [when, task] of [
    ['before its inquiry', 0],
    ['as it was sent', -1],
  ] as const)
    test(`stopped in a run that was reset to ${when}, it says what the run before has paid`, async () => {
      const { input, partnerReferenceNo, accountId, handle } = await payout();
      await shop.doku.temperament({
        temperament: 'worksOn',
        delayMs: 300,
        ends: 'hang',
        repeat: 'duplicate',
        operation: 'topUp',
        reference: partnerReferenceNo,
      });
      await shop.journeys.topUp.start(input);
      await eventually(
        () => sent(partnerReferenceNo),
        (times) => times > 0,
      );
      await reset(stack.client, `top-up/${partnerReferenceNo}`, { task });
      await handle.cancel();
      assert.equal((await resultOf(partnerReferenceNo)).outcome, 'completed');
      assert.equal(await sent(partnerReferenceNo), 1);
      assert.equal(await shop.doku.balance(accountId), '100.00');
    });

  test('stopped in an outage, it ends at once', async () => {
    const { input, partnerReferenceNo, accountId, handle } = await payout();
    const match = { partnerReferenceNo: accountId };
    const outage = { fault: 'drop', when: 'before', times: 1_000 } as const;
    await shop.doku.fault({ operation: 'accountInquiry', ...outage, match });
    await shop.doku.fault({ operation: 'topUpInquiry', ...outage, match: { partnerReferenceNo } });
    await shop.journeys.topUp.start(input);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await handle.cancel();
    assert.equal((await resultOf(partnerReferenceNo)).refusal, 'cancelled');
    assert.equal(await sent(partnerReferenceNo), 0);
  });

  test('reset after its end, it asks and sends nothing', async () => {
    const { input, partnerReferenceNo, accountId } = await payout();
    await shop.journeys.topUp.start(input);
    await resultOf(partnerReferenceNo);
    await reset(stack.client, `top-up/${partnerReferenceNo}`, { isTold: true });
    assert.equal((await resultOf(partnerReferenceNo)).outcome, 'completed');
    assert.equal(await sent(partnerReferenceNo), 1);
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });

  test('a number that DOKU holds for another customer is none of its own', async () => {
    const first = await payout();
    await shop.journeys.topUp.start(first.input);
    await resultOf(first.partnerReferenceNo);
    await forget(stack.client, `top-up/${first.partnerReferenceNo}`);
    const other = await shop.boundCustomer({ balance: '0.00' });
    await shop.journeys.topUp.start({ ...first.input, customerId: other.customerId });
    const { outcome, refusal } = await resultOf(first.partnerReferenceNo);
    assert.deepEqual([outcome, refusal], ['failed', 'number-used-otherwise']);
    assert.equal(await shop.doku.balance(other.accountId), '0.00');
  });

  test('nor where the answer that says so is lost', async () => {
    const { topUpBatch, topUp } = shop.journeys;
    const first = await payout();
    const batchReference = `batch-${randomUUID().slice(0, 18)}`;
    await topUpBatch.start({ batchReference, rows: [first.input] });
    await topUpBatch.result(batchReference);
    const other = await shop.boundCustomer({ balance: '0.00' });
    await shop.doku.fault({
      operation: 'topUp',
      fault: 'drop',
      when: 'before',
      match: first.match,
    });
    await topUp.start({ ...first.input, customerId: other.customerId });
    const { attention } = await eventually(
      () => topUp.status(first.partnerReferenceNo),
      (seen) => seen.attention !== undefined || seen.result !== undefined,
    );
    assert.match(attention?.reason ?? '', /does not say whether it was this/);
    assert.equal(await shop.doku.balance(other.accountId), '0.00');
  });

  test('told a thousand times while DOKU works on it, it stays small and goes on', async () => {
    const { input, partnerReferenceNo, accountId, handle } = await payout({
      waitForFunds: '2 hours',
    });
    await shop.doku.hold(partnerReferenceNo);
    await shop.journeys.topUp.start(input);
    await eventually(
      () => sent(partnerReferenceNo),
      (times) => times > 0,
    );
    for (let round = 0; round < 120; round++)
      await Promise.all(Array.from({ length: 25 }, () => handle.signal('notified')));
    const [first] = (await handle.fetchHistory()).events ?? [];
    const firstRunId = first?.workflowExecutionStartedEventAttributes?.firstExecutionRunId;
    // A slow machine's worker may still be at the last hints.
    const { historyLength } = await eventually(
      () => handle.describe(),
      ({ runId }) => runId !== firstRunId,
    );
    assert.ok(historyLength < 5_000, `${historyLength} events`);
    await shop.doku.finish(partnerReferenceNo, 'success');
    assert.equal((await resultOf(partnerReferenceNo)).outcome, 'completed');
    const assertKnown = async () => {
      await shop.journeys.topUp.start(input);
      const more = shop.journeys.topUp.start({ ...input, amount: idr('200.00') });
      await assert.rejects(more, { name: 'InputMismatchError' });
    };
    await assertKnown();
    const longer = shop.journeys.topUp.start({ ...input, waitForFunds: '3 hours' });
    await assert.rejects(longer, { name: 'InputMismatchError' });
    assert.ok(firstRunId);
    await forget(stack.client, handle.workflowId, firstRunId);
    await assertKnown();
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });
});
