import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { BALANCE, startSignedSandbox } from '../../setting/signed-sandbox.js';

const { sandbox, doku, merchant, close } = await startSignedSandbox();

describe('the request log', () => {
  after(close);

  test('the request log tells what arrived of one operation, and under one reference', async () => {
    const { caller } = await merchant();
    for (const partnerReferenceNo of ['L-2', 'L-3'])
      await caller.call(BALANCE, { partnerReferenceNo });
    const [own, ...others] = await doku.requests('balanceInquiry', 'L-3');
    assert.deepEqual([own?.partnerReferenceNo, others], ['L-3', []]);
    assert.deepEqual(await doku.requests('topUp', 'L-3'), []);
    await assert.rejects(doku.call('GET', 'requests?reference=L-3'), /400/);
  });

  test('the request log never shows a secret', async () => {
    const { caller, account } = await merchant();
    await caller.call(BALANCE, { partnerReferenceNo: 'L-1' });
    const text = JSON.stringify(await doku.requests());
    for (const secret of [
      caller.b2b,
      caller.customer,
      account.phoneNo,
      account.authCode ?? '',
      sandbox.clientSecret,
    ]) {
      assert.ok(!text.includes(secret));
    }
  });
});
