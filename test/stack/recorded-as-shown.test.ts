import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { InvalidInputError, NotNowError } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { type AlteredAnswer, type AlteredDoku, startAlteredDoku } from '../setting/altered-doku.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { refundOf, settledPurchase } from '../setting/settled-purchase.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const OPERATOR = { operator: 'ani', note: 'as DOKU has it' };
const asShown = (amount: string) => ({ ...OPERATOR, decision: `record-as-shown-${amount}` });

/** Money rule 10: an operator can say what DOKU's books say, and not only that all or nothing of it happened. */
describe('what DOKU carries out in another amount', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  let doku: AlteredDoku;
  /** What DOKU's history says in place of its books. */
  let instead: ((answer: AlteredAnswer) => AlteredAnswer) | undefined;
  before(async () => {
    doku = await startAlteredDoku((operation, answer) =>
      operation.startsWith('transaction-history-') && instead ? instead(answer) : answer,
    );
    const environment = { ABSENT_AFTER: '3 seconds', DOKU_BASE_URL: doku.url };
    const started = await startQuickStack(environment);
    stack = started;
    shop = started.shop;
    doku.of(stack.sandbox.url);
  });
  after(async () => {
    await stack?.stop();
    doku?.close();
  });

  const other = (
    operation: 'topUp' | 'transferBank' | 'purchaseRefund',
    reference: string,
    amount: string,
  ) => shop.doku.temperament({ temperament: 'otherAmount', amount, operation, reference });
  const parked = <View extends { attention?: { decisions: readonly string[] } | undefined }>(
    status: () => Promise<View>,
  ) => eventually(status, ({ attention }) => attention !== undefined);
  const decisionsOf = async (
    status: () => Promise<{ attention?: { decisions: readonly string[] } | undefined }>,
  ) => (await parked(status)).attention?.decisions ?? [];

  const payout = async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    return { accountId, row: { partnerReferenceNo, customerId, amount: idr('100.00') } };
  };
  const untold = (reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'writesOddly', field: 'amount', form: 'missing' },
      ...{ operation: 'topUpStatus', reference },
    });

  for (const [by, lost] of [
    ['status', undefined],
    ['history', undefined],
    ['history', 'drop'],
    ['history', 'http500'],
  ] as const)
    test(`a top-up is recorded so, where DOKU's ${by} shows it${lost ? ` after a ${lost}` : ''}`, async () => {
      const { accountId, row } = await payout();
      const { partnerReferenceNo } = row;
      const { topUp } = shop.journeys;
      await other('topUp', partnerReferenceNo, '90.00');
      if (by === 'history') await untold(partnerReferenceNo);
      const match = { partnerReferenceNo };
      if (lost) await shop.doku.fault({ operation: 'topUp', fault: lost, when: 'after', match });
      await topUp.start(row);
      assert.ok(
        (await decisionsOf(() => topUp.status(partnerReferenceNo))).includes(
          'record-as-shown-90.00',
        ),
      );
      await assert.rejects(
        topUp.resolve(partnerReferenceNo, { ...OPERATOR, decision: 'record-completed' }),
        NotNowError,
      );
      await topUp.resolve(partnerReferenceNo, asShown('90.00'));
      const { outcome, amount, creditedAmount } = await topUp.result(partnerReferenceNo);
      assert.deepEqual([outcome, amount.value, creditedAmount], ['completed', '100.00', '90.00']);
      assert.equal(await shop.doku.balance(accountId), '90.00');
    });

  for (const task of [0, 1] as const)
    test(`a top-up that is reset to task ${task} asks again, and is not told as another's`, async () => {
      const { row } = await payout();
      const { partnerReferenceNo } = row;
      const { topUp } = shop.journeys;
      await other('topUp', partnerReferenceNo, '90.00');
      await untold(partnerReferenceNo);
      await topUp.start(row);
      await parked(() => topUp.status(partnerReferenceNo));
      await topUp.resolve(partnerReferenceNo, asShown('90.00'));
      await topUp.result(partnerReferenceNo);
      await reset(stack.client, `top-up/${partnerReferenceNo}`, { task });
      const { attention } = await eventually(
        () => topUp.status(partnerReferenceNo),
        (view) => view.attention !== undefined || view.result?.outcome === 'failed',
      );
      assert.ok(attention?.decisions.includes('record-as-shown-90.00'));
      await topUp.resolve(partnerReferenceNo, asShown('90.00'));
      assert.equal((await topUp.result(partnerReferenceNo)).creditedAmount, '90.00');
    });

  test('a row of a batch is told as its journey recorded it, also once its part is reset', async () => {
    const { row } = await payout();
    const { topUp, topUpBatch } = shop.journeys;
    await other('topUp', row.partnerReferenceNo, '90.00');
    await untold(row.partnerReferenceNo);
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    await topUpBatch.start({ batchReference, rows: [row] });
    const own = () => topUp.status(row.partnerReferenceNo);
    await eventually(
      () => own().catch(() => undefined),
      (view) => view?.attention !== undefined,
    );
    await topUp.resolve(row.partnerReferenceNo, asShown('90.00'));
    assert.equal((await topUpBatch.result(batchReference)).counts.completed, 1);
    const told = async () => {
      const rows = [];
      for await (const each of topUpBatch.results(batchReference)) rows.push(each);
      return rows.map(({ outcome, creditedAmount }) => [outcome, creditedAmount]);
    };
    assert.deepEqual(await told(), [['completed', '90.00']]);
    const part = `top-up-batch/${batchReference}/0`;
    await reset(stack.client, part, { task: 0 });
    await stack.client.workflow.getHandle(part).result();
    assert.deepEqual(await told(), [['completed', '90.00']]);
  });

  test('it is not offered for what DOKU paid to another wallet under the number', async () => {
    const { row } = await payout();
    const { customerId } = await shop.boundCustomer({ balance: '0.00' });
    const { topUp, topUpBatch } = shop.journeys;
    await other('topUp', row.partnerReferenceNo, '90.00');
    await topUp.start(row);
    await parked(() => topUp.status(row.partnerReferenceNo));
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    await topUpBatch.start({ batchReference, rows: [{ ...row, customerId }] });
    await topUp.resolve(row.partnerReferenceNo, asShown('90.00'));
    await topUpBatch.result(batchReference);
    const told = [];
    for await (const each of topUpBatch.results(batchReference)) told.push(each);
    assert.deepEqual(
      told.map(({ outcome, creditedAmount, refusal }) => [outcome, creditedAmount, refusal]),
      [['failed', undefined, 'number-used-otherwise']],
    );
  });

  test('is recorded as its operator read it, though DOKU shows others another amount meanwhile', async () => {
    const { customerId } = await shop.boundCustomer();
    const partnerReferenceNo = `TRF-${randomUUID()}`;
    const { bankTransfer } = shop.journeys;
    const { beneficiaryAccountName } = await bankTransfer.beneficiary({
      ...{ partnerReferenceNo, customerId, amount: idr('20000.00') },
      ...{ beneficiaryAccountNumber: '8377388292', beneficiaryBankCode: '014' },
    });
    await other('transferBank', partnerReferenceNo, '18000.00');
    await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    const decisions = () => decisionsOf(() => bankTransfer.status(partnerReferenceNo));
    assert.ok((await decisions()).includes('record-as-shown-18000.00'));
    instead = ({ status, body }) => ({
      status,
      body: JSON.parse(JSON.stringify(body).replaceAll('18000.00', '1800.00')),
    });
    await bankTransfer.resolve(partnerReferenceNo, { ...OPERATOR, decision: 'ask-again' });
    await eventually(decisions, (offered) => offered.includes('record-as-shown-1800.00'));
    const decided = () => bankTransfer.resolve(partnerReferenceNo, asShown('18000.00'));
    await assert.rejects(decided(), InvalidInputError);
    instead = undefined;
    await bankTransfer.resolve(partnerReferenceNo, { ...OPERATOR, decision: 'ask-again' });
    await eventually(decisions, (offered) => offered.includes('record-as-shown-18000.00'));
    await decided();
    assert.equal((await bankTransfer.result(partnerReferenceNo)).sentAmount, '18000.00');
  });

  test('a refund is recorded so', async () => {
    const purchase = await settledPurchase(shop);
    const { refund } = shop.journeys;
    const first = refundOf(purchase, '4000.00');
    await other('purchaseRefund', purchase.partnerReferenceNo, '3000.00');
    await refund.start(first);
    const { partnerRefundNo } = first;
    assert.ok(
      (await decisionsOf(() => refund.status(partnerRefundNo))).includes('record-as-shown-3000.00'),
    );
    await assert.rejects(
      refund.resolve(partnerRefundNo, { ...OPERATOR, decision: 'record-refunded' }),
      NotNowError,
    );
    await refund.resolve(partnerRefundNo, asShown('3000.00'));
    const { outcome, by, amount, refundedAmount } = await refund.result(partnerRefundNo);
    assert.deepEqual(
      [outcome, by, amount.value, refundedAmount],
      ['refunded', 'refund', '4000.00', '3000.00'],
    );
  });
});
