import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const OPERATOR = { operator: 'ani', note: 'looked up' };

describe("what DOKU's history shows under the number of what it gives back from", {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({ ABSENT_AFTER: '2 seconds' });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  /** 50,000 is held of a customer's 100,000. */
  async function held() {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const { authorizedPurchase } = shop.journeys;
    const amount = idr('50000.00');
    await authorizedPurchase.authorize({ partnerReferenceNo, customerId, amount, title: 'H' });
    await shop.doku.temperament({ temperament: 'showsReversalsUnderOriginal', accountId });
    return {
      ...{ accountId, partnerReferenceNo },
      loses: (when: 'before' | 'after') =>
        shop.doku.fault({
          ...{ operation: 'authVoid', fault: 'hang', when },
          match: { partnerReferenceNo },
        }),
      voided: (value: string) =>
        authorizedPurchase.void(partnerReferenceNo, {
          ...{ partnerVoidNo: `VOID-${randomUUID()}`, amount: idr(value) },
        }),
      status: () => authorizedPurchase.status(partnerReferenceNo),
      sends: async () => (await shop.doku.requests('authVoid', partnerReferenceNo)).length,
    };
  }

  const parked = <View extends { attention?: unknown }>(status: () => Promise<View>) =>
    eventually(status, (view) => view.attention !== undefined);

  for (const what of ['limits', 'state'] as const)
    test(`a void whose answer is lost is no void that was refused, where DOKU checks its ${what} first`, async () => {
      const { partnerReferenceNo, accountId, loses, voided, status, sends } = await held();
      await loses('after');
      await shop.doku.temperament({
        ...{ temperament: 'checksFirst', what, operation: 'authVoid' },
        reference: partnerReferenceNo,
      });
      const asked = voided('30000.00');
      const first = await Promise.race([asked, parked(status)]);
      assert.ok('attention' in first, JSON.stringify(first));
      const { attention } = first;
      assert.match(attention?.reason ?? '', /under the number of what it gives back from/);
      assert.equal(await sends(), 1);
      const decided = { decision: 'record-done', ...OPERATOR };
      await shop.journeys.authorizedPurchase.resolve(partnerReferenceNo, decided);
      const { outcome, remaining } = await asked;
      assert.deepEqual([outcome, remaining], ['voided', '20000.00']);
      assert.equal(await shop.doku.balance(accountId), '80000.00');
    });

  test('voids that DOKU has accepted count, and one that never reached it is sent again', async () => {
    const { accountId, loses, voided, status, sends } = await held();
    for (const left of ['40000.00', '30000.00'])
      assert.equal((await voided('10000.00')).remaining, left);
    await loses('before');
    const first = await Promise.race([voided('10000.00'), parked(status)]);
    assert.ok('outcome' in first, JSON.stringify(first));
    assert.deepEqual([first.outcome, first.remaining], ['voided', '20000.00']);
    assert.equal(await sends(), 4);
    assert.equal(await shop.doku.balance(accountId), '80000.00');
  });
});
