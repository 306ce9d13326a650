import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { TopUpRow, TopUpRowResult } from '../../client/index.js';
import { dryRun } from '../../gateway/resources/dry-run.js';
import type { Stack } from '../../worker/local/stack.js';
import { isWhole } from '../setting/extent.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('whatever becomes of its parts and rows, a top-up batch says what was paid', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const newBatch = () => `batch-${randomUUID().slice(0, 8)}`;
  const rowsFor = (customerId: string, count: number): TopUpRow[] =>
    Array.from({ length: count }, () => ({
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr('100.00'),
    }));
  const resultsOf = async (batchReference: string): Promise<TopUpRowResult[]> => {
    const results: TopUpRowResult[] = [];
    for await (const row of shop.journeys.topUpBatch.results(batchReference)) results.push(row);
    return results;
  };
  /** A batch that has begun to pay, and one of whose rows DOKU has not finished. */
  const begun = async (count: number, inFlight = 2) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = newBatch();
    const rows = rowsFor(customerId, count);
    const held = rows[1]?.partnerReferenceNo ?? '';
    await shop.doku.hold(held);
    await shop.journeys.topUpBatch.start({ batchReference, rows, inFlight });
    const child = stack.client.workflow.getHandle(`top-up/${held}`);
    await eventually(
      () => child.describe().catch(() => undefined),
      (seen) => seen !== undefined,
    );
    return { accountId, customerId, batchReference, rows, held, child };
  };
  const result = (batchReference: string) => shop.journeys.topUpBatch.result(batchReference);

  describe('a row whose journey is terminated', () => {
    test('is asked about, and the others are paid', async () => {
      const { accountId, batchReference, held, child } = await begun(30, 5);
      await child.terminate('by an operator');
      await eventually(
        () => shop.doku.balance(accountId),
        (balance) => balance === '2900.00',
      );
      await shop.doku.finish(held, 'success');
      const { outcome, counts } = await result(batchReference);
      assert.deepEqual([outcome, counts.completed], ['finished', 30]);
      assert.equal(await shop.doku.balance(accountId), '3000.00');
    });

    test('is in doubt when it is terminated again', async () => {
      const { batchReference, held, child } = await begun(5);
      const { runId } = await child.describe();
      await child.terminate('by an operator');
      await eventually(
        () => child.describe(),
        (seen) => seen.runId !== runId && seen.status.name === 'RUNNING',
      );
      await child.terminate('again');
      const { counts } = await result(batchReference);
      assert.deepEqual([counts.completed, counts.inDoubt], [4, 1]);
      const told = (await resultsOf(batchReference)).find((row) => row.partnerReferenceNo === held);
      assert.equal(told?.outcome, 'in-doubt');
    });
  });

  test('a part that is terminated sends no more; what it sent is found out', async () => {
    const { accountId, batchReference, held } = await begun(60);
    await stack.client.workflow.getHandle(`top-up-batch/${batchReference}/0`).terminate('stop');
    await shop.doku.finish(held, 'success');
    const { outcome, counts } = await result(batchReference);
    assert.equal(outcome, 'finished');
    assert.ok(counts.cancelled > 0, JSON.stringify(counts));
    assert.equal(counts.completed + counts.cancelled, 60);
    assert.equal(await shop.doku.balance(accountId), `${counts.completed * 100}.00`);
    const told = (await resultsOf(batchReference)).map((row) => row.outcome);
    assert.equal(told.filter((outcome) => outcome === 'completed').length, counts.completed);
  });

  describe('what a part may have sent, and another run of it asks about, is in doubt', () => {
    /** One of its rows is on its way to DOKU, which will not say what becomes of it. */
    const sending = async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const batchReference = newBatch();
      const rows = rowsFor(customerId, 2);
      const partnerReferenceNo = rows[1]?.partnerReferenceNo ?? '';
      const match = { partnerReferenceNo };
      await shop.doku.fault({
        operation: 'topUp',
        fault: 'slow',
        when: 'after',
        delayMs: 2_000,
        match,
      });
      await shop.doku.fault({
        operation: 'topUpStatus',
        fault: 'drop',
        when: 'before',
        times: 1_000,
        match,
      });
      await shop.journeys.topUpBatch.start({ batchReference, rows });
      await eventually(
        async () => [
          (await shop.doku.requests('topUp', partnerReferenceNo)).length,
          await shop.doku.balance(accountId),
        ],
        ([sent, paid]) => sent === 1 && paid !== '0.00',
      );
      return batchReference;
    };
    const assertInDoubt = async (batchReference: string) => {
      const { inDoubt } = await eventually(
        () => shop.journeys.topUpBatch.status(batchReference),
        ({ inDoubt }) => inDoubt?.rows === 1,
      );
      assert.equal(inDoubt?.sum, '100.00');
      await shop.doku.call('DELETE', 'faults');
      assert.equal((await result(batchReference)).counts.completed, 2);
      assert.equal((await shop.journeys.topUpBatch.status(batchReference)).inDoubt, undefined);
    };

    test('once it is terminated', async () => {
      const batchReference = await sending();
      await stack.client.workflow.getHandle(`top-up-batch/${batchReference}/0`).terminate('stop');
      await assertInDoubt(batchReference);
    });

    test('once it is reset', async () => {
      const batchReference = await sending();
      await reset(stack.client, `top-up-batch/${batchReference}/0`);
      await assertInDoubt(batchReference);
    });
  });

  test('a part that is reset asks about each row before it sends it', async () => {
    const { accountId, batchReference, held, rows } = await begun(40);
    await eventually(
      () => shop.doku.balance(accountId),
      (balance) => balance !== '0.00',
    );
    await reset(stack.client, `top-up-batch/${batchReference}/0`, { isTold: true });
    await shop.doku.finish(held, 'success');
    const { outcome, counts } = await result(batchReference);
    assert.deepEqual([outcome, counts.completed], ['finished', 40]);
    assert.equal(await shop.doku.balance(accountId), '4000.00');
    for (const { partnerReferenceNo } of rows)
      assert.equal((await shop.doku.entries(partnerReferenceNo)).length, 1);
    const [first] = rows;
    const sent = await shop.doku.requests('topUp', first?.partnerReferenceNo);
    assert.equal(sent.length, 1, 'what the first run had sent is not sent again');
  });

  test('a part that is reset asks no operator about customers who have no account', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = newBatch();
    const own = rowsFor(customerId, 2);
    const rows = [...rowsFor(`nobody-${randomUUID()}`, 2), ...own];
    const held = own[1]?.partnerReferenceNo ?? '';
    await shop.doku.hold(held);
    const { topUpBatch } = shop.journeys;
    await topUpBatch.start({ batchReference, rows });
    await eventually(
      () => topUpBatch.status(batchReference),
      ({ counts }) => counts.failed === 2 && counts.completed === 1,
    );
    await reset(stack.client, `top-up-batch/${batchReference}/0`, { isTold: true });
    await shop.doku.finish(held, 'success');
    const { counts } = await result(batchReference);
    assert.deepEqual([counts.completed, counts.failed], [2, 2]);
    assert.equal(await shop.doku.balance(accountId), '200.00');
  });

  test('a batch that is reset finds the parts of the run before', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = newBatch();
    const rows = rowsFor(customerId, isWhole ? 260 : 20);
    await shop.journeys.topUpBatch.start({ batchReference, rows });
    const before = await result(batchReference);
    await reset(stack.client, `top-up-batch/${batchReference}`, { isTold: true });
    const { outcome, counts } = await result(batchReference);
    assert.deepEqual([outcome, counts], [before.outcome, before.counts]);
    assert.equal(await shop.doku.balance(accountId), `${rows.length * 100}.00`);
  });

  test('a batch that is reset while a part sends pays no row twice, and says what was paid', async () => {
    const { accountId, batchReference, held, rows } = await begun(60);
    await reset(stack.client, `top-up-batch/${batchReference}`, { isTold: true });
    await shop.doku.finish(held, 'success');
    const { counts } = await result(batchReference);
    assert.equal(counts.completed + counts.cancelled, 60, JSON.stringify(counts));
    assert.equal(await shop.doku.balance(accountId), `${counts.completed * 100}.00`);
    for (const { partnerReferenceNo } of rows.slice(0, 3))
      assert.ok((await shop.doku.entries(partnerReferenceNo)).length <= 1);
  });

  test('a batch that is reset, and whose rows do not come in again, asks an operator', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = newBatch();
    const rows = rowsFor(customerId, 3);
    const { topUpBatch } = shop.journeys;
    await topUpBatch.start({ batchReference, rows, receiveWithin: '1 second' });
    await result(batchReference);
    const workflowId = `top-up-batch/${batchReference}`;
    await reset(stack.client, workflowId);
    await eventually(
      () => topUpBatch.status(batchReference),
      ({ status }) => status === 'needs-attention',
    );
    const decided = { operator: 'ani', note: 'nobody brings them' };
    await topUpBatch.resolve(batchReference, { decision: 'give-up', ...decided });
    const { outcome, counts } = await result(batchReference);
    assert.deepEqual([outcome, counts.completed], ['cancelled', 3]);
    assert.equal(await shop.doku.balance(accountId), '300.00');
  });

  test('it says which rows of a customer are under way, and how much is in doubt', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = newBatch();
    const rows = rowsFor(customerId, 260);
    const lost = rows[1]?.partnerReferenceNo ?? '';
    const slowest = rows.at(-1)?.partnerReferenceNo ?? '';
    const match = { partnerReferenceNo: lost };
    await shop.doku.fault({ operation: 'topUp', fault: 'drop', when: 'after', match });
    await shop.doku.fault({
      operation: 'topUpStatus',
      fault: 'drop',
      when: 'before',
      times: 1_000,
      match,
    });
    await shop.doku.hold(slowest);
    await shop.journeys.topUpBatch.start({ batchReference, rows, inFlight: 4 });
    const underWay = (id: string, whose = customerId) =>
      stack.client.workflow
        .getHandle(`top-up-batch/${id}`)
        .query<string[], [string]>('underWay', whose);
    // Those of the second part, once the first one tells of its own: one of them does not end before it is seen.
    await eventually(
      () => underWay(batchReference),
      (numbers) => numbers.includes(slowest) && !numbers.includes(lost),
    );
    await eventually(
      () => shop.doku.requests('topUp', slowest),
      ({ length }) => length === 1,
    );
    await shop.doku.finish(slowest, 'success');
    assert.ok((await underWay(`${batchReference}/0`)).includes(lost));
    assert.deepEqual(await underWay(`${batchReference}/0`, 'somebody-else'), []);
    const { inDoubt } = await eventually(
      () => shop.journeys.topUpBatch.status(batchReference),
      (view) => view.inDoubt?.rows === 1,
    );
    assert.deepEqual(inDoubt, { rows: 1, sum: '100.00' });
    await shop.doku.call('DELETE', 'faults');
    assert.equal((await result(batchReference)).counts.completed, 260);
    assert.equal((await shop.journeys.topUpBatch.status(batchReference)).inDoubt, undefined);
    assert.deepEqual(await underWay(`${batchReference}/0`), []);
  });

  test('it names whose journey a row waits for, and a dry run knows what was paid meanwhile', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '0.00' });
    const [single, paid] = rowsFor(customerId, 2) as [TopUpRow, TopUpRow];
    const { partnerReferenceNo } = single;
    await shop.doku.hold(partnerReferenceNo);
    await shop.journeys.topUp.start(single);
    await eventually(
      () => shop.doku.requests('topUp', partnerReferenceNo),
      ({ length }) => length === 1,
    );
    const batchReference = newBatch();
    const rows = [{ ...single, amount: idr('200.00') }, paid];
    await shop.journeys.topUpBatch.start({ batchReference, rows });
    const waits = await eventually(
      () => shop.journeys.topUpBatch.status(batchReference),
      ({ waitsFor }) => waitsFor !== undefined,
    );
    assert.deepEqual(waits.waitsFor, [`top-up/${partnerReferenceNo}`]);
    const wouldDo = async (asked: readonly TopUpRow[]) => {
      const { paidBefore, conflicting, underWay } = await dryRun(
        stack.client,
        batchReference,
        asked,
        undefined,
      );
      return [paidBefore, conflicting, underWay].map((group) => group.partnerReferenceNos);
    };
    // Temporal's lists lag a moment behind.
    await eventually(
      () => wouldDo(rows),
      ([, conflicting]) => conflicting?.length === 1,
    );
    assert.deepEqual(await wouldDo(rows), [[paid.partnerReferenceNo], [partnerReferenceNo], []]);
    await shop.doku.finish(partnerReferenceNo, 'success');
    assert.deepEqual((await result(batchReference)).counts.failed, 1);
    assert.equal((await shop.journeys.topUpBatch.status(batchReference)).waitsFor, undefined);
    await eventually(
      () => wouldDo([single, paid]),
      ([paidBefore]) => paidBefore?.length === 2,
    );
    assert.deepEqual((await wouldDo(rows))[1], [partnerReferenceNo]);
  });

  test('it names the journey of a row that waits for an operator, until he has decided', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = newBatch();
    const rows = rowsFor(customerId, 2);
    const reference = rows[0]?.partnerReferenceNo ?? '';
    await shop.doku.temperament({ temperament: 'otherAmount', amount: '50.00', reference });
    const lost = { operation: 'topUp', fault: 'drop', when: 'after' } as const;
    await shop.doku.fault({ ...lost, match: { partnerReferenceNo: reference } });
    const { topUp, topUpBatch } = shop.journeys;
    await topUpBatch.start({ batchReference, rows });
    await eventually(
      () => topUp.status(reference).catch(() => undefined),
      (view) => view?.status === 'needs-attention',
    );
    const view = await eventually(
      () => topUpBatch.status(batchReference),
      ({ waitsFor }) => waitsFor !== undefined,
      30_000,
    );
    assert.deepEqual([view.waitsFor, view.waitsForOperator], [[`top-up/${reference}`], true]);
    const words = { operator: 'ani', note: 'paid by hand', force: true };
    await topUp.resolve(reference, { decision: 'record-failed', ...words });
    assert.equal((await result(batchReference)).counts.failed, 1);
    const { waitsFor, waitsForOperator } = await topUpBatch.status(batchReference);
    assert.deepEqual([waitsFor, waitsForOperator], [undefined, undefined]);
  });

  test('while one row waits, it counts the others and tells their results', async () => {
    const { batchReference, held, rows } = await begun(4);
    const { counts } = await eventually(
      () => shop.journeys.topUpBatch.status(batchReference),
      (view) => view.counts.completed === 3,
    );
    assert.equal(counts.completed, 3);
    const { isEnded, results } = await shop.journeys.topUpBatch.part(batchReference, 0);
    assert.equal(isEnded, false);
    assert.deepEqual(
      results.map(({ partnerReferenceNo }) => partnerReferenceNo),
      rows.map((row) => row.partnerReferenceNo).filter((number) => number !== held),
    );
    await shop.doku.finish(held, 'success');
    await result(batchReference);
  });

  test('what is said again and again leaves nothing in its history', async () => {
    const { batchReference, held } = await begun(5);
    const { topUpBatch } = shop.journeys;
    const batch = stack.client.workflow.getHandle(`top-up-batch/${batchReference}`);
    await topUpBatch.pause(batchReference);
    // What ended beside the slow row is told of in a moment.
    let { historyLength } = await batch.describe();
    await eventually(
      async () => {
        const before = historyLength;
        await setTimeout(5_000);
        ({ historyLength } = await batch.describe());
        return historyLength - before;
      },
      (added) => added === 0,
    );
    for (let again = 0; again < 20; again++) {
      assert.equal((await topUpBatch.pause(batchReference)).status, 'paused');
      await topUpBatch.funded(batchReference);
    }
    assert.equal((await batch.describe()).historyLength, historyLength);
    await topUpBatch.goOn(batchReference);
    await shop.doku.finish(held, 'success');
    await result(batchReference);
  });

  describe('a batch that is reset while it is paused', () => {
    /** Four of its eight rows are paid, and the others were not sent. */
    const pausedAndReset = async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const batchReference = newBatch();
      const rows = rowsFor(customerId, 8);
      const slow = rows[3]?.partnerReferenceNo ?? '';
      await shop.doku.fault({
        operation: 'topUp',
        fault: 'slow',
        when: 'after',
        delayMs: 2_000,
        match: { partnerReferenceNo: slow },
      });
      await shop.journeys.topUpBatch.start({ batchReference, rows, inFlight: 1 });
      await eventually(
        () => shop.doku.requests('topUp', slow),
        ({ length }) => length === 1,
      );
      await shop.journeys.topUpBatch.pause(batchReference);
      await eventually(
        () => shop.doku.balance(accountId),
        (balance) => balance === '400.00',
      );
      await reset(stack.client, `top-up-batch/${batchReference}`, { isTold: true });
      const { status } = await eventually(
        () => shop.journeys.topUpBatch.status(batchReference),
        ({ counts }) => counts.completed === 4,
      );
      assert.equal(status, 'paused');
      return { accountId, batchReference };
    };

    test('and then cancelled says what was paid, and its part sends no more', async () => {
      const { accountId, batchReference } = await pausedAndReset();
      await stack.client.workflow.getHandle(`top-up-batch/${batchReference}`).cancel();
      const { outcome, counts } = await result(batchReference);
      assert.deepEqual([outcome, counts.completed, counts.cancelled], ['cancelled', 4, 4]);
      const part = stack.client.workflow.getHandle(`top-up-batch/${batchReference}/0`);
      assert.equal((await part.describe()).status.name, 'COMPLETED');
      assert.equal(await shop.doku.balance(accountId), '400.00');
    });

    test('and then goes on has its part go on', async () => {
      const { accountId, batchReference } = await pausedAndReset();
      await shop.journeys.topUpBatch.goOn(batchReference);
      const { outcome, counts } = await result(batchReference);
      assert.deepEqual([outcome, counts.completed], ['finished', 8]);
      assert.equal(await shop.doku.balance(accountId), '800.00');
    });
  });

  describe('a batch that waits for funds', () => {
    const corporate = (set: string) => shop.doku.call('POST', 'corporate/balance', { set });
    const waiting = async () => {
      const { customerId } = await shop.boundCustomer({ balance: '0.00' });
      const batchReference = newBatch();
      const rows = rowsFor(customerId, 5);
      await corporate('100.00');
      await shop.journeys.topUpBatch.start({ batchReference, rows, waitForFunds: '1 hour' });
      await eventually(
        () => shop.journeys.topUpBatch.status(batchReference),
        ({ status }) => status === 'awaiting-funds',
      );
      return batchReference;
    };
    afterEach(() => corporate('1000000000.00'));

    test('and is cancelled counts its rows as cancelled', async () => {
      const batchReference = await waiting();
      await stack.client.workflow.getHandle(`top-up-batch/${batchReference}`).cancel();
      const { outcome, counts } = await result(batchReference);
      assert.deepEqual([outcome, counts.cancelled], ['cancelled', 5]);
      assert.equal((await shop.journeys.topUpBatch.status(batchReference)).remaining, 0);
    });
  });

  describe("another's success is none of the row's", () => {
    test('of a single top-up to another customer under the same number', async () => {
      const [a, b] = [await shop.boundCustomer(), await shop.boundCustomer({ balance: '0.00' })];
      const [single] = rowsFor(a.customerId, 1);
      assert.ok(single);
      await shop.journeys.topUp.start(single);
      await shop.journeys.topUp.result(single.partnerReferenceNo);
      const batchReference = newBatch();
      const rows = [{ ...single, customerId: b.customerId }, ...rowsFor(b.customerId, 1)];
      await shop.journeys.topUpBatch.start({ batchReference, rows });
      await result(batchReference);
      const [first, second] = await resultsOf(batchReference);
      assert.deepEqual([first?.outcome, first?.refusal], ['failed', 'number-used-otherwise']);
      assert.equal(second?.outcome, 'completed');
      assert.equal(await shop.doku.balance(b.accountId), '100.00');
    });

    test('of a row of another batch', async () => {
      const [a, b] = [await shop.boundCustomer(), await shop.boundCustomer({ balance: '0.00' })];
      const rows = rowsFor(a.customerId, 2);
      const [mine, others] = [newBatch(), newBatch()];
      await shop.journeys.topUpBatch.start({ batchReference: others, rows });
      await result(others);
      await shop.journeys.topUpBatch.start({
        batchReference: mine,
        rows: rows.map((row) => ({ ...row, customerId: b.customerId })),
      });
      const { counts } = await result(mine);
      assert.deepEqual([counts.completed, counts.failed], [0, 2]);
      const told = (await resultsOf(mine)).map(({ refusal }) => refusal);
      assert.deepEqual(told, ['number-used-otherwise', 'number-used-otherwise']);
      assert.equal(await shop.doku.balance(b.accountId), '0.00');
    });

    test('of a row of another batch, in another amount', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const rows = rowsFor(customerId, 1);
      const [mine, others] = [newBatch(), newBatch()];
      await shop.journeys.topUpBatch.start({ batchReference: others, rows });
      await result(others);
      await shop.journeys.topUpBatch.start({
        batchReference: mine,
        rows: rows.map((row) => ({ ...row, amount: idr('200.00') })),
      });
      assert.equal((await result(mine)).counts.failed, 1);
      const [told] = await resultsOf(mine);
      assert.equal(told?.refusal, 'number-used-otherwise');
      assert.equal(await shop.doku.balance(accountId), '100.00');
    });

    test('of a single top-up and of a row of another batch, once its part is reset', async () => {
      const [a, b] = [await shop.boundCustomer(), await shop.boundCustomer({ balance: '0.00' })];
      const [single, batched] = rowsFor(a.customerId, 2) as [TopUpRow, TopUpRow];
      const [mine, others] = [newBatch(), newBatch()];
      await shop.journeys.topUp.start(single);
      await shop.journeys.topUp.result(single.partnerReferenceNo);
      await shop.journeys.topUpBatch.start({ batchReference: others, rows: [batched] });
      await result(others);
      const [own, held] = rowsFor(b.customerId, 2) as [TopUpRow, TopUpRow];
      const rows = [
        { ...single, customerId: b.customerId },
        { ...batched, customerId: b.customerId },
        own,
        held,
      ];
      await shop.doku.hold(held.partnerReferenceNo);
      await shop.journeys.topUpBatch.start({ batchReference: mine, rows });
      await eventually(
        () => shop.journeys.topUpBatch.status(mine),
        ({ counts }) => counts.failed === 2 && counts.completed === 1,
      );
      await reset(stack.client, `top-up-batch/${mine}/0`);
      await shop.doku.finish(held.partnerReferenceNo, 'success');
      await result(mine);
      const told = (await resultsOf(mine)).map(({ outcome, refusal }) => refusal ?? outcome);
      const otherwise = 'number-used-otherwise';
      assert.deepEqual(told, [otherwise, otherwise, 'completed', 'completed']);
      assert.equal(await shop.doku.balance(b.accountId), '200.00');
    });

    test('nor is it for want of funds while our own journey has its number under way', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const rows = rowsFor(customerId, 1);
      const reference = rows[0]?.partnerReferenceNo ?? '';
      await shop.doku.temperament({ temperament: 'lags', of: 'status', ms: 8_000, reference });
      await shop.doku.temperament({
        temperament: 'checksFirst',
        what: 'funds',
        isExhausted: true,
        reference,
      });
      const [first, second] = [newBatch(), newBatch()];
      await shop.journeys.topUpBatch.start({ batchReference: first, rows });
      const child = stack.client.workflow.getHandle(`top-up/${reference}`);
      await eventually(
        () => child.describe().catch(() => undefined),
        (seen) => seen !== undefined,
      );
      await shop.journeys.topUpBatch.start({ batchReference: second, rows });
      const ends = [await result(second), await result(first)];
      assert.deepEqual(
        ends.map(({ counts }) => counts.completed),
        [1, 1],
      );
      assert.equal(await shop.doku.balance(accountId), '100.00');
    });

    test('but the same payout under its number in two batches is one', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const rows = rowsFor(customerId, 2);
      for (const batchReference of [newBatch(), newBatch()]) {
        await shop.journeys.topUpBatch.start({ batchReference, rows });
        assert.equal((await result(batchReference)).counts.completed, 2);
      }
      assert.equal(await shop.doku.balance(accountId), '200.00');
    });
  });
});
