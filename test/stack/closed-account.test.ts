import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { NotNowError, RefusedError } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { type AlteredDoku, startAlteredDoku } from '../setting/altered-doku.js';
import { startQuickStack } from '../setting/quick-stack.js';
import type { SandboxAccount } from '../setting/sandbox-control.js';
import { eventually, idr, type Shop } from '../setting/shop.js';
import { SignedCaller } from '../setting/signed-caller.js';

const UNDER_WAY = {
  status: 403,
  body: { responseCode: '4030915', responseMessage: 'Transaction Not Permitted' },
};
/** How long it may take to say that a customer is not bound, on a busy machine. */
const AT_ONCE_MS = 10_000;

describe('closed accounts', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const closing = (customerId: string, more: Record<string, unknown> = {}) => ({
    customerId,
    reference: `close-${randomUUID().slice(0, 8)}`,
    ...more,
  });

  async function close(account: SandboxAccount & { customerId: string }): Promise<void> {
    // Temporal's lists show an ended journey as open for a moment.
    const input = closing(account.customerId, { waitForOpenJourneys: '1 minute' });
    const { closeAccount } = shop.journeys;
    assert.equal((await closeAccount.start(input)).show, 'enter-otp');
    await closeAccount.submitOtp(input, await shop.doku.otp(account.phoneNo));
    assert.equal((await closeAccount.result(input)).outcome, 'unbound');
  }

  /** The worker has the customer's token in memory. */
  async function remembered(customerId: string): Promise<void> {
    const order = shop.order(customerId);
    await shop.paid(order);
    assert.equal((await shop.journeys.purchase.result(order.partnerReferenceNo)).outcome, 'paid');
  }

  /** The customer ends the binding in DOKU's own app: nobody here is told. */
  async function unlinkAtDoku({ linkId, phoneNo }: SandboxAccount): Promise<void> {
    const caller = await new SignedCaller(stack.sandbox).signIn();
    const partnerReferenceNo = randomUUID();
    const { body } = await caller.call('b2b/v1.0/registration-account-unbinding', {
      partnerReferenceNo,
      linkId,
      merchantId: stack.sandbox.clientId,
    });
    await caller.call('b2b/v1.0/otp-verification', {
      originalPartnerReferenceNo: partnerReferenceNo,
      originalReferenceNo: body.referenceNo,
      otp: await shop.doku.otp(phoneNo),
    });
  }

  async function assertDeclinedAtOnce(customerId: string): Promise<void> {
    const began = Date.now();
    const order = shop.order(customerId);
    await shop.journeys.purchase.start(order);
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.deepEqual([result.outcome, result.refusal], ['declined', 'not-bound']);
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
    const toppedUp = await shop.journeys.topUp.result(partnerReferenceNo);
    assert.deepEqual([toppedUp.outcome, toppedUp.refusal], ['failed', 'not-bound']);
    await assert.rejects(shop.journeys.reads.balance(customerId), RefusedError);
    assert.ok(Date.now() - began < AT_ONCE_MS, `${Date.now() - began} ms`);
    assert.deepEqual(await shop.doku.entries(order.partnerReferenceNo), []);
  }

  test('decline orders at once, though workers remember the token', async () => {
    const account = await shop.boundCustomer();
    await remembered(account.customerId);
    await close(account);
    await assertDeclinedAtOnce(account.customerId);
  });

  test('decline orders at once, also where the customer ended the binding at DOKU', async () => {
    const account = await shop.boundCustomer();
    await remembered(account.customerId);
    await unlinkAtDoku(account);
    await assertDeclinedAtOnce(account.customerId);
  });

  test('are not closed under a transfer that began after the OTP was sent', async () => {
    const { customerId, phoneNo, accountId } = await shop.boundCustomer();
    const { bankTransfer, closeAccount } = shop.journeys;
    const input = closing(customerId);
    assert.equal((await closeAccount.start(input)).show, 'enter-otp');
    const partnerReferenceNo = `TRF-${randomUUID()}`;
    const { beneficiaryAccountName } = await bankTransfer.beneficiary({
      partnerReferenceNo,
      customerId,
      amount: idr('70000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    });
    await shop.doku.temperament({
      temperament: 'worksOn',
      delayMs: 6_000,
      ends: 'hang',
      operation: 'transferBank',
      reference: partnerReferenceNo,
    });
    await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    const query = `WorkflowId = 'transfer/${partnerReferenceNo}'`;
    await eventually(
      () => stack.client.workflow.count(query),
      ({ count }) => count === 1,
    );
    const otp = await shop.doku.otp(phoneNo);
    await assert.rejects(closeAccount.submitOtp(input, otp), NotNowError);
    assert.equal((await bankTransfer.result(partnerReferenceNo)).outcome, 'completed');
    assert.equal(await shop.doku.balance(accountId), '930000.00');
    await eventually(
      () => closeAccount.submitOtp(input, otp).catch(() => undefined),
      (answer) => answer?.verified === true,
    );
    assert.equal((await closeAccount.result(input)).outcome, 'unbound');
  });

  test('are not closed while a row of a batch is under way, with its part named', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const row = { partnerReferenceNo: `TOP-${randomUUID()}`, customerId, amount: idr('100.00') };
    await shop.doku.hold(row.partnerReferenceNo);
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    await shop.journeys.topUpBatch.start({ batchReference, rows: [row] });
    await eventually(
      () => shop.doku.requests('topUp', row.partnerReferenceNo),
      (asked) => asked.length > 0,
    );
    const { closeAccount } = shop.journeys;
    const part = `top-up-batch/${batchReference}/0`;
    const step = await eventually(
      async () => {
        const input = closing(customerId);
        const first = await closeAccount.start(input);
        if (first.show !== 'done') await closeAccount.abandon(input);
        return first;
      },
      (first) => first.show === 'done' && first.result.openJourneys?.includes(part) === true,
    );
    assert.ok(step.show === 'done' && step.result.outcome === 'rejected');
    assert.equal(await shop.doku.isBound(accountId), true);
    await shop.doku.finish(row.partnerReferenceNo, 'success');
    await shop.journeys.topUpBatch.result(batchReference);
  });
});

describe('a payment under way makes DOKU refuse the closing', () => {
  let stack: Stack;
  let shop: Shop;
  let doku: AlteredDoku;
  /** How often DOKU refuses the next unbindings. */
  let refusals = 0;
  before(async () => {
    doku = await startAlteredDoku((operation, answer) =>
      operation === 'registration-account-unbinding' && refusals-- > 0 ? UNDER_WAY : answer,
    );
    const started = await startQuickStack({ DOKU_BASE_URL: doku.url });
    stack = started;
    shop = started.shop;
    doku.of(stack.sandbox.url);
  });
  after(async () => {
    await stack?.stop();
    doku?.close();
  });

  test('which waits, and asks again', async () => {
    refusals = 2;
    const { customerId, phoneNo } = await shop.boundCustomer();
    const input = { customerId, reference: 'close-1' };
    const { closeAccount } = shop.journeys;
    const first = closeAccount.start(input);
    await eventually(
      () => closeAccount.status(input).catch(() => ({ status: 'not started yet' })),
      ({ status }) => status === 'awaiting-journeys',
    );
    assert.equal((await first).show, 'enter-otp');
    await closeAccount.submitOtp(input, await shop.doku.otp(phoneNo));
    assert.equal((await closeAccount.result(input)).outcome, 'unbound');
  });

  test("but no longer than the closing's own limit", async () => {
    refusals = Number.POSITIVE_INFINITY;
    const { customerId, accountId } = await shop.boundCustomer();
    const input = { customerId, reference: 'close-1', waitForOpenJourneys: '3 seconds' };
    const step = await shop.journeys.closeAccount.start(input);
    assert.ok(step.show === 'done');
    assert.deepEqual(
      [step.result.outcome, step.result.reason],
      ['rejected', 'Account Unbinding refused: not-permitted'],
    );
    assert.equal(await shop.doku.isBound(accountId), true);
  });
});
