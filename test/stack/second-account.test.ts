import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { WithStartWorkflowOperation } from '@temporalio/client';
import {
  accountOwnerWorkflowId,
  bankTransferWorkflowId,
  walletWorkflowId,
} from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget, reset } from '../setting/resets.js';
import type { SandboxAccount } from '../setting/sandbox-control.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('a customer who binds a second account (money rule 8)', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  /** What a wallet holds from now on. */
  const bind = (customerId: string, { accountId, linkId, authCode }: SandboxAccount) =>
    stack.client.workflow
      .getHandle(walletWorkflowId(customerId))
      .executeUpdate('bind', { args: [{ accountId, linkId, authCode }] });

  /** A transfer whose customer has been told the name. */
  const named = async (customerId: string) => {
    const { bankTransfer } = shop.journeys;
    const partnerReferenceNo = `TRF-${randomUUID()}`;
    const { beneficiaryAccountName } = await bankTransfer.beneficiary({
      partnerReferenceNo,
      customerId,
      amount: idr('20000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    });
    return async () => {
      await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
      return bankTransfer.result(partnerReferenceNo);
    };
  };

  /** A transfer that the first account paid, whose customer has bound a second one since. */
  const paidByFirst = async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const { bankTransfer } = shop.journeys;
    const input = {
      partnerReferenceNo: `TRF-${randomUUID()}`,
      customerId,
      amount: idr('20000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
      confirmWithin: '10 seconds',
    };
    const { partnerReferenceNo } = input;
    const confirmed = async () => {
      const { beneficiaryAccountName } = await bankTransfer.beneficiary(input);
      await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    };
    await confirmed();
    assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'completed');
    const second = await newAccount();
    await bind(customerId, second);
    const workflowId = bankTransferWorkflowId(partnerReferenceNo);
    return { customerId, accountId, input, confirmed, second, partnerReferenceNo, workflowId };
  };

  const newAccount = (balance = '700000.00') => shop.doku.account({ bound: true, balance });

  test("moves that account's money from then on, whatever a worker remembers of the first", async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '1000000.00' });
    assert.equal((await shop.journeys.reads.balance(customerId)).availableBalance, '1000000.00');
    const second = await newAccount();
    assert.equal(await bind(customerId, second), true);
    assert.equal((await shop.journeys.reads.balance(customerId)).availableBalance, '700000.00');
    await shop.paid(shop.order(customerId));
    const confirmed = await named(customerId);
    await confirmed();
    assert.equal(await shop.doku.balance(accountId), '1000000.00');
    assert.equal(await shop.doku.balance(second.accountId), '670000.00');
  });

  test('a purchase that began with the first account is paid, asked about and taken back there', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    await shop.journeys.purchase.redirect(order);
    await bind(customerId, await newAccount());
    await shop.doku.call('POST', `accounts/${accountId}/tokens`, { action: 'supersede' });
    await shop.doku.customer(order.partnerReferenceNo, 'pay');
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.equal(result.outcome, 'cancelled');
    await shop.assertProven(result, '10000.00');
    assert.equal(await shop.doku.balance(accountId), '1000000.00');
  });

  test('a top-up to the first account, forgotten and sent again after the change, is the same one', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const topUp = { partnerReferenceNo: `TOP-${randomUUID()}`, customerId, amount: idr('100.00') };
    await shop.journeys.topUp.start(topUp);
    await shop.journeys.topUp.result(topUp.partnerReferenceNo);
    const second = await newAccount();
    await bind(customerId, second);
    await forget(stack.client, `top-up/${topUp.partnerReferenceNo}`);
    await shop.journeys.topUp.start(topUp);
    const { outcome } = await shop.journeys.topUp.result(topUp.partnerReferenceNo);
    assert.equal(outcome, 'completed');
    assert.equal(await shop.doku.balance(accountId), '100.00');
    assert.equal(await shop.doku.balance(second.accountId), '700000.00');
  });

  test("a transfer whose name is confirmed after the change still moves the first account's money, or none", async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const confirmed = await named(customerId);
    const second = await newAccount();
    await bind(customerId, second);
    assert.equal((await confirmed()).outcome, 'completed');
    assert.equal(await shop.doku.balance(accountId), '980000.00');
    assert.equal(await shop.doku.balance(second.accountId), '700000.00');
  });

  test('a transfer of the first account that is reset ends as that account has it', async () => {
    const { accountId, second, partnerReferenceNo, workflowId } = await paidByFirst();
    await reset(stack.client, workflowId);
    const result = await shop.journeys.bankTransfer.result(partnerReferenceNo);
    assert.deepEqual([result.outcome, result.accountId], ['completed', accountId]);
    assert.equal((await shop.doku.requests('transferBank', partnerReferenceNo)).length, 1);
    assert.equal(await shop.doku.balance(second.accountId), '700000.00');
  });

  test('one that Temporal forgot is found where it happened, confirmed again or given up', async () => {
    const { bankTransfer } = shop.journeys;
    for (const isConfirmed of [true, false]) {
      const { accountId, confirmed, input, ...paid } = await paidByFirst();
      await forget(stack.client, paid.workflowId);
      if (isConfirmed) await confirmed();
      else {
        await bankTransfer.beneficiary(input);
        await bankTransfer.abandon(paid.partnerReferenceNo).catch(() => undefined);
      }
      const result = await bankTransfer.result(paid.partnerReferenceNo);
      assert.deepEqual([result.outcome, result.accountId], ['completed', accountId]);
      assert.equal(await shop.doku.balance(paid.second.accountId), '700000.00');
    }
  });

  test('one that DOKU knows and no known account shows is for an operator', async () => {
    const { customerId, accountId, confirmed, ...paid } = await paidByFirst();
    const { bankTransfer } = shop.journeys;
    await stack.client.workflow
      .getHandle(walletWorkflowId(customerId))
      .executeUpdate('unbind', { args: [{ accountId }] });
    await forget(stack.client, paid.workflowId);
    await confirmed();
    const { status, attention } = await eventually(
      () => bankTransfer.status(paid.partnerReferenceNo),
      (view) => view.status === 'needs-attention' || view.result !== undefined,
    );
    assert.equal(status, 'needs-attention');
    assert.match(attention?.reason ?? '', /DOKU knows this number/);
    await bankTransfer.resolve(paid.partnerReferenceNo, {
      decision: 'record-completed',
      operator: 'ani',
      note: 'it went out from the account before',
    });
    assert.equal((await bankTransfer.result(paid.partnerReferenceNo)).outcome, 'completed');
  });

  test("a renewal of the first account's token that ends later changes nothing", async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    await shop.journeys.reads.balance(customerId);
    await shop.doku.fault({
      operation: 'tokenB2B2C',
      fault: 'slow',
      when: 'after',
      delayMs: 2_000,
      match: { partnerReferenceNo: accountId },
    });
    const handle = stack.client.workflow.getHandle(walletWorkflowId(customerId));
    const { generation } = await handle.executeUpdate<{ generation: number }, [object]>('token', {
      args: [{}],
    });
    const renewal = handle
      .executeUpdate<{ accountId: string }, [object]>('token', {
        args: [{ refusedGeneration: generation }],
      })
      .catch(() => undefined);
    await eventually(
      () => shop.doku.faults(),
      (faults) => !faults.some(({ match }) => match?.partnerReferenceNo === accountId),
    );
    const second = await newAccount();
    await bind(customerId, second);
    assert.notEqual((await renewal)?.accountId, second.accountId);
    const held = await handle.executeUpdate<{ accountId: string }, [object]>('token', {
      args: [{}],
    });
    assert.equal(held.accountId, second.accountId);
    assert.equal((await shop.journeys.reads.balance(customerId)).availableBalance, '700000.00');
  });

  test('is told what becomes of the first, and is refused while its money is on its way', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const second = await shop.doku.account();
    const { openAccount, purchase } = shop.journeys;
    const openingOf = (reference: string) => ({
      customerId,
      reference,
      redirectUrl: 'https://merchant.example/account',
      accountId: second.accountId,
    });
    const order = shop.order(customerId);
    await purchase.redirect(order);
    const workflowId = `purchase/${order.partnerReferenceNo}`;
    await eventually(
      async () => {
        const opening = openingOf(`open-${randomUUID()}`);
        const step = await openAccount.start(opening);
        if (step.show !== 'done') await openAccount.abandon(opening);
        return step;
      },
      (step) => step.show === 'done' && step.result.openJourneys?.includes(workflowId) === true,
    );
    await purchase.cancel(order.partnerReferenceNo, 'changed my mind');
    const step = await eventually(
      () => openAccount.start(openingOf(`open-${randomUUID()}`)),
      ({ show }) => show === 'open-url',
    );
    assert.ok(step.show === 'open-url');
    const opening = openingOf('open-last');
    const page = await openAccount.start(opening);
    assert.ok(page.show === 'open-url');
    assert.deepEqual((await openAccount.status(opening)).replaces, { accountId });
    const answer = await fetch(page.url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ pin: second.pin }),
    });
    await openAccount.returned(opening, new URL(answer.headers.get('location') ?? '').search);
    const result = await openAccount.result(opening);
    assert.deepEqual([result.outcome, result.replaced], ['bound', { accountId }]);
    assert.equal(await shop.doku.isBound(accountId), true);
  });

  test('binds no account that another customer of the shop has', async () => {
    const owner = await shop.boundCustomer();
    const { customerId } = await shop.boundCustomer();
    const { authCode } = await shop.doku.call<{ authCode?: string }>(
      'GET',
      `accounts/${owner.accountId}`,
    );
    await assert.rejects(bind(customerId, { ...owner, authCode: authCode ?? 'whatever' }));
    assert.equal((await shop.journeys.reads.balance(customerId)).availableBalance, '1000000.00');
  });

  test('has what was terminated in doubt reconciled by the account that it was of', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const { authorizedPurchase, reconciliation, bankTransfer } = shop.journeys;
    const input = {
      partnerReferenceNo: `TRF-${randomUUID()}`,
      customerId,
      amount: idr('20000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    };
    const transfer = input.partnerReferenceNo;
    await shop.doku.hold(transfer);
    const { beneficiaryAccountName } = await bankTransfer.beneficiary(input);
    await bankTransfer.confirm(transfer, beneficiaryAccountName);
    await eventually(
      () => shop.doku.requests('transferBank', transfer),
      (sent) => sent.length > 0,
    );
    const held = `AUT-${randomUUID()}`;
    await authorizedPurchase.authorize({
      partnerReferenceNo: held,
      customerId,
      amount: idr('5000.00'),
      title: 'Hotel',
    });
    for (const workflowId of [`transfer/${transfer}`, `authorized-purchase/${held}`])
      await stack.client.workflow.getHandle(workflowId).terminate('test');
    await bind(customerId, await newAccount());
    await shop.doku.finish(transfer, 'success');
    assert.equal(await shop.doku.balance(accountId), '975000.00');
    await eventually(
      () =>
        stack.client.workflow.count(
          `CustomerId = '${customerId}' AND ExecutionStatus = 'Terminated'`,
        ),
      ({ count }) => count === 2,
    );
    const range = { from: new Date(Date.now() - 3_600_000), to: new Date() };
    await reconciliation.start(range);
    const { mismatches } = await reconciliation.result(range);
    const own = mismatches.filter((mismatch) => mismatch.customerId === customerId);
    assert.deepEqual(own.map(({ kind, partnerReferenceNo }) => [kind, partnerReferenceNo]).sort(), [
      ['missing-here', held],
      ['missing-here', transfer],
    ]);
  });

  test('leaves a hold that is reset with the account that it is of, and says which', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const { authorizedPurchase } = shop.journeys;
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const amount = idr('5000.00');
    await authorizedPurchase.authorize({ partnerReferenceNo, customerId, amount, title: 'Hotel' });
    const second = await newAccount();
    await bind(customerId, second);
    const workflowId = `authorized-purchase/${partnerReferenceNo}`;
    await reset(stack.client, workflowId);
    const { accountId: shown } = await eventually(
      () => authorizedPurchase.status(partnerReferenceNo),
      ({ status }) => status === 'authorized',
    );
    assert.equal(shown, accountId);
    const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('2000.00') };
    const { outcome } = await authorizedPurchase.capture(partnerReferenceNo, capture);
    assert.equal(outcome, 'captured');
    const handle = stack.client.workflow.getHandle(workflowId);
    await handle.terminate('test');
    const left = await handle.query<{ accountId?: string }>('status');
    assert.equal(left.accountId, accountId);
    assert.equal(await shop.doku.balance(accountId), '995000.00');
    assert.equal(await shop.doku.balance(second.accountId), '700000.00');
  });

  // Last: its reconciliation is of all that the others left.
  test("has the first account's movements reconciled by the first account", async () => {
    const { customerId } = await shop.boundCustomer({ balance: '1000000.00' });
    const confirmed = await named(customerId);
    await confirmed();
    const { authorizedPurchase, reconciliation } = shop.journeys;
    const held = `AUT-${randomUUID()}`;
    const amount = idr('5000.00');
    await authorizedPurchase.authorize({
      partnerReferenceNo: held,
      customerId,
      amount,
      title: 'Hotel',
    });
    await authorizedPurchase.void(held, { partnerVoidNo: `VOID-${randomUUID()}` });
    await authorizedPurchase.result(held);
    await bind(customerId, await newAccount());
    const query = `CustomerId = '${customerId}' AND CloseTime IS NOT NULL`;
    await eventually(
      () => stack.client.workflow.count(query),
      ({ count }) => count >= 2,
    );
    const range = { from: new Date(Date.now() - 3_600_000), to: new Date() };
    await reconciliation.start(range);
    const { mismatches } = await reconciliation.result(range);
    assert.deepEqual(
      mismatches.filter((mismatch) => mismatch.customerId === customerId),
      [],
    );
  });

  for (const task of [0, 1]) {
    test(`a wallet that is reset to task ${task} holds what it held before, and pays into no other account`, async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const second = await newAccount('0.00');
      await bind(customerId, second);
      const workflowId = walletWorkflowId(customerId);
      await reset(stack.client, workflowId, { task, isTold: true });
      const view = await eventually(
        () =>
          stack.client.workflow
            .getHandle(workflowId)
            .query<{ accountId?: string; formerAccountIds?: string[] }>('status')
            .catch(() => undefined),
        (seen) => seen !== undefined,
      );
      assert.equal(view?.accountId, second.accountId);
      assert.deepEqual(view.formerAccountIds, [accountId]);
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount: idr('5000.00') });
      assert.equal((await shop.journeys.topUp.result(partnerReferenceNo)).outcome, 'completed');
      assert.equal(await shop.doku.balance(second.accountId), '5000.00');
      assert.equal(await shop.doku.balance(accountId), '0.00');
    });
  }

  test('whose an account is stays so after a reset', async () => {
    const workflowId = accountOwnerWorkflowId(randomUUID().replaceAll('-', ''));
    const claim = (customerId: string) =>
      stack.client.workflow.executeUpdateWithStart('claim', {
        args: [{ customerId }],
        startWorkflowOperation: new WithStartWorkflowOperation('accountOwner', {
          workflowId,
          taskQueue: 'doku-journeys',
          args: [{}],
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      });
    assert.equal(await claim('first'), 'first');
    await reset(stack.client, workflowId);
    assert.equal(await claim('second'), 'first');
  });
});
