import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { money, PAY, startSignedSandbox } from '../../setting/signed-sandbox.js';

const { merchant, close } = await startSignedSandbox();

describe('the payment page', () => {
  after(close);

  test('pages speak Indonesian and English, escape what they show, and pay with the right PIN only', async () => {
    const { caller, account } = await merchant();
    const order = {
      partnerReferenceNo: randomUUID(),
      amount: money('10000.00'),
      urlParams: [
        { url: 'https://merchant.example/r?order=1', type: 'PAY_RETURN', isDeeplink: 'N' },
      ],
      additionalInfo: { remarks: '<script>alert(1)</script>' },
    };
    const url = String((await caller.call(PAY, order)).body.webRedirectUrl);
    const indonesian = await (await fetch(url)).text();
    assert.match(indonesian, /Konfirmasi pembayaran[\s\S]*Rp\s?10\.000[\s\S]*Rp\s?1\.000\.000/);
    assert.ok(!indonesian.includes('<script>'));
    assert.match(await (await fetch(`${url}?lang=en`)).text(), /Confirm the payment/);
    const submit = (pin: string) =>
      fetch(url, { method: 'POST', body: new URLSearchParams({ pin }), redirect: 'manual' });
    const wrong = await submit(account.pin === '000000' ? '111111' : '000000');
    assert.match(await wrong.text(), /PIN salah/);
    const right = await submit(account.pin);
    assert.match(
      right.headers.get('location') ?? '',
      /^https:\/\/merchant\.example\/r\?order=1&partnerReferenceNo=.*&referenceNo=.*&status=SUCCESS$/,
    );
    assert.match(await (await fetch(url)).text(), /Pembayaran berhasil/);
  });
});
