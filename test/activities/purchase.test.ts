import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Absence } from '../../activities/calling/absence.js';
import { Polling } from '../../activities/calling/polling.js';
import type { HistoryBooks } from '../../activities/history-books.js';
import type { Journeys } from '../../activities/journeys/number-holder.js';
import { createPurchaseActivities, type PurchaseQuestion } from '../../activities/purchase.js';
import type { SnapClient } from '../../activities/snap/client.js';

const QUIET_MS = 60_000;
const KEY = { partnerReferenceNo: 'INV-1', customerId: 'customer-1' };
const JUST_NOW = () => ({ lastSentAt: new Date().toISOString() });
const LONG_AGO = () => ({ lastSentAt: new Date(Date.now() - 2 * QUIET_MS).toISOString() });
const ACCEPTED = () => ({ ...LONG_AGO(), isAccepted: true as const });

const NO_BOOKS: HistoryBooks = {
  page: async () => ({ kind: 'answer', response: { entries: [], isLast: true } }),
  async *pages() {},
  detailOf: async () => undefined,
};

/** What the question comes to, when DOKU's status is this code. */
async function asked(
  code: string,
  doubt: Omit<PurchaseQuestion, keyof typeof KEY>,
  more: object = {},
  historyDetail: () => Promise<object> = async () => ({
    ...{ kind: 'refused', refusal: 'not-found', sends: 1 },
  }),
) {
  const response = { latestTransactionStatus: code, originalPartnerReferenceNo: 'INV-1', ...more };
  const snap = {
    purchaseStatus: async () => ({ kind: 'succeeded', response, sends: 1 }),
    historyDetail,
  } as unknown as SnapClient;
  const delays = { firstMs: 1, factor: 1, mostMs: 1 };
  const { queryPurchase } = createPurchaseActivities(
    snap,
    new Polling({ delays, mostPauses: 0 }),
    new Absence(QUIET_MS),
    {} as Journeys,
    NO_BOOKS,
  );
  const environment = new MockActivityEnvironment({
    currentAttemptScheduledTimestampMs: Date.now(),
  });
  try {
    const fact = await environment.run(queryPurchase, { ...KEY, ...doubt });
    return (fact as { status: string }).status;
  } catch (error) {
    return (error as { type?: string }).type;
  }
}

const REFUND = { partnerRefundNo: 'REF-1', isWhole: false };

