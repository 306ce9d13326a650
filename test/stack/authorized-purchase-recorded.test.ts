import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { NotNowError } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { heldPurchase } from '../setting/held-purchase.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { eventually, type Shop } from '../setting/shop.js';

/** An operator's word on a capture or a void, and what is told by it (money rule 10). */
describe('what an operator records of a capture or a void', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const held = (captureWithin?: string) => heldPurchase(shop, captureWithin);

  /** DOKU carries out nine tenths of what one operation asks for. */
  const carriesOutLess = (operation: 'authCapture' | 'authVoid', reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'otherAmount', percent: 90, operation, reference, times: 1 },
    });

  test('as undone, and DOKU may have captured, is not told as given back after a reset either', async () => {
    const hold = await held();
    const { accountId, workflowId } = hold;
    const partnerCaptureNo = `CAP-${randomUUID()}`;
    const { id } = await shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: 'ODD' },
      ...{ operation: 'historyDetail', reference: partnerCaptureNo },
    });
    const match = { partnerReferenceNo: partnerCaptureNo };
    await shop.doku.fault({ operation: 'authCapture', fault: 'drop', when: 'after', match });
    const captured = hold.capture('20000.00', { partnerCaptureNo });
    await hold.parked();
    await hold.resolve('record-undone');
    await shop.doku.calm(id);
    assert.equal((await captured).outcome, 'rejected');
    // The run that the second reset makes asks the one that the first made.
    for (const _ of [1, 2]) {
      await reset(stack.client, workflowId);
      await eventually(
        hold.status,
        ({ status, unknownSince }) => status === 'authorized' && unknownSince === undefined,
      );
    }
    assert.equal((await hold.capture('20000.00', { last: true })).outcome, 'captured');
    assert.deepEqual(await hold.told(), ['captured', '20000.00', '0.00', '30000.00']);
    assert.equal(await shop.doku.balance(accountId), '60000.00');
  });

  test('as DOKU shows it is captured in the amount that DOKU shows, and the rest goes back', async () => {
    const hold = await held('8 seconds');
    const { accountId, partnerReferenceNo, workflowId } = hold;
    await carriesOutLess('authCapture', partnerReferenceNo);
    const partnerCaptureNo = `CAP-${randomUUID()}`;
    const captured = hold.capture('20000.00', { partnerCaptureNo });
    const { attention } = await hold.parked();
    assert.match(attention?.reason ?? '', /another amount, 18000\.00/);
    assert.deepEqual(attention?.decisions, [
      ...['ask-again', 'record-done', 'record-undone', 'record-as-shown-18000.00'],
    ]);
    await assert.rejects(hold.resolve('record-done'), NotNowError);
    await assert.rejects(hold.resolve('record-undone'), NotNowError);
    const { id } = await shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: 'INIT' },
      ...{ operation: 'historyDetail', reference: partnerCaptureNo },
    });
    await assert.rejects(hold.resolve('record-as-shown-18000.00'), NotNowError);
    await shop.doku.calm(id);
    await hold.resolve('record-as-shown-18000.00');
    const answer = { outcome: 'captured', amount: '18000.00', remaining: '32000.00' } as const;
    assert.deepEqual(await captured, answer);
    await reset(stack.client, workflowId);
    const { remaining } = await eventually(hold.status, (seen) => seen.captured === '18000.00');
    assert.equal(remaining, '32000.00');
    assert.deepEqual(await hold.capture('20000.00', { partnerCaptureNo }), answer);
    assert.deepEqual(await hold.told(), ['captured', '18000.00', '32000.00', undefined]);
    assert.equal(await shop.doku.balance(accountId), '82000.00');
  });

  test('as DOKU shows it is given back in that amount, and the last capture follows it', async () => {
    const hold = await held();
    await carriesOutLess('authVoid', hold.partnerReferenceNo);
    const voided = hold.voided('20000.00');
    await hold.parked();
    await hold.resolve('record-as-shown-18000.00');
    const { outcome, amount, remaining } = await voided;
    assert.deepEqual([outcome, amount, remaining], ['voided', '18000.00', '32000.00']);
    assert.equal((await hold.capture('30000.00', { last: true })).outcome, 'captured');
    assert.deepEqual(await hold.told(), ['captured', '30000.00', '20000.00', undefined]);
    assert.equal(await shop.doku.balance(hold.accountId), '70000.00');
  });
});
