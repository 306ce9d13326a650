import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { authorizedPurchaseWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { restVoidNo } from '../../workflows/authorized-purchase/numbers.js';
import { type HeldPurchase, heldPurchase } from '../setting/held-purchase.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import { eventually, type Shop } from '../setting/shop.js';

/** Neither DOKU nor the run itself tells how much a capture or a void came to (money rule 10). */
describe('how much was captured or given back, where nobody tells it', {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const held = (captureWithin?: string) => heldPurchase(shop, captureWithin);

  /** Temporal forgets what the journey did so far, and it is begun again. */
  async function begunAgain({ input, partnerReferenceNo }: HeldPurchase) {
    const workflowId = authorizedPurchaseWorkflowId(partnerReferenceNo);
    await stack.client.workflow.getHandle(workflowId).terminate('test');
    await forget(stack.client, workflowId);
    await shop.journeys.authorizedPurchase.authorize(input);
  }

  /** DOKU's answers about one number have no amount; nor has its list of the account's movements. */
  async function leavesOut(
    reference: string,
    { accountId }: HeldPurchase,
    form: 'missing' | 'null' = 'missing',
  ) {
    const oddly = { temperament: 'writesOddly', form } as const;
    const operation = 'historyDetail' as const;
    await shop.doku.temperament({ ...oddly, field: 'amount', operation, reference });
    for (const entry of [0, 1, 2, 3]) {
      const field = `detailData.${entry}.amount`;
      await shop.doku.temperament({ ...oddly, field, operation: 'historyList', accountId });
    }
  }

  /** 20,000 were captured in a life of the journey that nobody remembers, and its time is over. */
  async function forgotten() {
    const hold = await held('4 seconds');
    await hold.capture('20000.00');
    await begunAgain(hold);
    await hold.parked();
    return hold;
  }

  for (const form of ['missing', 'null'] as const)
    test(`of all that was left, whose amount is ${form}, nothing is told as given back`, async () => {
      const hold = await forgotten();
      await leavesOut(restVoidNo(hold.partnerReferenceNo), hold, form);
      await hold.resolve('void-rest');
      assert.deepEqual(await hold.told(), ['voided', '0.00', '0.00', '50000.00']);
      assert.equal(await shop.doku.balance(hold.accountId), '80000.00');
    });

  test('what Detail leaves out of all that was left is told by List', async () => {
    const hold = await forgotten();
    await shop.doku.temperament({
      ...{ temperament: 'writesOddly', field: 'amount', form: 'missing' },
      ...{ operation: 'historyDetail', reference: restVoidNo(hold.partnerReferenceNo) },
    });
    await hold.resolve('void-rest');
    assert.deepEqual(await hold.told(), ['voided', '0.00', '30000.00', '20000.00']);
  });

  test('an operator who records a void of all that was left does not say how much that was', async () => {
    const hold = await forgotten();
    await shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: 'ODD', operation: 'historyDetail' },
      reference: restVoidNo(hold.partnerReferenceNo),
    });
    await hold.resolve('void-rest');
    const { attention } = await hold.parked();
    assert.match(attention?.reason ?? '', /a status that SNAP does not know/);
    await hold.resolve('record-done');
    assert.deepEqual(await hold.told(), ['voided', '0.00', '0.00', '50000.00']);
  });

  test('nor where DOKU shows it under the number of its authorisation', async () => {
    const hold = await forgotten();
    const { accountId, partnerReferenceNo } = hold;
    await shop.doku.temperament({ temperament: 'showsReversalsUnderOriginal', accountId });
    const match = { partnerReferenceNo };
    await shop.doku.fault({ operation: 'authVoid', fault: 'drop', when: 'after', match });
    await hold.resolve('void-rest');
    const { attention } = await hold.parked();
    assert.match(attention?.reason ?? '', /under the number of what it gives back from/);
    await hold.resolve('record-done');
    assert.deepEqual(await hold.told(), ['voided', '0.00', '0.00', '50000.00']);
  });

  test('once DOKU has refused the rest as too much, what closed it unseen is not told as given back', async () => {
    const hold = await held();
    await shop.doku.temperament({
      ...{ temperament: 'refuses', code: '404xx13', times: 1 },
      ...{ operation: 'authVoid', reference: hold.partnerReferenceNo },
    });
    assert.equal((await hold.voided('30000.00')).refusal, 'invalid-amount');
    assert.ok(Date.parse((await hold.status()).unknownSince ?? ''));
    assert.equal((await hold.capture('20000.00', { last: true })).outcome, 'captured');
    assert.deepEqual(await hold.told(), ['captured', '20000.00', '0.00', '30000.00']);
  });

  /** 20,000 were given back, and all that remained was captured, in a life that nobody remembers. */
  async function capturedRest() {
    const hold = await held();
    await hold.voided('20000.00');
    const partnerCaptureNo = `CAP-${randomUUID()}`;
    const match = { partnerReferenceNo: partnerCaptureNo };
    await shop.doku.fault({ operation: 'historyDetail', fault: 'hang', when: 'before', match });
    const unheard = hold.capture(undefined, { partnerCaptureNo }).catch(() => undefined);
    await eventually(
      () => shop.doku.entries(hold.partnerReferenceNo),
      (entries) => entries.some(({ type }) => type === 'authCapture'),
    );
    return { hold, partnerCaptureNo, unheard };
  }

  test('all that remained for a run that was forgotten is not what the next one believes to remain', async () => {
    const { hold, partnerCaptureNo, unheard } = await capturedRest();
    await leavesOut(partnerCaptureNo, hold);
    // It does not show yet that nothing is held any more.
    const { id } = await shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: 'INIT', operation: 'historyDetail' },
      reference: hold.partnerReferenceNo,
    });
    await begunAgain(hold);
    await shop.doku.calm(id);
    await unheard;
    const { outcome, amount, remaining } = await hold.capture(undefined, { partnerCaptureNo });
    assert.deepEqual([outcome, amount, remaining], ['captured', '0.00', '0.00']);
    assert.deepEqual(await hold.told(), ['captured', '0.00', '0.00', '50000.00']);
    assert.equal(await shop.doku.balance(hold.accountId), '70000.00');
  });

  test('a capture that another life made, in an amount that nobody tells, is not the one that is asked for', async () => {
    const hold = await held();
    const partnerCaptureNo = `CAP-${randomUUID()}`;
    await hold.capture('20000.00', { partnerCaptureNo });
    await begunAgain(hold);
    await leavesOut(partnerCaptureNo, hold);
    const captured = hold.capture('30000.00', { partnerCaptureNo });
    const first = await Promise.race([captured, hold.parked()]);
    assert.ok('attention' in first, JSON.stringify(first));
    assert.match(first.attention?.reason ?? '', /no amount, and another run may have sent it/);
    assert.match(first.attention?.check[0] ?? '', /was it IDR 30000\.00/);
    await hold.resolve('record-done');
    assert.equal((await captured).amount, '30000.00');
  });
});