describe('what Query Purchase proves', () => {
  const CASES: readonly [
    name: string,
    code: string,
    doubt: () => Omit<PurchaseQuestion, keyof typeof KEY>,
    outcome: string,
  ][] = [
    ['not found, nothing sent', '07', () => ({}), 'not-found'],
    ['not found, just sent', '07', () => ({ sent: JUST_NOW() }), 'StillPending'],
    ['not found, sent long ago', '07', () => ({ sent: LONG_AGO() }), 'not-found'],
    ['not found, with a page', '07', () => ({ sent: ACCEPTED() }), 'StillPending'],
    ['open, maybe paid in an earlier run', '01', () => ({ payment: JUST_NOW() }), 'StillPending'],
    ['open, and no longer maybe', '01', () => ({ payment: LONG_AGO() }), 'open'],
    ['paid, a cancel just sent', '00', () => ({ cancel: JUST_NOW() }), 'StillPending'],
    ['paid, a cancel sent long ago', '00', () => ({ cancel: LONG_AGO() }), 'success'],
    ['paid, a cancel accepted', '00', () => ({ cancel: ACCEPTED() }), 'StillPending'],
    ['cancelled, just sent', '05', () => ({ cancel: JUST_NOW() }), 'cancelled'],
    [
      'no refund, just sent',
      '00',
      () => ({ refund: { ...JUST_NOW(), ...REFUND } }),
      'StillPending',
    ],
    [
      'cancelled, and paid a moment ago',
      '05',
      () => ({ contradicted: { ...JUST_NOW(), partnerRefundNo: 'REF-1' } }),
      'StillPending',
    ],
    [
      'cancelled for a quiet time',
      '05',
      () => ({ contradicted: { ...LONG_AGO(), partnerRefundNo: 'REF-1' } }),
      'cancelled',
    ],
    ['no refund, sent long ago', '00', () => ({ refund: { ...LONG_AGO(), ...REFUND } }), 'success'],
    [
      'refunded, by whom it does not say, a part accepted',
      '04',
      () => ({ refund: { ...ACCEPTED(), ...REFUND } }),
      'StillPending',
    ],
    [
      'refunded, the whole accepted',
      '04',
      () => ({ refund: { ...ACCEPTED(), ...REFUND, isWhole: true } }),
      'refunded',
    ],
  ];
  for (const [name, code, doubt, outcome] of CASES)
    test(name, async () => assert.equal(await asked(code, doubt()), outcome));

  const paidAt = (ms: number) => ({ paidTime: new Date(Date.now() + ms).toISOString() });
  test('paid after a cancel that DOKU accepted: it is sent once more, once that has had its time', async () => {
    assert.equal(await asked('00', { cancel: ACCEPTED() }, paidAt(-QUIET_MS)), 'success');
    const justNow = { ...JUST_NOW(), isAccepted: true as const };
    assert.equal(await asked('00', { cancel: justNow }, paidAt(1_000)), 'StillPending');
  });

  test('paid before it, DOKU lags, however long', async () =>
    assert.equal(await asked('00', { cancel: ACCEPTED() }, paidAt(-3 * QUIET_MS)), 'StillPending'));

  const unnamed = (refundStatus: string, value: string) => ({
    refundHistory: [
      { partnerRefundNo: '', refundStatus, refundAmount: { value, currency: 'IDR' } },
    ],
  });
  for (const [what, status, value, mayBe] of [
    ['of its amount may be it', '00', '4000.00', true],
    ['of another amount is none of its', '00', '1000.00', undefined],
    ['that failed is none of its', '06', '4000.00', undefined],
  ] as const)
    test(`a refund without a number ${what}, once its own has had its time`, async () => {
      const refund = { ...REFUND, amount: '4000.00' };
      const more = unnamed(status, value);
      const after = async (sent: { lastSentAt: string; isAccepted?: true }) =>
        asked('00', { refund: { ...sent, ...refund } }, more);
      assert.equal(await after(JUST_NOW()), 'StillPending');
      assert.equal(await after(LONG_AGO()), 'success');
      // Accepted, it is waited for, as long as nothing else may be it.
      assert.equal(await after(ACCEPTED()), mayBe ? 'success' : 'StillPending');
    });

  test('amounts that are left out, and that no history tells, are waited for once', async () => {
    const refundHistory = Array.from({ length: 5 }, (_, index) => ({
      ...{ partnerRefundNo: `REF-${index}`, refundStatus: '00' },
    }));
    let open = 0;
    const never = () => {
      open += 1;
      return new Promise<never>(() => undefined);
    };
    const answer = asked('00', {}, { refundHistory }, never);
    await setTimeout(500);
    // One after the other they would take longer than a call may: here none has ended yet.
    assert.equal(open, 1 + refundHistory.length);
    assert.equal(await answer, 'success');
  });
});

describe('the wait for a refund that DOKU has shown', () => {
  async function waited(latestTransactionStatus: string, isWhole?: boolean) {
    const response = { latestTransactionStatus, originalPartnerReferenceNo: 'INV-1' };
    const snap = {
      purchaseStatus: async () => ({ kind: 'succeeded', response, sends: 1 }),
      historyDetail: async () => ({ kind: 'refused', refusal: 'not-found', sends: 1 }),
    };
    const delays = { firstMs: 1, factor: 1, mostMs: 1 };
    const { awaitRefundEnd } = createPurchaseActivities(
      snap as unknown as SnapClient,
      new Polling({ delays, mostPauses: 0 }),
      new Absence(QUIET_MS),
      {} as Journeys,
      NO_BOOKS,
    );
    const question = { ...KEY, partnerRefundNo: 'REF-1' };
    return new MockActivityEnvironment({ activityType: 'awaitRefundEnd' })
      .run(awaitRefundEnd, isWhole === undefined ? question : { ...question, isWhole })
      .then(
        (fact) => (fact as { status: string }).status,
        ({ type }: { type?: string }) => type,
      );
  }

  for (const code of ['04', '05', '06'])
    test(`is not ended by ${code}, of a part that is not listed`, async () =>
      assert.equal(await waited(code, false), 'StillPending'));

  test('is ended by what says that all is back, of the whole', async () => {
    assert.equal(await waited('05', true), 'cancelled');
    assert.equal(await waited('06', true), 'StillPending');
  });

  test('is what it was for journeys that do not say which', async () => {
    assert.equal(await waited('04'), 'refunded');
    assert.equal(await waited('00'), 'StillPending');
  });
});
