import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  InputMismatchError,
  InvalidInputError,
  JourneyEndedError,
  NotNowError,
} from '../../client/index.js';
import { authorizedPurchaseWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { restVoidNo } from '../../workflows/authorized-purchase/numbers.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget, reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('an authorised purchase captures and gives back what was asked, once', {
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

  /** 50,000 is held of a customer's 100,000. */
  async function held(overrides: Record<string, unknown> = {}) {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const input = {
      partnerReferenceNo,
      customerId,
      amount: idr('50000.00'),
      title: 'Hotel',
      ...overrides,
    };
    const { authorizedPurchase } = shop.journeys;
    await authorizedPurchase.authorize(input);
    const partnerCaptureNo = `CAP-${randomUUID()}`;
    return {
      input,
      accountId,
      partnerReferenceNo,
      partnerCaptureNo,
      workflowId: authorizedPurchaseWorkflowId(partnerReferenceNo),
      capture: (value: string, more: Record<string, unknown> = {}) =>
        authorizedPurchase.capture(partnerReferenceNo, {
          partnerCaptureNo,
          amount: idr(value),
          ...more,
        }),
      parked: async () => {
        const { captureBy } = await authorizedPurchase.status(partnerReferenceNo);
        await setTimeout(Math.max(0, Date.parse(captureBy ?? '') - Date.now()));
        return eventually(
          () => authorizedPurchase.status(partnerReferenceNo),
          ({ status }) => status === 'needs-attention',
        );
      },
      resolve: (decision: string) =>
        authorizedPurchase.resolve(partnerReferenceNo, { decision, operator: 'ani', note: 'seen' }),
    };
  }

  for (const when of ['before', 'after'] as const) {
    test(`a void of the rest lost ${when} its effect is proven under its own number`, async () => {
      const { accountId, partnerReferenceNo } = await held({ captureWithin: '1 second' });
      const match = { partnerReferenceNo };
      await shop.doku.fault({ operation: 'authVoid', fault: 'drop', when, match });
      const result = await shop.journeys.authorizedPurchase.result(partnerReferenceNo);
      assert.deepEqual([result.outcome, result.voided], ['voided', '50000.00']);
      assert.equal(result.resolution, undefined);
      assert.equal(await shop.doku.balance(accountId), '100000.00');
      const voids = (await shop.doku.entries(partnerReferenceNo)).filter(
        ({ type }) => type === 'authVoid',
      );
      assert.deepEqual(
        voids.map((entry) => (entry as { partnerVoidNo?: string }).partnerVoidNo),
        [restVoidNo(partnerReferenceNo)],
      );
    });
  }

  test('a number means one capture or void, and never two', async () => {
    const { capture, partnerReferenceNo, partnerCaptureNo } = await held();
    const { authorizedPurchase } = shop.journeys;
    await capture('20000.00');
    const voided = (partnerVoidNo: string) =>
      authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo });
    await assert.rejects(capture('10000.00'), InputMismatchError);
    await assert.rejects(capture('20000.00', { last: true }), InputMismatchError);
    await assert.rejects(voided(partnerCaptureNo), {
      name: 'InputMismatchError',
      orders: {
        given: { partnerVoidNo: partnerCaptureNo },
        existing: { partnerCaptureNo, last: false, amount: idr('20000.00') },
        differing: ['partnerVoidNo', 'partnerCaptureNo', 'amount', 'last'],
      },
    });
    await assert.rejects(voided(partnerReferenceNo), InvalidInputError);
    await assert.rejects(voided(restVoidNo(partnerReferenceNo)), InvalidInputError);
    assert.equal((await capture('20000.00')).outcome, 'captured');
    assert.equal((await authorizedPurchase.status(partnerReferenceNo)).captured, '20000.00');
  });

  test('who missed the answer to a capture or a void asks again, and is answered alike, also after the end', async () => {
    const { capture, partnerReferenceNo } = await held();
    const { authorizedPurchase } = shop.journeys;
    const partnerVoidNo = `VOID-${randomUUID()}`;
    const voided = (value = '10000.00') =>
      authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo, amount: idr(value) });
    const answers = [await voided(), await capture('20000.00', { last: true })];
    await authorizedPurchase.result(partnerReferenceNo);
    assert.deepEqual([await voided(), await capture('20000.00', { last: true })], answers);
    await assert.rejects(voided('10001.00'), InputMismatchError);
    await assert.rejects(capture('20000.00'), InputMismatchError);
    const never = { partnerCaptureNo: `CAP-${randomUUID()}`, last: true };
    await assert.rejects(capture('20000.00', never), JourneyEndedError);
  });

  test('above what remains a number stays free, and those that come at once are each answered', async () => {
    const { capture, partnerReferenceNo } = await held();
    await assert.rejects(capture('50001.00'), InvalidInputError);
    const of = (nth: number) => ({ partnerCaptureNo: `CAP-${nth}-${partnerReferenceNo}` });
    const slow = { fault: 'slow', when: 'before', delayMs: 1_000 } as const;
    await shop.doku.fault({ operation: 'authCapture', ...slow, match: { partnerReferenceNo } });
    const answers = await Promise.all([capture('30000.00', of(1)), capture('30000.00', of(2))]);
    assert.deepEqual(answers.map(({ outcome }) => outcome).sort(), ['captured', 'rejected']);
    const rejected = answers.find(({ outcome }) => outcome === 'rejected');
    assert.equal(rejected?.refusal, 'above what remains');
    assert.equal((await capture('20000.00')).remaining, '0.00');
  });

  test('the rest of the last capture is back when the result says so', async () => {
    const { accountId, capture, partnerReferenceNo } = await held();
    const before = await shop.doku.requests('historyDetail', partnerReferenceNo);
    assert.equal((await capture('20000.00', { last: true })).remaining, '0.00');
    const result = await shop.journeys.authorizedPurchase.result(partnerReferenceNo);
    assert.deepEqual([result.captured, result.voided], ['20000.00', '30000.00']);
    assert.equal(await shop.doku.balance(accountId), '80000.00');
    const asked = await shop.doku.requests('historyDetail', partnerReferenceNo);
    assert.equal(asked.length, before.length + 1, 'DOKU is asked once whether it is closed');
  });

  test('what an operator recorded as undone, and DOKU may have captured, is not told as given back', async () => {
    const { accountId, capture, resolve, partnerReferenceNo, partnerCaptureNo } = await held();
    const { authorizedPurchase } = shop.journeys;
    const { id } = await shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: 'ODD' },
      ...{ operation: 'historyDetail', reference: partnerCaptureNo },
    });
    const match = { partnerReferenceNo: partnerCaptureNo };
    await shop.doku.fault({ operation: 'authCapture', fault: 'drop', when: 'after', match });
    const captured = capture('20000.00');
    await eventually(
      () => authorizedPurchase.status(partnerReferenceNo),
      ({ attention }) => attention !== undefined,
    );
    await resolve('record-undone');
    await shop.doku.calm(id);
    assert.equal((await captured).outcome, 'rejected');
    const again = { partnerCaptureNo: `CAP-${randomUUID()}`, last: true };
    assert.equal((await capture('20000.00', again)).outcome, 'captured');
    const {
      captured: sum,
      voided,
      unaccounted,
    } = await authorizedPurchase.result(partnerReferenceNo);
    assert.deepEqual([sum, voided, unaccounted], ['20000.00', '0.00', '30000.00']);
    assert.equal(await shop.doku.balance(accountId), '60000.00');
  });

  /** Lost before DOKU did anything, and cancelled in Temporal while DOKU is asked whether it did. */
  async function cancelledInDoubt(operation: string, partnerReferenceNo: string) {
    const id = authorizedPurchaseWorkflowId(partnerReferenceNo);
    await eventually(
      () => shop.journeys.authorizedPurchase.status(partnerReferenceNo).catch(() => undefined),
      (view) => view?.status === 'in-doubt',
    );
    await stack.client.workflow.getHandle(id).cancel();
    const result = await shop.journeys.authorizedPurchase.result(partnerReferenceNo);
    return { result, sent: await shop.doku.requests(operation, partnerReferenceNo) };
  }

  test('cancelled in Temporal, what was lost of an authorisation is not sent again', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const match = { partnerReferenceNo };
    await shop.doku.fault({ operation: 'authPayment', fault: 'drop', when: 'before', match });
    const input = { partnerReferenceNo, customerId, amount: idr('50000.00'), title: 'Hotel' };
    const authorized = Promise.allSettled([shop.journeys.authorizedPurchase.authorize(input)]);
    const { result, sent } = await cancelledInDoubt('authPayment', partnerReferenceNo);
    const [answer] = await authorized;
    assert.ok(answer.status === 'rejected' && answer.reason instanceof JourneyEndedError);
    assert.deepEqual(
      [result.outcome, result.reason, result.voided, sent.length],
      ['declined', 'cancelled', '0.00', 1],
    );
    assert.equal(await shop.doku.balance(accountId), '100000.00');
  });

  test('cancelled in Temporal, what was lost of a capture is not sent again', async () => {
    const { accountId, capture, partnerReferenceNo } = await held();
    const match = { partnerReferenceNo };
    await shop.doku.fault({ operation: 'authCapture', fault: 'drop', when: 'before', match });
    const captured = Promise.allSettled([capture('20000.00')]);
    const { result, sent } = await cancelledInDoubt('authCapture', partnerReferenceNo);
    const [answer] = await captured;
    assert.equal(answer.status, 'fulfilled');
    const { outcome, refusal } = answer.value;
    assert.deepEqual([outcome, refusal, sent.length], ['rejected', 'cancelled', 1]);
    assert.deepEqual([result.outcome, result.voided], ['voided', '50000.00']);
    assert.equal(await shop.doku.balance(accountId), '100000.00');
  });

  describe('a run that is not the first', { concurrency: true }, () => {
    test('that knows all that was captured ends by time as the first would', async () => {
      const { accountId, workflowId, capture, partnerReferenceNo } = await held({
        captureWithin: '6 seconds',
      });
      await capture('20000.00');
      await reset(stack.client, workflowId);
      const { authorizedPurchase } = shop.journeys;
      await eventually(
        () => authorizedPurchase.status(partnerReferenceNo),
        ({ status, captured }) => status === 'authorized' && captured === '20000.00',
      );
      assert.equal((await capture('20000.00')).outcome, 'captured');
      const sent = await shop.doku.requests('authCapture', partnerReferenceNo);
      assert.equal(sent.length, 1);
      const result = await authorizedPurchase.result(partnerReferenceNo, {
        deadline: Date.now() + 60_000,
      });
      assert.deepEqual(
        [result.captured, result.voided, result.reason, result.resolution],
        ['20000.00', '30000.00', 'capture-within-elapsed', undefined],
      );
      assert.equal(await shop.doku.balance(accountId), '80000.00');
    });

    test('knows by that run what was captured, and answers it alike', async () => {
      const { workflowId, capture, resolve, partnerReferenceNo } = await held({
        captureWithin: '5 seconds',
      });
      const answer = await capture('20000.00');
      await reset(stack.client, workflowId);
      const { authorizedPurchase } = shop.journeys;
      const { captured, remaining, steps, unknownSince } = await eventually(
        () => authorizedPurchase.status(partnerReferenceNo),
        (seen) => seen.captured === '20000.00',
      );
      assert.deepEqual([captured, remaining, steps.length], ['20000.00', '30000.00', 1]);
      assert.equal(unknownSince, undefined);
      assert.deepEqual(await capture('20000.00'), answer);
      const result = await authorizedPurchase.result(partnerReferenceNo);
      assert.deepEqual(
        [result.outcome, result.captured, result.voided],
        ['captured', '20000.00', '30000.00'],
      );
      assert.deepEqual(await capture('20000.00'), answer);
      await assert.rejects(resolve('void-rest'), JourneyEndedError);
    });

    test('ends as that run did', async () => {
      const { workflowId, capture, partnerReferenceNo } = await held();
      const answer = await capture('20000.00', { last: true });
      const { authorizedPurchase } = shop.journeys;
      const before = await authorizedPurchase.result(partnerReferenceNo);
      await reset(stack.client, workflowId);
      assert.deepEqual(await authorizedPurchase.result(partnerReferenceNo), before);
      assert.deepEqual(await capture('20000.00', { last: true }), answer);
    });

    test('learns of DOKU what became of a capture that no run was told of', async () => {
      const { accountId, workflowId, capture, partnerReferenceNo } = await held();
      const slow = { fault: 'slow', when: 'after', delayMs: 2_000 } as const;
      await shop.doku.fault({ operation: 'authCapture', ...slow, match: { partnerReferenceNo } });
      const unheard = capture('20000.00').catch(() => undefined);
      await eventually(
        () => shop.doku.requests('authCapture', partnerReferenceNo),
        (sent) => sent.length > 0,
      );
      await reset(stack.client, workflowId);
      await eventually(
        () => shop.journeys.authorizedPurchase.status(partnerReferenceNo),
        ({ captured, unknownSince }) => captured === '20000.00' && unknownSince === undefined,
      );
      await unheard;
      assert.equal((await capture('20000.00')).outcome, 'captured');
      assert.equal(await shop.doku.balance(accountId), '50000.00');
    });

    test('says that it does not know what an earlier one took, of which nothing is left', async () => {
      const { input, accountId, workflowId, capture, parked, resolve, partnerReferenceNo } =
        await held({ captureWithin: '4 seconds' });
      await capture('20000.00');
      await stack.client.workflow.getHandle(workflowId).terminate('test');
      await forget(stack.client, workflowId);
      const { captured, unknownSince } = await shop.journeys.authorizedPurchase.authorize(input);
      assert.equal(captured, '0.00');
      assert.ok(Date.parse(unknownSince ?? ''));
      const { attention } = await parked();
      assert.deepEqual(attention?.decisions.slice(0, 2), ['void-rest', 'wait-on']);
      await assert.rejects(resolve('record-voided'), NotNowError);
      await assert.rejects(capture('1.00', { partnerCaptureNo: 'LATE' }), NotNowError);
      await resolve('void-rest');
      const result = await shop.journeys.authorizedPurchase.result(partnerReferenceNo);
      assert.deepEqual(
        [result.captured, result.voided, result.unaccounted],
        ['0.00', '30000.00', '20000.00'],
      );
      assert.equal(await shop.doku.balance(accountId), '80000.00');
    });

    test('says that it does not know yet, for as long as DOKU says nothing', async () => {
      const { workflowId, capture, partnerReferenceNo } = await held();
      await capture('20000.00');
      const slow = { fault: 'slow', when: 'before', delayMs: 3_000 } as const;
      await shop.doku.fault({ operation: 'historyDetail', ...slow, match: { partnerReferenceNo } });
      await reset(stack.client, workflowId);
      const { authorizedPurchase } = shop.journeys;
      const views = [await authorizedPurchase.status(partnerReferenceNo)];
      while (views.at(-1)?.captured !== '20000.00')
        views.push(await authorizedPurchase.status(partnerReferenceNo));
      const before = views.filter(({ captured }) => captured === '0.00');
      assert.ok(before.length > 0);
      assert.deepEqual(
        before.filter(({ unknownSince }) => unknownSince === undefined),
        [],
      );
    });

    test('has a capture sent again that was on its way when it was reset', async () => {
      const { workflowId, capture, partnerReferenceNo } = await held();
      const slow = { fault: 'slow', when: 'after', delayMs: 3_000 } as const;
      await shop.doku.fault({ operation: 'authCapture', ...slow, match: { partnerReferenceNo } });
      const captured = Promise.allSettled([capture('20000.00')]);
      await eventually(
        () => shop.doku.requests('authCapture', partnerReferenceNo),
        (sent) => sent.length > 0,
      );
      await reset(stack.client, workflowId);
      const [answer] = await captured;
      // The client sends it again, to a run that may have to ask first what became of it.
      if (answer.status === 'rejected') assert.equal((answer.reason as NotNowError).type, 'NotNow');
      const again = await eventually(
        () => capture('20000.00').catch(() => undefined),
        (taken) => taken !== undefined,
      );
      assert.equal(again?.outcome, 'captured');
      const entries = await shop.doku.entries(partnerReferenceNo);
      assert.equal(entries.filter(({ type }) => type === 'authCapture').length, 1);
    });

    test('is not recorded as declined, where DOKU shows that it was authorised', async () => {
      const { input, workflowId, resolve, partnerReferenceNo } = await held();
      const { authorizedPurchase } = shop.journeys;
      await authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo: `VOID-${randomUUID()}` });
      await authorizedPurchase.result(partnerReferenceNo);
      await forget(stack.client, workflowId);
      const authorized = Promise.allSettled([authorizedPurchase.authorize(input)]);
      await eventually(
        () => authorizedPurchase.status(partnerReferenceNo).catch(() => undefined),
        (view) => view?.status === 'needs-attention',
      );
      await assert.rejects(resolve('record-declined'), NotNowError);
      await resolve('record-voided');
      assert.equal((await authorizedPurchase.result(partnerReferenceNo)).outcome, 'voided');
      await authorized;
    });

    test('is one that Temporal forgot, too', async () => {
      const { input, accountId, workflowId, parked, resolve, partnerReferenceNo } = await held({
        captureWithin: '3 seconds',
      });
      await stack.client.workflow.getHandle(workflowId).terminate('test');
      await forget(stack.client, workflowId);
      const { authorizedPurchase } = shop.journeys;
      assert.equal((await authorizedPurchase.authorize(input)).status, 'authorized');
      await parked();
      assert.equal(await shop.doku.balance(accountId), '50000.00');
      await resolve('void-rest');
      await authorizedPurchase.result(partnerReferenceNo);
      assert.equal(await shop.doku.balance(accountId), '100000.00');
    });
  });

  test('however often a capture is repeated, its history stays small', async () => {
    const { capture, workflowId } = await held();
    for (let times = 0; times < 60; times++) await capture('20000.00');
    const handle = stack.client.workflow.getHandle(workflowId);
    const before = (await handle.describe()).historyLength;
    for (let times = 0; times < 50; times++)
      assert.equal((await capture('20000.00')).outcome, 'captured');
    assert.ok((await handle.describe()).historyLength - before < 10);
  });
});
