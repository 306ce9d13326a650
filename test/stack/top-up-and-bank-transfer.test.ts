import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { InvalidInputError, JourneyEndedError } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('top-up and bank transfer', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  describe('top-up', { concurrency: true }, () => {
    test('credits the wallet once, however often it is started', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      const input = { partnerReferenceNo, customerId, amount: idr('15000.00') };
      await Promise.all([shop.journeys.topUp.start(input), shop.journeys.topUp.start(input)]);
      const result = await shop.journeys.topUp.result(partnerReferenceNo);
      assert.equal(result.outcome, 'completed');
      assert.ok(result.referenceNo);
      await shop.journeys.topUp.start(input);
      assert.equal(await shop.doku.balance(accountId), '15000.00');
      assert.equal((await shop.doku.entries(partnerReferenceNo)).length, 1);
    });

    test('a customer who is not bound fails before anything is sent', async () => {
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      await shop.journeys.topUp.start({
        partnerReferenceNo,
        customerId: 'nobody-2',
        amount: idr('15000.00'),
      });
      const { outcome, refusal } = await shop.journeys.topUp.result(partnerReferenceNo);
      assert.deepEqual([outcome, refusal], ['failed', 'not-bound']);
    });

    test('waits for DOKU as long as DOKU works on it, with a history of the same size', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      await shop.doku.hold(partnerReferenceNo);
      await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
      const asked = () =>
        shop.doku
          .requests('topUpStatus')
          .then((all) => all.filter((one) => one.partnerReferenceNo === partnerReferenceNo).length);
      await eventually(asked, (times) => times >= 2);
      const handle = stack.client.workflow.getHandle(`top-up/${partnerReferenceNo}`);
      const events = async () => (await handle.describe()).historyLength;
      const before = await events();
      const times = await asked();
      await eventually(asked, (now) => now >= times + 2);
      assert.equal(await events(), before);
      await shop.doku.finish(partnerReferenceNo, 'success');
      assert.equal((await shop.journeys.topUp.result(partnerReferenceNo)).outcome, 'completed');
      assert.equal(await shop.doku.balance(accountId), '100.00');
    });

    test('what DOKU fails in the end is failed', async () => {
      const { customerId } = await shop.boundCustomer({ balance: '0.00' });
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      await shop.doku.hold(partnerReferenceNo);
      await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
      await eventually(
        () => shop.doku.requests('topUp'),
        (all) => all.some((one) => one.partnerReferenceNo === partnerReferenceNo),
      );
      await shop.doku.finish(partnerReferenceNo, 'failed');
      assert.equal((await shop.journeys.topUp.result(partnerReferenceNo)).outcome, 'failed');
      assert.deepEqual(await shop.doku.entries(partnerReferenceNo), []);
    });
  });

  describe('bank transfer', { concurrency: true }, () => {
    const transfer = (customerId: string, overrides: Record<string, unknown> = {}) => ({
      partnerReferenceNo: `TRF-${randomUUID()}`,
      customerId,
      amount: idr('25000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
      ...overrides,
    });

    test('moves the money once the customer confirmed the name', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
      const input = transfer(customerId);
      const { beneficiaryAccountName, beneficiaryBankName } =
        await shop.journeys.bankTransfer.beneficiary(input);
      assert.deepEqual([beneficiaryAccountName, beneficiaryBankName], ['PEMILIK 8292', 'BCA']);
      assert.equal(await shop.doku.balance(accountId), '100000.00');
      await assert.rejects(
        shop.journeys.bankTransfer.confirm(input.partnerReferenceNo, 'SOMEBODY ELSE'),
        InvalidInputError,
      );
      await shop.journeys.bankTransfer.confirm(input.partnerReferenceNo, beneficiaryAccountName);
      const result = await shop.journeys.bankTransfer.result(input.partnerReferenceNo);
      assert.equal(result.outcome, 'completed');
      assert.equal(await shop.doku.balance(accountId), '75000.00');
    });

    test('a name that is not confirmed in time moves nothing', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
      const input = transfer(customerId, { confirmWithin: '1 second' });
      const { beneficiaryAccountName } = await shop.journeys.bankTransfer.beneficiary(input);
      const result = await shop.journeys.bankTransfer.result(input.partnerReferenceNo);
      assert.equal(result.outcome, 'abandoned');
      await assert.rejects(
        shop.journeys.bankTransfer.confirm(input.partnerReferenceNo, beneficiaryAccountName),
        JourneyEndedError,
      );
      assert.equal(await shop.doku.balance(accountId), '100000.00');
    });

    test('an account that does not exist ends it with the reason', async () => {
      const { customerId } = await shop.boundCustomer();
      const input = transfer(customerId, { beneficiaryAccountNumber: '8377380000' });
      await assert.rejects(shop.journeys.bankTransfer.beneficiary(input), JourneyEndedError);
      const { outcome, reason } = await shop.journeys.bankTransfer.result(input.partnerReferenceNo);
      assert.deepEqual([outcome, reason], ['failed', 'invalid-account']);
    });

    test('a lost answer is proven by history and never sent again', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
      const input = transfer(customerId);
      const { partnerReferenceNo } = input;
      const { beneficiaryAccountName } = await shop.journeys.bankTransfer.beneficiary(input);
      const match = { partnerReferenceNo };
      await shop.doku.fault({ operation: 'transferBank', fault: 'drop', when: 'after', match });
      await shop.journeys.bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
      assert.equal(
        (await shop.journeys.bankTransfer.result(partnerReferenceNo)).outcome,
        'completed',
      );
      const sent = (await shop.doku.requests('transferBank')).filter(
        (request) => request.partnerReferenceNo === partnerReferenceNo,
      );
      assert.equal(sent.length, 1);
      assert.equal(await shop.doku.balance(accountId), '75000.00');
    });
  });
});
