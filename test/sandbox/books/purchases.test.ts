import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { money, PAY, startSignedSandbox } from '../../setting/signed-sandbox.js';

const { doku, merchant, paidPurchase, close } = await startSignedSandbox();

describe('purchases at DOKU', () => {
  after(close);

  test('opens one page a reference, debits once, and tells a repeat from another request', async () => {
    const { caller, account } = await merchant();
    const order = { partnerReferenceNo: randomUUID(), amount: money('10000.00') };
    const first = await caller.call(PAY, order);
    const again = await caller.call(PAY, order);
    assert.equal(first.body.webRedirectUrl, again.body.webRedirectUrl);
    assert.equal(
      (await caller.call(PAY, { ...order, amount: money('2.00') })).body.responseCode,
      '4045418',
    );
    assert.equal((await doku.customer(order.partnerReferenceNo, 'pay')).outcome, 'paid');
    assert.equal((await doku.customer(order.partnerReferenceNo, 'pay')).outcome, 'not-payable');
    assert.equal((await caller.call(PAY, order)).body.responseCode, '4095401');
    assert.equal(await doku.balance(account.accountId), '990000.00');
  });

  test('cancels before settlement and refunds after it, never above what was paid', async () => {
    const { account, caller, partnerReferenceNo } = await paidPurchase();
    const refund = (partnerRefundNo: string, value: string) =>
      caller.call('b2b2c/v1.0/debit/refund', {
        originalPartnerReferenceNo: partnerReferenceNo,
        partnerRefundNo,
        refundAmount: money(value),
        reason: 'r',
      });
    const cancel = () =>
      caller.call('b2b2c/v1.0/debit/cancel', { originalPartnerReferenceNo: partnerReferenceNo });
    assert.equal((await refund('R1', '1.00')).body.responseCode, '4055801', 'not settled yet');
    await doku.settle(partnerReferenceNo);
    assert.equal((await cancel()).body.responseCode, '4055701');
    assert.equal((await refund('R1', '6000.00')).body.responseCode, '2005800');
    assert.equal((await refund('R1', '6000.00')).body.responseCode, '4095801');
    assert.equal((await refund('R2', '6000.00')).body.responseCode, '4045813');
    assert.equal((await refund('R2', '4000.00')).body.responseCode, '2005800');
    const status = await caller.call('b2b2c/v1.0/debit/status', {
      originalPartnerReferenceNo: partnerReferenceNo,
      serviceCode: '17',
    });
    assert.equal(status.body.latestTransactionStatus, '04');
    assert.equal(await doku.balance(account.accountId), '1000000.00');
  });

  test('a refusal moves nothing: too little money, above the limit, blocked', async () => {
    const { caller, account } = await merchant({ balance: '100.00' });
    const order = { partnerReferenceNo: randomUUID(), amount: money('5000.00') };
    await caller.call(PAY, order);
    assert.equal(
      (await doku.customer(order.partnerReferenceNo, 'pay')).outcome,
      'insufficient-funds',
    );
    const above = { partnerReferenceNo: randomUUID(), amount: money('10000001.00') };
    assert.equal((await caller.call(PAY, above)).body.responseCode, '4035402');
    assert.equal(await doku.balance(account.accountId), '100.00');
    const blocked = await merchant({ status: 'blocked' });
    assert.equal(
      (await blocked.caller.call(PAY, { ...order, partnerReferenceNo: randomUUID() })).body
        .responseCode,
      '4035405',
    );
  });
});
