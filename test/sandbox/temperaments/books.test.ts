import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { money } from '../../setting/signed-sandbox.js';
import { AUTH, CANCEL, HISTORY, REFUND, startMoody } from './setting.js';

const { doku, merchant, topUp, topUpStatus, status, paid, close } = await startMoody();

describe("the temperaments of DOKU's books", () => {
  after(close);
  afterEach(() => doku.call('POST', 'reset'));

  test('each kind of question answers from the books as they were', async () => {
    const { account, caller } = await merchant();
    await doku.temperament({ temperament: 'lags', of: 'status', ms: 4_000 });
    await topUp(caller, account.accountId, 'T-lag');
    assert.equal((await topUpStatus(caller, 'T-lag')).body.responseCode, '4043901');
    const history = () => caller.call(HISTORY, { originalPartnerReferenceNo: 'T-lag' });
    assert.equal((await history()).body.status, 'SUCCESS', 'the history has no lag');
    await doku.temperament({ temperament: 'lags', of: 'historyDetail', ms: 9_000 });
    await doku.advance(4_100);
    assert.equal((await topUpStatus(caller, 'T-lag')).body.latestTransactionStatus, '00');
    assert.equal((await history()).body.responseCode, '4041301');
    await doku.advance(5_000);
    assert.equal((await history()).body.status, 'SUCCESS');
  });

  test('status and refund history of one answer lag apart', async () => {
    const { caller } = await merchant();
    const reference = await paid(caller);
    await doku.settle(reference);
    await doku.advance(60_000);
    await doku.temperament({ temperament: 'lags', of: 'refundHistory', ms: 30_000, times: 1 });
    const refundAmount = money('10000.00');
    await caller.call(REFUND, {
      originalPartnerReferenceNo: reference,
      partnerRefundNo: 'R-lag',
      refundAmount,
    });
    const first = (await status(caller, reference)).body;
    assert.deepEqual([first.latestTransactionStatus, first.refundHistory], ['04', []]);
    const second = (await status(caller, reference)).body;
    assert.equal((second.refundHistory as unknown[]).length, 1);
  });

  test('works on after the caller gave up, and is asked meanwhile', async () => {
    for (const repeat of ['duplicate', 'inProgress', 'carriedOut', 'carriedOutTwice'] as const) {
      const { account, caller } = await merchant({ balance: '0.00' });
      const reference = `T-late-${repeat}`;
      await doku.temperament({
        temperament: 'worksOn',
        delayMs: 1_500,
        repeat,
        operation: 'topUp',
        reference,
        times: 1,
      });
      caller.timeoutMs = 100;
      await assert.rejects(topUp(caller, account.accountId, reference), /gave up/);
      // Also on a busy machine.
      caller.timeoutMs = 10_000;
      assert.equal((await topUpStatus(caller, reference)).body.responseCode, '4043901');
      const { responseCode } = (await topUp(caller, account.accountId, reference)).body;
      const expected = { duplicate: '4093801', inProgress: '2023800' };
      assert.equal(
        responseCode,
        { ...expected, carriedOut: '2003800', carriedOutTwice: '2003800' }[repeat],
      );
      await doku.idle();
      assert.equal((await topUpStatus(caller, reference)).body.latestTransactionStatus, '00');
      const times = repeat === 'carriedOutTwice' ? 2 : 1;
      assert.equal((await doku.entries(reference)).length, times, repeat);
      assert.equal(await doku.balance(account.accountId), `${times}0000.00`);
    }
    assert.equal((await doku.ledger()).sum, '0.00');
  });

  test('looks at funds before it looks for duplicates', async () => {
    const { account, caller } = await merchant();
    await topUp(caller, account.accountId, 'T-order');
    await doku.call('POST', 'corporate/balance', { set: '5000.00' });
    assert.equal((await topUp(caller, account.accountId, 'T-order')).body.responseCode, '4093801');
    await doku.temperament({ temperament: 'checksFirst', what: 'funds' });
    assert.equal((await topUp(caller, account.accountId, 'T-order')).body.responseCode, '4033814');
  });

  test('moves another amount or currency, and takes a fee, in a ledger that sums to zero', async () => {
    const { account, caller } = await merchant({ balance: '0.00' });
    await doku.temperament({ temperament: 'otherAmount', amount: '7000.00', reference: 'T-sum' });
    await doku.temperament({ temperament: 'takesFee', amount: '500.00', reference: 'T-sum' });
    await topUp(caller, account.accountId, 'T-sum');
    const said = (await topUpStatus(caller, 'T-sum')).body;
    assert.deepEqual([said.amount, said.feeAmount], [money('7000.00'), money('500.00')]);
    assert.equal(await doku.balance(account.accountId), '7000.00');
    await doku.temperament({ temperament: 'otherCurrency', reference: 'T-usd' });
    await topUp(caller, account.accountId, 'T-usd');
    const { amount } = (await topUpStatus(caller, 'T-usd')).body;
    assert.deepEqual(amount, { value: '10000.00', currency: 'USD' });
    const [entry] = await doku.entries('T-usd');
    assert.ok(entry?.legs.every(({ currency }) => currency === 'USD'));
    assert.equal(await doku.balance(account.accountId), '7000.00');
    assert.equal((await doku.ledger()).sum, '0.00');
  });

  test('a purchase and its refund move other sums, and all of it comes back with a cancel', async () => {
    const { account, caller } = await merchant();
    const of = { accountId: account.accountId };
    await doku.temperament({ temperament: 'takesFee', amount: '500.00', ...of });
    await doku.temperament({ temperament: 'otherAmount', percent: 50, ...of });
    const cancelled = await paid(caller);
    assert.equal(await doku.balance(account.accountId), '994500.00');
    const { transAmount, feeAmount } = (await status(caller, cancelled)).body;
    assert.deepEqual([transAmount, feeAmount], [money('5000.00'), money('500.00')]);
    await caller.call(CANCEL, { originalPartnerReferenceNo: cancelled });
    assert.equal(await doku.balance(account.accountId), '1000000.00');
    const types = (await doku.entries(cancelled)).map(({ type }) => type);
    assert.deepEqual(types, ['purchase', 'purchaseCancel']);
    await doku.calm();
    const refunded = await paid(caller);
    await doku.settle(refunded);
    await doku.temperament({ temperament: 'otherAmount', amount: '1000.00', reference: 'R-sum' });
    await caller.call(REFUND, {
      originalPartnerReferenceNo: refunded,
      partnerRefundNo: 'R-sum',
      refundAmount: money('5000.00'),
    });
    const [refund] = (await status(caller, refunded)).body.refundHistory as [
      { refundAmount: unknown },
    ];
    assert.deepEqual(refund.refundAmount, money('1000.00'));
    assert.equal(await doku.balance(account.accountId), '991000.00');
    assert.equal((await doku.ledger()).sum, '0.00');
  });

  test('gives back no more than it held', async () => {
    const { account, caller } = await merchant();
    const { clientId: merchantId } = caller.sandbox;
    await doku.temperament({ temperament: 'otherAmount', percent: 90, operation: 'authPayment' });
    const { referenceNo: originalReferenceNo } = (
      await caller.call(AUTH, {
        partnerReferenceNo: 'A-sum',
        merchantId,
        amount: money('9000.00'),
        title: 't',
      })
    ).body;
    assert.equal(await doku.balance(account.accountId), '991900.00');
    const original = { originalPartnerReferenceNo: 'A-sum', originalReferenceNo, merchantId };
    await caller.call('b2b2c/v1.0/auth/capture', {
      ...original,
      partnerCaptureNo: 'C-sum',
      title: 't',
      captureAmount: money('4000.00'),
    });
    const voided = await caller.call('b2b2c/v1.0/auth/void', {
      ...original,
      partnerVoidNo: 'V-sum',
      voidRemainingAmount: 'TRUE',
    });
    assert.deepEqual(voided.body.voidAmount, money('4100.00'));
    assert.equal(await doku.balance(account.accountId), '996000.00');
  });

  test('shows a held authorisation as SUCCESS, and its void under its own number', async () => {
    const { caller } = await merchant();
    const merchantId = caller.sandbox.clientId;
    const held = await caller.call(AUTH, {
      partnerReferenceNo: 'A-held',
      merchantId,
      amount: money('9000.00'),
      title: 't',
    });
    const history = async () =>
      (await caller.call(HISTORY, { originalPartnerReferenceNo: 'A-held' })).body;
    assert.equal((await history()).status, 'INIT');
    await doku.temperament({ temperament: 'showsHeldAsSuccess' });
    assert.equal((await history()).status, 'SUCCESS');
    await caller.call('b2b2c/v1.0/auth/void', {
      originalPartnerReferenceNo: 'A-held',
      originalReferenceNo: held.body.referenceNo,
      merchantId,
      partnerVoidNo: 'V-held',
      voidRemainingAmount: 'TRUE',
    });
    await doku.temperament({ temperament: 'showsReversalsUnderOriginal' });
    const { type, status: shown } = await history();
    assert.deepEqual([type, shown], ['REFUND', 'SUCCESS']);
  });
});
