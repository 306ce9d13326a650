import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HistoryEntries } from '../../../activities/reconciliation/history-entries.js';
import { Known, type Movement } from '../../../activities/reconciliation/known-references.js';
import type { Answer, HistoryEntry, HistoryPage } from '../../../contract/reads.js';

const RANGE = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };

const entry = (type: string, partnerReferenceNo: string, amount = '5000.00'): HistoryEntry => ({
  dateTime: '2026-11-01T10:00:00+07:00',
  status: 'SUCCESS',
  type,
  amount,
  partnerReferenceNo,
});

/** @param histories - by account; that of now is `now`. One that is not there is not bound any more. */
function searched(
  histories: Readonly<Record<string, readonly HistoryEntry[]>>,
  learn: (known: Known) => void,
  formerAccounts: readonly string[] = [],
) {
  const known = new Known();
  learn(known);
  const entries = new HistoryEntries({
    doku: { ask: (question) => question() },
    history: {
      readHistoryPage: async ({ accountId = 'now' }): Promise<Answer<HistoryPage>> => {
        const found = histories[accountId];
        return found
          ? { kind: 'answer', response: { entries: found, isLast: true } }
          : { kind: 'refused', refusal: 'not-bound' };
      },
    },
    known: { ofCustomer: async () => known, find: async () => false },
    formerAccounts: async () => formerAccounts,
  });
  return entries.search('customer-1', RANGE);
}

const told = ({ kind, partnerReferenceNo, doku }: Record<string, unknown>) =>
  `${kind} ${partnerReferenceNo}: ${doku}`;

describe("a customer's history at DOKU", () => {
  test('has each movement once, or it is raised', async () => {
    const cases: [string, Movement][] = [
      ['TOP_UP', 'credit'],
      ['DISBURSMENT', 'transfer'],
      ['REFUND', 'give-back'],
      ['PAYMENT', 'payment'],
    ];
    for (const [type, movement] of cases) {
      const twice = [entry(type, 'N-1'), entry(type, 'N-1'), entry(type, 'N-2')];
      const learn = (known: Known) => {
        known.add(movement, 'N-1');
        known.add(movement, 'N-2');
      };
      const { mismatches, isUnaskable } = await searched({ now: twice }, learn);
      assert.deepEqual(mismatches.map(told), ['amount N-1: SUCCESS 5000.00, SUCCESS 5000.00']);
      assert.equal(isUnaskable, false);
    }
  });

  test('may have several of what is captured or given back under the number of what it is of', async () => {
    const both = [
      entry('PAYMENT', 'A-1'),
      entry('PAYMENT', 'A-1'),
      entry('REFUND', 'P-1'),
      entry('REFUND', 'P-1'),
    ];
    const { mismatches } = await searched({ now: both }, (known) => {
      known.add('payment', 'A-1');
      known.addRepeated('payment', 'A-1');
      known.add('give-back', 'P-1');
      known.addRepeated('give-back', 'P-1');
    });
    assert.deepEqual(mismatches, []);
  });

  test('may have a payment and what was given back under one number', async () => {
    const both = [entry('PAYMENT', 'P-1'), entry('REFUND', 'P-1')];
    const { mismatches } = await searched({ now: both }, (known) => {
      known.add('payment', 'P-1');
      known.add('give-back', 'P-1');
    });
    assert.deepEqual(mismatches, []);
  });

  test('is read of the accounts that they had before, too', async () => {
    const histories = { now: [entry('TOP_UP', 'N-1')], former: [entry('DISBURSMENT', 'N-2')] };
    const learn = (known: Known) => known.add('credit', 'N-1');
    const former = ['former', 'unbound'];
    const { mismatches, entries, isUnaskable } = await searched(histories, learn, former);
    assert.deepEqual(mismatches.map(told), ['missing-here N-2: SUCCESS 5000.00']);
    assert.deepEqual([entries, isUnaskable], [2, false]);
  });

  test('has a movement once in all of them', async () => {
    const histories = { now: [entry('TOP_UP', 'N-1')], former: [entry('TOP_UP', 'N-1')] };
    const learn = (known: Known) => known.add('credit', 'N-1');
    const { mismatches } = await searched(histories, learn, ['former']);
    assert.equal(mismatches.length, 1);
  });
});
