import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { money, startSignedSandbox } from '../../setting/signed-sandbox.js';

const { sandbox, doku, merchant, paidPurchase, close } = await startSignedSandbox();

describe("DOKU's operations", () => {
  after(close);

  test('answers inferred paths in both families, with the customer token only in one', async () => {
    const { caller, partnerReferenceNo } = await paidPurchase();
    const body = { originalPartnerReferenceNo: partnerReferenceNo, serviceCode: '54' };
    caller.customer = '';
    assert.equal((await caller.call('b2b2c/v1.0/debit/status', body)).body.responseCode, '4015504');
    assert.equal((await caller.call('b2b/v1.0/debit/status', body)).body.responseCode, '2005500');
  });

  test('tops up, transfers, authorises, captures and voids, and shows it all in the history', async () => {
    const { caller, account } = await merchant({ balance: '50000.00' });
    const codes: unknown[] = [];
    const send = async (path: string, body: object) => {
      const answer = await caller.call(`b2b2c/v1.0/${path}`, body);
      codes.push(answer.body.responseCode);
      return answer.body;
    };
    const customerNumber = account.accountId;
    await send('emoney/account-inquiry', { customerNumber, amount: money('20000.00') });
    await send('emoney/topup', {
      partnerReferenceNo: 'T1',
      customerNumber,
      amount: money('20000.00'),
    });
    await send('emoney/topup-status', { originalPartnerReferenceNo: 'T1', serviceCode: '38' });
    const bank = {
      customerNumber,
      beneficiaryAccountNumber: '8377388292',
      amount: money('30000.00'),
    };
    await send('emoney/bank-account-inquiry', {
      partnerReferenceNo: 'B0',
      ...bank,
      additionalInfo: { bankCode: '014' },
    });
    await send('emoney/transfer-bank', {
      partnerReferenceNo: 'B1',
      ...bank,
      accountType: 'S',
      beneficiaryBankCode: '014',
      additionalInfo: '',
    });
    const merchantId = sandbox.clientId;
    const held = await send('auth/payment', {
      partnerReferenceNo: 'A1',
      merchantId,
      amount: money('9000.00'),
      title: 't',
    });
    const original = {
      originalPartnerReferenceNo: 'A1',
      originalReferenceNo: held.referenceNo,
      merchantId,
    };
    await send('auth/capture', {
      ...original,
      partnerCaptureNo: 'C1',
      title: 't',
      captureAmount: money('4000.00'),
    });
    await send('auth/void', { ...original, partnerVoidNo: 'V1', voidRemainingAmount: 'TRUE' });
    await send('transaction-history-detail', { originalPartnerReferenceNo: 'B1' });
    const range = {
      fromDateTime: new Date(Date.now() - 86_400_000).toISOString(),
      toDateTime: new Date(Date.now() + 86_400_000 * 5).toISOString(),
    };
    const list = await send('transaction-history-list', {
      partnerReferenceNo: 'H',
      ...range,
      pageSize: '10',
      pageNumber: 0,
    });
    assert.deepEqual(codes, [
      '2003700',
      '2003800',
      '2003900',
      '2004200',
      '2004300',
      '2006300',
      '2006500',
      '2006700',
      '2001300',
      '2001200',
    ]);
    // The top-up, the transfer, the authorisation, its capture and its void.
    assert.equal((list.detailData as unknown[]).length, 5);
    assert.equal(await doku.balance(account.accountId), '36000.00');
  });
});
