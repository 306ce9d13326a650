import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import type { SandboxAccount } from '../setting/sandbox-control.js';
import { idr, type Shop } from '../setting/shop.js';

const REDIRECT_URL = 'https://merchant.example/account';

/** Whoever reaches Temporal can reset what has ended, and needs no payload key for it (money rule 13). */
describe('a reset of what has ended', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  /** A customer who had no account, when a journey began, has one from now on. */
  const bind = async (customerId: string) => {
    const { accountId, linkId, authCode } = await shop.doku.account({ bound: true });
    const workflowId = `wallet/${customerId}`;
    await stack.client.workflow.start('wallet', {
      workflowId,
      taskQueue: 'doku-journeys',
      args: [{ customerId }],
    });
    const wallet = stack.client.workflow.getHandle(workflowId);
    await wallet.executeUpdate('bind', { args: [{ accountId, linkId, authCode }] });
  };
  const add = (accountId: string) =>
    shop.doku.call('POST', `accounts/${accountId}/balance`, { add: '85000.00' });

  /** Through the customer's own browser. */
  const opened = async (customerId: string, reference: string, account: SandboxAccount) => {
    const { openAccount } = shop.journeys;
    const key = { customerId, reference };
    const { accountId, pin } = account;
    const step = await openAccount.start({ ...key, accountId, redirectUrl: REDIRECT_URL });
    assert.ok(step.show === 'open-url', JSON.stringify(step));
    const body = new URLSearchParams({ pin });
    const answer = await fetch(step.url, { method: 'POST', redirect: 'manual', body });
    await openAccount.returned(key, new URL(answer.headers.get('location') ?? '').search);
    assert.equal((await openAccount.result(key)).outcome, 'bound');
    return { key, workflowId: `account/${customerId}/open/${reference}` };
  };
  const accountThatKeepsCodes = async (balance: string) => {
    const account = await shop.doku.account({ balance });
    const { accountId } = account;
    await shop.doku.temperament({ temperament: 'keepsAuthCodes', accountId });
    return account;
  };

  for (const task of [-2, -3])
    test(`binds no account again that the customer has left, to task ${task}`, async () => {
      const customerId = `customer-${randomUUID()}`;
      const { openAccount, reads } = shop.journeys;
      const left = await opened(customerId, 'first', await accountThatKeepsCodes('1000.00'));
      const { workflowId } = left;
      await opened(customerId, 'second', await accountThatKeepsCodes('2000.00'));
      await reset(stack.client, workflowId, { task, isTold: true });
      const { outcome, reason } = await openAccount.result(left.key);
      assert.deepEqual([outcome, /begin another/.test(reason ?? '')], ['rejected', true]);
      assert.equal((await reads.balance(customerId)).availableBalance, '2000.00');
    });

  test('finds the account bound that the customer still has', async () => {
    const customerId = `customer-${randomUUID()}`;
    const { key, workflowId } = await opened(
      customerId,
      'only',
      await accountThatKeepsCodes('1000.00'),
    );
    await reset(stack.client, workflowId, { task: -2, isTold: true });
    assert.equal((await shop.journeys.openAccount.result(key)).outcome, 'bound');
  });

  test('ends no wallet whose account is bound again since', async () => {
    const account = await shop.boundCustomer({ balance: '1000.00' });
    const { customerId } = account;
    const key = { customerId, reference: 'close' };
    const { closeAccount, reads } = shop.journeys;
    await closeAccount.start(key);
    await closeAccount.submitOtp(key, await shop.doku.otp(account.phoneNo));
    assert.equal((await closeAccount.result(key)).outcome, 'unbound');
    await opened(customerId, 'again', account);
    await reset(stack.client, `account/${customerId}/close/close`, { task: -2 });
    await closeAccount.result(key);
    assert.equal((await reads.balance(customerId)).availableBalance, '1000.00');
  });

  test('holds nothing that was declined', async () => {
    const { accountId, customerId } = await shop.boundCustomer({ balance: '5000.00' });
    const { authorizedPurchase } = shop.journeys;
    const partnerReferenceNo = `HOLD-${randomUUID()}`;
    const hold = { partnerReferenceNo, customerId, amount: idr('10000.00'), title: 'Room 12' };
    await assert.rejects(authorizedPurchase.authorize(hold), { name: 'JourneyEndedError' });
    await add(accountId);
    await reset(stack.client, `authorized-purchase/${partnerReferenceNo}`);
    const { status, result } = await authorizedPurchase.until(partnerReferenceNo, ['authorized']);
    assert.deepEqual([status, result?.reason], ['declined', 'ended-before']);
    assert.deepEqual(await shop.doku.entries(partnerReferenceNo), []);
  });

  test('pays nothing that was rejected', async () => {
    const customerId = `customer-${randomUUID()}`;
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const { topUp } = shop.journeys;
    await topUp.start({ partnerReferenceNo, customerId, amount: idr('10000.00') });
    assert.equal((await topUp.result(partnerReferenceNo)).refusal, 'not-bound');
    await bind(customerId);
    await reset(stack.client, `top-up/${partnerReferenceNo}`);
    const { outcome, refusal } = await topUp.result(partnerReferenceNo);
    assert.deepEqual([outcome, refusal], ['failed', 'ended-before']);
    assert.deepEqual(await shop.doku.entries(partnerReferenceNo), []);
  });

  test('pays no row of a batch that was rejected', async () => {
    const customerId = `customer-${randomUUID()}`;
    const [batchReference, partnerReferenceNo] = [`BATCH-${randomUUID()}`, `ROW-${randomUUID()}`];
    const { topUpBatch } = shop.journeys;
    const rows = [{ partnerReferenceNo, customerId, amount: idr('10000.00') }];
    await topUpBatch.start({ batchReference, rows });
    assert.equal((await topUpBatch.result(batchReference)).outcome, 'finished');
    await bind(customerId);
    await reset(stack.client, `top-up-batch/${batchReference}`, { isTold: true });
    await topUpBatch.result(batchReference);
    assert.deepEqual(await shop.doku.entries(partnerReferenceNo), []);
  });

  const refuse = (operation: 'purchaseCancel' | 'purchaseRefund', reference: string) =>
    shop.doku.temperament({ temperament: 'refuses', code: '403xx14', operation, reference });
  for (const [amount, what] of [
    ['4000.00', 'of a part'],
    ['10000.00', 'of the whole'],
  ] as const)
    test(`gives nothing back that was refused, ${what}`, async () => {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId);
      const { partnerReferenceNo } = order;
      await shop.paid(order);
      await shop.journeys.purchase.result(partnerReferenceNo);
      const refusals = [
        await refuse('purchaseCancel', partnerReferenceNo),
        await refuse('purchaseRefund', partnerReferenceNo),
      ];
      const partnerRefundNo = `REF-${randomUUID()}`;
      await shop.journeys.refund.start({
        ...{ partnerRefundNo, partnerReferenceNo, customerId, amount: idr(amount) },
        reason: 'returned',
      });
      const { refund } = shop.journeys;
      assert.equal((await refund.result(partnerRefundNo)).rejection, 'refused-by-doku');
      for (const { id } of refusals) await shop.doku.call('DELETE', `temperaments/${id}`);
      await shop.doku.settle(partnerReferenceNo);
      await reset(stack.client, `refund/${partnerRefundNo}`);
      assert.equal((await refund.result(partnerRefundNo)).rejection, 'ended-before');
      assert.equal((await shop.ledgerOf(partnerReferenceNo)).net, -10000);
    });

  test('transfers nothing that was rejected, also where it is confirmed again', async () => {
    const { accountId, customerId } = await shop.boundCustomer({ balance: '5000.00' });
    const { bankTransfer } = shop.journeys;
    const partnerReferenceNo = `OUT-${randomUUID()}`;
    const transfer = {
      partnerReferenceNo,
      customerId,
      amount: idr('10000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    };
    const { beneficiaryAccountName } = await bankTransfer.beneficiary(transfer);
    await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'failed');
    await add(accountId);
    await reset(stack.client, `transfer/${partnerReferenceNo}`, { task: 1 });
    await bankTransfer.until(partnerReferenceNo, ['awaiting-confirmation']);
    await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    const { outcome, reason } = await bankTransfer.result(partnerReferenceNo);
    assert.deepEqual([outcome, reason], ['failed', 'ended-before']);
    assert.deepEqual(await shop.doku.entries(partnerReferenceNo), []);
  });
});
