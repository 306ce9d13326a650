import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { JourneyEndedError, NotNowError } from '../../client/index.js';
import { bankTransferWorkflowId } from '../../contract/identity.js';
import type { TemperamentInput } from '../../sandbox/temperaments/schema.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget, reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('a bank transfer says what DOKU has of it', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const transferOf = (customerId: string, overrides: Record<string, unknown> = {}) => ({
    partnerReferenceNo: `TRF-${randomUUID()}`,
    customerId,
    amount: idr('25000.00'),
    beneficiaryAccountNumber: '8377388292',
    beneficiaryBankCode: '014',
    ...overrides,
  });

  /** Its customer has 100,000 and has been asked whether the name is right. */
  async function askedFor(overrides: Record<string, unknown> = {}) {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const input = transferOf(customerId, overrides);
    const { partnerReferenceNo } = input;
    const { beneficiaryAccountName } = await shop.journeys.bankTransfer.beneficiary(input);
    return {
      input,
      accountId,
      partnerReferenceNo,
      confirm: () => shop.journeys.bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName),
      sends: async () => (await shop.doku.requests('transferBank', partnerReferenceNo)).length,
    };
  }

  test('a lost request wakes nobody: it is in doubt, and then never executed', async () => {
    const { accountId, partnerReferenceNo, confirm, sends } = await askedFor();
    const { bankTransfer } = shop.journeys;
    const match = { partnerReferenceNo };
    await shop.doku.fault({ operation: 'transferBank', fault: 'drop', when: 'before', match });
    const began = Date.now();
    await confirm();
    const { inDoubtSince } = await eventually(
      () => bankTransfer.status(partnerReferenceNo),
      ({ status }) => status === 'in-doubt',
    );
    assert.ok(inDoubtSince && Date.parse(inDoubtSince) >= began - 1_000);
    const { outcome, reason, resolution } = await bankTransfer.result(partnerReferenceNo);
    assert.deepEqual([outcome, reason, resolution], ['failed', 'never-executed', undefined]);
    assert.ok(Date.now() - began >= 5_000, 'not before TRANSFER_ABSENT_AFTER');
    assert.equal(await sends(), 1);
    assert.equal(await shop.doku.balance(accountId), '100000.00');
  });

  test('what DOKU works on is waited for, in a history of the same size', async () => {
    const { accountId, partnerReferenceNo, confirm, sends } = await askedFor();
    await shop.doku.hold(partnerReferenceNo);
    await confirm();
    const asked = async () =>
      (await shop.doku.requests('historyDetail', partnerReferenceNo)).length;
    await eventually(asked, (times) => times >= 2);
    const handle = stack.client.workflow.getHandle(bankTransferWorkflowId(partnerReferenceNo));
    const before = (await handle.describe()).historyLength;
    const times = await asked();
    await eventually(asked, (now) => now > times);
    assert.equal((await handle.describe()).historyLength, before);
    await shop.doku.finish(partnerReferenceNo, 'success');
    await handle.signal('notified');
    const { outcome } = await shop.journeys.bankTransfer.result(partnerReferenceNo);
    assert.equal(outcome, 'completed');
    assert.equal(await sends(), 1);
    assert.equal(await shop.doku.balance(accountId), '75000.00');
  });

  for (const status of ['success', 'failed'] as const) {
    test(`a doubt that DOKU ends as ${status} is that`, async () => {
      const { partnerReferenceNo, confirm } = await askedFor();
      await shop.doku.hold(partnerReferenceNo);
      await confirm();
      await eventually(
        () => shop.doku.requests('transferBank', partnerReferenceNo),
        (sent) => sent.length === 1,
      );
      await shop.doku.finish(partnerReferenceNo, status);
      const { outcome } = await shop.journeys.bankTransfer.result(partnerReferenceNo);
      assert.equal(outcome, status === 'success' ? 'completed' : 'failed');
    });
  }

  test('whichever of confirmation and abandonment is first, the other is told what stands', async () => {
    const { bankTransfer } = shop.journeys;
    const races = Array.from({ length: 4 }, async () => {
      const { partnerReferenceNo, confirm } = await askedFor();
      const [abandoned, confirmed] = await Promise.allSettled([
        bankTransfer.abandon(partnerReferenceNo),
        confirm(),
      ]);
      const { outcome } = await bankTransfer.result(partnerReferenceNo);
      const isLeft = outcome === 'abandoned';
      assert.equal(abandoned.status, isLeft ? 'fulfilled' : 'rejected');
      assert.equal(confirmed.status, isLeft ? 'rejected' : 'fulfilled');
      const [refused] = [abandoned, confirmed].filter((one) => one.status === 'rejected');
      assert.match(
        String(refused?.reason),
        isLeft ? /was given up|ended/ : /confirmed already|ended completed/,
      );
    });
    await Promise.all(races);
  });

  test('a transfer to somebody else under the same number is no proof of it', async () => {
    const first = await askedFor();
    const { input, partnerReferenceNo, accountId } = first;
    const { bankTransfer } = shop.journeys;
    await first.confirm();
    await bankTransfer.result(partnerReferenceNo);
    await forget(stack.client, bankTransferWorkflowId(partnerReferenceNo));
    const second = { ...input, beneficiaryAccountNumber: '8377381111' };
    const { beneficiaryAccountName } = await bankTransfer.beneficiary(second);
    await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    const { status, attention } = await eventually(
      () => bankTransfer.status(partnerReferenceNo),
      (view) => view.attention !== undefined || view.result !== undefined,
    );
    assert.equal(status, 'needs-attention');
    assert.match(attention?.reason ?? '', /other particulars/);
    await bankTransfer.resolve(partnerReferenceNo, {
      decision: 'record-used-otherwise',
      operator: 'ani',
      note: 'to …8292',
    });
    const { outcome, reason } = await bankTransfer.result(partnerReferenceNo);
    assert.deepEqual([outcome, reason], ['failed', 'number-used-otherwise']);
    assert.equal(await shop.doku.balance(accountId), '75000.00');
  });

  /** How a transfer whose answer is lost, and which DOKU shows in List alone, shows once that is read so. */
  async function lostAndListed(manner: (accountId: string) => TemperamentInput) {
    const { accountId, partnerReferenceNo, confirm } = await askedFor();
    const { bankTransfer } = shop.journeys;
    await shop.doku.temperament({
      temperament: 'refuses',
      code: '4041301',
      message: 'Transaction Not Found',
      when: 'before',
      on: 'any',
      operation: 'historyDetail',
      reference: partnerReferenceNo,
    });
    await shop.doku.temperament(manner(accountId));
    const match = { partnerReferenceNo };
    await shop.doku.fault({ operation: 'transferBank', fault: 'drop', when: 'after', match });
    await confirm();
    const { attention, result } = await eventually(
      () => bankTransfer.status(partnerReferenceNo),
      (view) => view.attention !== undefined || view.result !== undefined,
    );
    return { partnerReferenceNo, reason: attention?.reason, outcome: result?.outcome };
  }

  const REFERENCE = 'detailData.0.additionalInfo.partnerReferenceNo';

  test('a number with blanks around it is the number', async () => {
    const { outcome } = await lostAndListed((accountId) => ({
      temperament: 'writesOddly',
      field: REFERENCE,
      form: 'trailingSpace',
      operation: 'historyList',
      accountId,
    }));
    assert.equal(outcome, 'completed');
  });

  test('an entry without a number, which may be it, is for an operator', async () => {
    const { partnerReferenceNo, outcome, reason } = await lostAndListed((accountId) => ({
      temperament: 'writesOddly',
      field: REFERENCE,
      form: 'null',
      operation: 'historyList',
      accountId,
    }));
    assert.equal(outcome, undefined);
    assert.match(reason ?? '', /without a number/);
    const resolution = { decision: 'record-completed', operator: 'ani', note: 'seen' };
    const { bankTransfer } = shop.journeys;
    await assert.rejects(
      bankTransfer.resolve(partnerReferenceNo, { ...resolution, decision: 'record-failed' }),
      /one without its number, which may be this one/,
    );
    await bankTransfer.resolve(partnerReferenceNo, resolution);
    assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'completed');
  });

  test('a refusal to list is no absence', async () => {
    const { outcome, reason } = await lostAndListed((accountId) => ({
      temperament: 'refuses',
      code: '4031201',
      message: 'Feature Not Allowed',
      when: 'before',
      on: 'any',
      operation: 'historyList',
      accountId,
    }));
    assert.equal(outcome, undefined);
    assert.match(reason ?? '', /refuses Transaction History List/);
  });

  /** What is asked of an operator about a transfer that DOKU accepts, and treats so. */
  async function acceptedAnd(manner: TemperamentInput) {
    const asked = await askedFor();
    const { bankTransfer } = shop.journeys;
    await shop.doku.temperament({ ...manner, reference: asked.partnerReferenceNo });
    await asked.confirm();
    const { status, attention } = await eventually(
      () => bankTransfer.status(asked.partnerReferenceNo),
      ({ attention: parked, result }) => parked !== undefined || result !== undefined,
    );
    assert.equal(status, 'needs-attention');
    return { ...asked, reason: attention?.reason ?? '' };
  }
  const transferBank = { operation: 'transferBank' } as const;

  test('one that DOKU accepts and carries out in another amount is for an operator, who can say so', async () => {
    const { partnerReferenceNo, accountId, reason } = await acceptedAnd({
      temperament: 'otherAmount',
      percent: 90,
      ...transferBank,
    });
    assert.match(reason, /another amount, 22500\.00/);
    assert.equal(await shop.doku.balance(accountId), '77500.00');
    const { bankTransfer } = shop.journeys;
    const as = (decision: string) =>
      bankTransfer.resolve(partnerReferenceNo, {
        decision,
        operator: 'ani',
        note: 'as DOKU has it',
      });
    await assert.rejects(as('record-completed'), NotNowError);
    await as('record-as-shown-22500.00');
    const { outcome, amount, sentAmount } = await bankTransfer.result(partnerReferenceNo);
    assert.deepEqual([outcome, amount.value, sentAmount], ['completed', '25000.00', '22500.00']);
  });

  test('one that DOKU accepts and does not carry out is for an operator', async () => {
    const { partnerReferenceNo, accountId, reason } = await acceptedAnd({
      temperament: 'staysPending',
      ms: 4_000,
      as: 'failed',
      saysDone: true,
      ...transferBank,
    });
    assert.match(reason, /accepted it, and its history says closed/);
    const { bankTransfer } = shop.journeys;
    const resolution = { decision: 'record-failed', operator: 'ani', note: 'closed at DOKU' };
    await bankTransfer.resolve(partnerReferenceNo, resolution);
    assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'failed');
    assert.equal(await shop.doku.balance(accountId), '100000.00');
  });

  test('one that DOKU accepts and does not show for long is completed by its answer', async () => {
    const { accountId, partnerReferenceNo, confirm } = await askedFor();
    for (const of of ['historyDetail', 'historyList'] as const)
      await shop.doku.temperament({ temperament: 'lags', of, ms: 120_000, accountId });
    await confirm();
    const { outcome } = await shop.journeys.bankTransfer.result(partnerReferenceNo);
    assert.equal(outcome, 'completed');
    assert.equal(await shop.doku.balance(accountId), '75000.00');
  });

  test('a purchase under the same number is no proof of it', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const order = shop.order(customerId, { amount: idr('25000.00') });
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    const { bankTransfer } = shop.journeys;
    const input = transferOf(customerId, { partnerReferenceNo });
    const { beneficiaryAccountName } = await bankTransfer.beneficiary(input);
    const match = { partnerReferenceNo };
    await shop.doku.fault({ operation: 'transferBank', fault: 'drop', when: 'before', match });
    await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    const { attention } = await eventually(
      () => bankTransfer.status(partnerReferenceNo),
      ({ status }) => status === 'needs-attention',
    );
    assert.match(attention?.reason ?? '', /PAYMENT under this number/);
    await bankTransfer.resolve(partnerReferenceNo, {
      decision: 'record-failed',
      operator: 'ani',
      note: 'DOKU has the purchase only',
      force: true,
    });
    assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'failed');
    assert.equal(await shop.doku.balance(accountId), '75000.00');
  });

  test('who missed the answer to a confirmation confirms again, and is answered alike, also after the end', async () => {
    const { bankTransfer } = shop.journeys;
    const refused = await askedFor({ amount: idr('250000.00') });
    const sent = await askedFor();
    for (const [{ partnerReferenceNo, confirm }, ended] of [
      [sent, 'completed'],
      [refused, 'failed'],
    ] as const) {
      await confirm();
      assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, ended);
      await confirm();
      const { confirmedAt } = await bankTransfer.status(partnerReferenceNo);
      assert.ok(confirmedAt, ended);
      await assert.rejects(bankTransfer.confirm(partnerReferenceNo, 'ANOTHER'), JourneyEndedError);
    }
    assert.equal(await sent.sends(), 1);
  });

  test('what is being given up is not to be confirmed', async () => {
    const { input, partnerReferenceNo, confirm, accountId } = await askedFor();
    const { bankTransfer } = shop.journeys;
    const slow = { fault: 'slow', when: 'before', delayMs: 2_000 } as const;
    const match = { partnerReferenceNo };
    await shop.doku.fault({ operation: 'historyDetail', ...slow, match });
    const abandoned = bankTransfer.abandon(partnerReferenceNo);
    await eventually(
      () => bankTransfer.status(partnerReferenceNo),
      ({ status }) => status === 'in-doubt',
    );
    await assert.rejects(bankTransfer.beneficiary(input), NotNowError);
    await assert.rejects(confirm(), NotNowError);
    assert.equal((await abandoned).outcome, 'abandoned');
    assert.equal(await shop.doku.balance(accountId), '100000.00');
  });

  describe('a run that is not the first', { concurrency: true }, () => {
    test('asks the customer nothing about what an earlier run sent', async () => {
      const { accountId, partnerReferenceNo, confirm, sends } = await askedFor({
        confirmWithin: '1 hour',
      });
      await confirm();
      const { bankTransfer } = shop.journeys;
      await bankTransfer.result(partnerReferenceNo);
      await reset(stack.client, bankTransferWorkflowId(partnerReferenceNo));
      assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'completed');
      const { beneficiary } = await bankTransfer.status(partnerReferenceNo);
      assert.equal(beneficiary?.confirmBy, undefined);
      await confirm();
      assert.equal(await sends(), 1);
      assert.equal(await shop.doku.balance(accountId), '75000.00');
    });

    test('does not say abandoned of what an earlier run sent', async () => {
      const { accountId, partnerReferenceNo, confirm, sends } = await askedFor({
        confirmWithin: '3 seconds',
      });
      await confirm();
      const { bankTransfer } = shop.journeys;
      assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'completed');
      await reset(stack.client, bankTransferWorkflowId(partnerReferenceNo));
      assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'completed');
      assert.equal(await sends(), 1);
      assert.equal(await shop.doku.balance(accountId), '75000.00');
    });

    test('is abandoned where DOKU has nothing of it', async () => {
      const { partnerReferenceNo, sends } = await askedFor({ confirmWithin: '2 seconds' });
      await reset(stack.client, bankTransferWorkflowId(partnerReferenceNo));
      const { outcome } = await shop.journeys.bankTransfer.result(partnerReferenceNo);
      assert.equal(outcome, 'abandoned');
      assert.equal(await sends(), 0);
    });

    for (const task of [0, -2, -1]) {
      test(`asks before it sends, reset to workflow task ${task}`, async () => {
        const { accountId, partnerReferenceNo, confirm, sends } = await askedFor({
          // What the customer said too early for a run is refused by it.
          confirmWithin: '5 seconds',
        });
        await confirm();
        const { bankTransfer } = shop.journeys;
        await bankTransfer.result(partnerReferenceNo);
        await reset(stack.client, bankTransferWorkflowId(partnerReferenceNo), {
          task,
          isTold: true,
        });
        assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'completed');
        assert.equal(await sends(), 1);
        assert.equal(await shop.doku.balance(accountId), '75000.00');
      });
    }

    test('sends what DOKU has had enough time to show, and has not', async () => {
      const { partnerReferenceNo, confirm, accountId } = await askedFor();
      const workflowId = bankTransferWorkflowId(partnerReferenceNo);
      await reset(stack.client, workflowId);
      await eventually(
        () => shop.journeys.bankTransfer.status(partnerReferenceNo),
        ({ status }) => status === 'awaiting-confirmation',
      );
      await confirm();
      const { outcome } = await shop.journeys.bankTransfer.result(partnerReferenceNo);
      assert.equal(outcome, 'completed');
      assert.equal(await shop.doku.balance(accountId), '75000.00');
    });
  });

  test('however often the customer confirms, its history stays small', async () => {
    const { partnerReferenceNo, confirm } = await askedFor();
    await shop.doku.hold(partnerReferenceNo);
    for (let times = 0; times < 120; times++) await confirm();
    const handle = stack.client.workflow.getHandle(bankTransferWorkflowId(partnerReferenceNo));
    const before = (await handle.describe()).historyLength;
    for (let times = 0; times < 50; times++) await confirm();
    assert.ok((await handle.describe()).historyLength - before < 10);
    await shop.doku.finish(partnerReferenceNo, 'success');
    await shop.journeys.bankTransfer.result(partnerReferenceNo);
  });
});
