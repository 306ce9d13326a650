import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { HistoryBooks } from '../../activities/history-books.js';
import type { GiveBackHolder } from '../../activities/journeys/give-back-holders.js';
import { createListedUnder } from '../../activities/listed-under.js';
import type { PurchaseFact } from '../../activities/purchase-fact.js';
import { createRefundInHistory } from '../../activities/refund-in-history.js';
import type { HistoryEntry } from '../../contract/reads.js';

const PAID_AT = '2026-03-02T10:00:00+07:00';
const FACT: PurchaseFact = {
  ...{ status: 'success', amount: '10000.00', paidTime: PAID_AT },
  refunds: {},
};
const NUMBER = 'REF-1';
const KEY = { partnerReferenceNo: 'INV-1', customerId: 'customer-1', amount: '4000.00' };
const REFUND: HistoryEntry = {
  ...{ partnerReferenceNo: NUMBER, status: 'SUCCESS', type: 'REFUND', amount: '4000.00' },
  dateTime: '2026-03-03T12:00:00+07:00',
};
const entry = (over: Partial<HistoryEntry>): HistoryEntry => ({ ...REFUND, ...over });

interface Told {
  readonly detail?: HistoryEntry;
  readonly list?: readonly HistoryEntry[];
  readonly holders?: readonly GiveBackHolder[];
  readonly fact?: Partial<PurchaseFact>;
  readonly number?: string;
  /** It is looked at so often in one attempt. */
  readonly looks?: number;
}

/** What a refund is known by, and how often its history's list was read. */
async function known({ detail, list = [], holders = [], fact, number = NUMBER, looks = 1 }: Told) {
  let reads = 0;
  const books: Pick<HistoryBooks, 'detailOf' | 'pages'> = {
    detailOf: async () => detail,
    async *pages() {
      reads += 1;
      yield list;
    },
  };
  const withRefund = createRefundInHistory({
    ...{ books, listed: createListedUnder(books), holdersOf: async () => holders },
    absence: { mayAskAgain: () => true },
  });
  const look = () => withRefund({ ...KEY, partnerRefundNo: number }, { ...FACT, ...fact });
  const seen: PurchaseFact = await new MockActivityEnvironment().run(async () => {
    for (let more = 1; more < looks; more++) await look();
    return look();
  });
  return { refund: seen.refunds[number]?.status, doubt: seen.doubt, reads };
}

const HOLDER = { workflowId: 'authorized-purchase/AUT-1' };

describe('a refund in the history', () => {
  for (const [what, told, refund] of [
    ['that is done', { detail: REFUND }, 'success'],
    ['that DOKU works on', { detail: entry({ status: 'INIT' }) }, 'pending'],
    ['that DOKU gave up', { detail: entry({ status: 'CLOSED' }) }, 'failed'],
    ['of which DOKU says what nobody knows', { detail: entry({ status: 'HELD' }) }, 'unknown'],
    ['that is a void', { detail: entry({ type: 'VOID' }) }, undefined],
    ['that is not there', {}, undefined],
    ['that only its list has', { list: [REFUND] }, 'success'],
    ['beside a void', { detail: entry({ type: 'VOID' }), list: [REFUND] }, 'success'],
    ['beside one given up', { detail: entry({ status: 'CLOSED' }), list: [REFUND] }, 'success'],
    ["under its order's own number", { list: [entry({ partnerReferenceNo: 'INV-1' })] }, 'success'],
  ] as const)
    test(what, async () => {
      const number = what.startsWith('under') ? 'INV-1' : NUMBER;
      const seen = await known({ ...told, number });
      assert.deepEqual([seen.refund, seen.doubt], [refund, undefined]);
    });

  test('that was made before its purchase was paid is of another one', async () => {
    const old = entry({ dateTime: '2026-03-02T09:59:00+07:00' });
    const { refund, doubt } = await known({ detail: old });
    assert.deepEqual([refund, doubt], [undefined, undefined]);
    const both = await known({ detail: old, list: [REFUND, old] });
    assert.equal(both.refund, 'success');
  });

  test("that may be another journey's is a doubt, and no absence", async () => {
    const { refund, doubt } = await known({ detail: REFUND, list: [REFUND], holders: [HOLDER] });
    assert.equal(refund, undefined);
    assert.match(doubt ?? '', /REFUND of 4000\.00 .* may be that of authorized-purchase\/AUT-1/);
  });

  for (const isListLate of [false, true])
    test(`is one of two where another journey has the other${isListLate ? ', which alone is listed yet' : ''}`, async () => {
      const other = entry({ dateTime: '2026-03-02T11:00:00+07:00' });
      const list = isListLate ? [other] : [REFUND, other];
      const { refund } = await known({ detail: REFUND, list, holders: [HOLDER] });
      assert.equal(refund, 'success');
    });

  test('is told from what another journey gave back by the amount', async () => {
    const holders = [{ ...HOLDER, amount: '9000.00' }];
    const theirs = entry({ amount: '9000.00' });
    assert.equal((await known({ detail: REFUND, holders, list: [REFUND] })).refund, 'success');
    const { refund, doubt } = await known({ detail: theirs, holders, list: [theirs] });
    assert.deepEqual([refund, doubt], [undefined, undefined]);
  });

  test('that the status does not list beside others is a doubt', async () => {
    const others = { 'REF-0': { status: 'success', amount: '1000.00' } } as const;
    const { refund, doubt } = await known({ detail: REFUND, fact: { refunds: others } });
    assert.equal(refund, undefined);
    assert.match(doubt ?? '', /does not list beside others/);
    const unnamed = { refunds: { '': others['REF-0'] }, unnamedRefunds: [{ status: 'success' }] };
    const listed = await known({ detail: REFUND, fact: unnamed as Partial<PurchaseFact> });
    assert.equal(listed.refund, 'success');
  });

  test('is looked for in the list once an attempt', async () => {
    assert.equal((await known({ looks: 2 })).reads, 1);
  });

  test('that is down is asked again, and does not hold the status up for long', async () => {
    const down = async () => {
      throw ApplicationFailure.retryable('DOKU gave no clear answer', 'Unanswered');
    };
    const told = (mayAskAgain: boolean) =>
      createRefundInHistory({
        ...{ books: { detailOf: down }, listed: down, holdersOf: async () => [] },
        absence: { mayAskAgain: () => mayAskAgain },
      })({ ...KEY, partnerRefundNo: NUMBER }, FACT);
    await assert.rejects(told(true), { type: 'Unanswered' });
    assert.deepEqual((await told(false)).refunds, {});
  });
});
