import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, describe, test } from 'node:test';
import type { OddForm } from '../../../sandbox/temperaments/kinds.js';
import { money, PAY } from '../../setting/signed-sandbox.js';
import { startMoody } from './setting.js';

const { doku, merchant, topUp, topUpStatus, status, paid, close } = await startMoody();
interface Shown {
  transAmount: { value: unknown } | null;
  refundHistory: object[];
}

const BIND = 'b2b/v1.0/registration-account-binding';

describe("the temperaments of DOKU's answers", () => {
  after(close);
  afterEach(() => doku.call('POST', 'reset'));

  test('a binding answers without its link, or with that of the one that exists', async () => {
    const { account, caller } = await merchant();
    const bind = async () => {
      const { body } = await caller.call(BIND, {
        partnerReferenceNo: randomUUID(),
        redirectUrl: 'https://merchant.example/bound',
        successParams: { accountId: account.accountId },
      });
      return [body.responseCode, body.linkId];
    };
    const { accountId } = account;
    const { id } = await doku.temperament({ temperament: 'omitsLinkId', accountId });
    assert.deepEqual(await bind(), ['2000700', undefined]);
    await doku.calm(id);
    await doku.temperament({ temperament: 'givesExistingLinkId', accountId });
    assert.deepEqual(await bind(), ['2000700', account.linkId]);
  });

  test('a repeat is answered 409 with the first answer, or refused with any code', async () => {
    const { account, caller } = await merchant();
    const first = await topUp(caller, account.accountId, 'T-1');
    await doku.temperament({ temperament: 'conflictsWithFirstAnswer', times: 1 });
    const again = await topUp(caller, account.accountId, 'T-1');
    assert.deepEqual([again.status, again.body], [409, first.body]);
    await doku.temperament({ temperament: 'refuses', code: '4035514', on: 'repeat' });
    const refused = await topUp(caller, account.accountId, 'T-1');
    assert.deepEqual([refused.status, refused.body.responseCode], [403, '4035514']);
    await doku.temperament({ temperament: 'refuses', code: '400xx03', reference: 'T-2' });
    assert.equal((await topUp(caller, account.accountId, 'T-2')).body.responseCode, '4003803');
    assert.deepEqual(await doku.entries('T-2'), []);
    const late = { temperament: 'refuses', code: '4047301', when: 'after' } as const;
    await doku.temperament({ ...late, reference: 'T-3', operation: 'topUp' });
    assert.equal((await topUp(caller, account.accountId, 'T-3')).body.responseCode, '4047301');
    assert.equal((await doku.entries('T-3')).length, 1);
    await doku.temperament({ temperament: 'refusesInAnothersName', service: '55' });
    assert.equal((await topUpStatus(caller, 'T-4')).body.responseCode, '4045501');
  });

  test('codes are numbers, and statuses others than DOKU has', async () => {
    const { account, caller } = await merchant();
    await topUp(caller, account.accountId, 'T-1');
    await doku.temperament({ temperament: 'writesCodesAsNumbers', statusesToo: true, times: 1 });
    const { body } = await topUpStatus(caller, 'T-1');
    assert.deepEqual([body.responseCode, body.latestTransactionStatus], [2003900, 0]);
    await doku.temperament({ temperament: 'showsStatus', status: '42' });
    assert.equal((await topUpStatus(caller, 'T-1')).body.latestTransactionStatus, '42');
  });

  test('one field is odd, wherever it is, and the books are as they were', async () => {
    const { caller } = await merchant();
    const reference = await paid(caller);
    await doku.settle(reference);
    await caller.call('b2b2c/v1.0/debit/refund', {
      originalPartnerReferenceNo: reference,
      partnerRefundNo: 'R-1',
      refundAmount: money('1000.00'),
    });
    const odd = async (field: string, form: OddForm) => {
      await doku.temperament({ temperament: 'writesOddly', field, form, times: 1 });
      return (await status(caller, reference)).body as unknown as Shown;
    };
    assert.equal((await odd('transAmount', 'null')).transAmount, null);
    assert.equal((await odd('transAmount', 'threeDecimals')).transAmount?.value, '10000.000');
    assert.equal((await odd('transAmount', 'trailingSpace')).transAmount?.value, '10000.00 ');
    assert.equal((await odd('transAmount.value', 'number')).transAmount?.value, 10_000);
    const [entry] = (await odd('refundHistory.0.refundStatus', 'missing')).refundHistory;
    assert.equal('refundStatus' in (entry ?? {}), false);
    const [whole] = (await status(caller, reference)).body.refundHistory as object[];
    assert.equal('refundStatus' in (whole as object), true);
  });

  test('references are numbers above 2^53, and a member is there twice', async () => {
    const { caller } = await merchant();
    const partnerReferenceNo = '90071992547409931';
    await doku.temperament({ temperament: 'writesReferencesAsNumbers' });
    const { text } = await caller.call(PAY, { partnerReferenceNo, amount: money('10000.00') });
    assert.match(text, /"referenceNo":\d{19},"partnerReferenceNo":90071992547409931,/);
    await doku.temperament({
      temperament: 'writesTwice',
      field: 'latestTransactionStatus',
      value: '00',
    });
    const twice = (await status(caller, partnerReferenceNo)).text;
    assert.deepEqual(twice.match(/"latestTransactionStatus":"\d\d"/g), [
      '"latestTransactionStatus":"01"',
      '"latestTransactionStatus":"00"',
    ]);
  });

  test('shows as pending what is there but was not then', async () => {
    const { account, caller } = await merchant();
    const lag = { temperament: 'lags', ms: 60_000, showsPending: true } as const;
    const reference = await paid(caller);
    await topUp(caller, account.accountId, 'T-1');
    await doku.advance(30_000);
    await doku.temperament({ ...lag, of: 'status', operation: 'topUpStatus' });
    assert.equal((await topUpStatus(caller, 'T-1')).body.latestTransactionStatus, '03');
    await doku.settle(reference);
    await doku.advance(61_000);
    await caller.call('b2b2c/v1.0/debit/refund', {
      originalPartnerReferenceNo: reference,
      partnerRefundNo: 'R-1',
      refundAmount: money('1000.00'),
    });
    await doku.temperament({ ...lag, of: 'refundHistory' });
    const [refund] = (await status(caller, reference)).body.refundHistory as [
      { refundStatus: string },
    ];
    assert.equal(refund.refundStatus, '03');
  });
});
