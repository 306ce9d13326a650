import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** DOKU has carried it out, and one of its answers says that nothing has moved (money rules 3, 4 and 10). */
describe('one odd answer about what was carried out is not its end', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const oddly = (operation: 'historyDetail' | 'topUpStatus', status: string, reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'showsStatus', status, times: 1, operation, reference },
    });
  const unheard = (operation: string, partnerReferenceNo: string) =>
    shop.doku.fault({ operation, fault: 'drop', when: 'after', match: { partnerReferenceNo } });

  for (const status of ['CLOSED', 'CANCELLED']) {
    for (const isLost of [true, false])
      test(`${status}, of a transfer ${isLost ? 'whose answer was lost' : 'that was accepted'}`, async () => {
        const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
        const partnerReferenceNo = `TRF-${randomUUID()}`;
        const { bankTransfer } = shop.journeys;
        const { beneficiaryAccountName } = await bankTransfer.beneficiary({
          ...{ partnerReferenceNo, customerId, amount: idr('25000.00') },
          ...{ beneficiaryAccountNumber: '8377388292', beneficiaryBankCode: '014' },
        });
        if (isLost) await unheard('transferBank', partnerReferenceNo);
        await oddly('historyDetail', status, partnerReferenceNo);
        await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
        const { outcome } = await bankTransfer.result(partnerReferenceNo);
        assert.equal(outcome, 'completed');
        assert.equal(await shop.doku.balance(accountId), '75000.00');
      });

    for (const kind of ['capture', 'void'] as const)
      test(`${status}, of a ${kind} that was accepted`, async () => {
        const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
        const partnerReferenceNo = `AUT-${randomUUID()}`;
        const { authorizedPurchase } = shop.journeys;
        await authorizedPurchase.authorize({
          ...{ partnerReferenceNo, customerId, amount: idr('50000.00'), title: 'Hotel' },
        });
        const number = `STEP-${randomUUID()}`;
        await oddly('historyDetail', status, number);
        const amount = idr('20000.00');
        const answer =
          kind === 'capture'
            ? authorizedPurchase.capture(partnerReferenceNo, { partnerCaptureNo: number, amount })
            : authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo: number, amount });
        const { outcome, remaining } = await answer;
        assert.deepEqual(
          [outcome, remaining],
          [kind === 'capture' ? 'captured' : 'voided', '30000.00'],
        );
      });

    test(`${status}, of a hold whose answer was lost`, async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
      const partnerReferenceNo = `AUT-${randomUUID()}`;
      await unheard('authPayment', partnerReferenceNo);
      await oddly('historyDetail', status, partnerReferenceNo);
      const { remaining } = await shop.journeys.authorizedPurchase.authorize({
        ...{ partnerReferenceNo, customerId, amount: idr('50000.00'), title: 'Hotel' },
      });
      assert.equal(remaining, '50000.00');
      assert.equal(await shop.doku.balance(accountId), '50000.00');
    });
  }

  for (const status of ['04', '05', '06'])
    test(`${status}, of a top-up whose answer was lost, alone and in a batch`, async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const amount = idr('100.00');
      const [alone, row] = [`TOP-${randomUUID()}`, `ROW-${randomUUID()}`];
      for (const number of [alone, row]) {
        await unheard('topUp', number);
        await oddly('topUpStatus', status, number);
      }
      const { topUp, topUpBatch } = shop.journeys;
      const batchReference = `BATCH-${randomUUID()}`;
      await topUp.start({ partnerReferenceNo: alone, customerId, amount });
      const rows = [{ partnerReferenceNo: row, customerId, amount }];
      await topUpBatch.start({ batchReference, rows });
      assert.equal((await topUp.result(alone)).outcome, 'completed');
      assert.equal((await topUpBatch.result(batchReference)).counts.completed, 1);
      await eventually(
        () => shop.doku.balance(accountId),
        (balance) => balance === '200.00',
      );
    });

  test('06 twice, of a row that DOKU works on, whose number had a top-up that failed', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const row = { partnerReferenceNo: `ROW-${randomUUID()}`, customerId, amount: idr('100.00') };
    const { partnerReferenceNo } = row;
    const { topUp, topUpBatch } = shop.journeys;
    const stands = (status: string) =>
      shop.doku.call('POST', `accounts/${accountId}/status`, { status });
    await stands('blocked');
    await topUp.start(row);
    assert.equal((await topUp.result(partnerReferenceNo)).outcome, 'failed');
    await stands('active');
    await shop.doku.hold(partnerReferenceNo);
    const batchReference = `BATCH-${randomUUID()}`;
    await topUpBatch.start({ batchReference, rows: [row] });
    const asked = () => shop.doku.requests('topUpStatus', partnerReferenceNo);
    await eventually(asked, ({ length }) => length >= 4);
    const { length } = await asked();
    await shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: '06', times: 2 },
      ...{ operation: 'topUpStatus', reference: partnerReferenceNo },
    });
    await eventually(asked, (requests) => requests.length > length + 2);
    await shop.doku.finish(partnerReferenceNo, 'success');
    assert.equal((await topUpBatch.result(batchReference)).counts.completed, 1);
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });
});
