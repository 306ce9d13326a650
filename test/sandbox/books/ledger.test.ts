import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { money, PAY, startSignedSandbox } from '../../setting/signed-sandbox.js';

const { doku, merchant, close } = await startSignedSandbox();

describe("DOKU's ledger", () => {
  after(close);

  test('the ledger sums to zero over random movements, and every entry balances', async () => {
    const { caller } = await merchant();
    const references = Array.from({ length: 30 }, () => randomUUID());
    for (const [index, partnerReferenceNo] of references.entries()) {
      await caller.call(PAY, { partnerReferenceNo, amount: money(`${(index + 1) * 997}.00`) });
      if (index % 3) await doku.customer(partnerReferenceNo, 'pay');
      if (index % 5 === 0)
        await caller.call('b2b2c/v1.0/debit/cancel', {
          originalPartnerReferenceNo: partnerReferenceNo,
        });
    }
    const { entries, sum } = await doku.ledger();
    assert.equal(sum, '0.00');
    for (const { legs } of entries)
      assert.equal(
        legs.reduce((total, leg) => total + Number(leg.amount), 0),
        0,
      );
  });
});
