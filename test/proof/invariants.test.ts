import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BookEntry, Books, Claim } from './claims.js';
import { violations } from './invariants.js';

const wallet = (amount: string) => [
  { account: 'customer:1', amount },
  {
    account: 'merchant:receivable',
    amount: amount.startsWith('-') ? amount.slice(1) : `-${amount}`,
  },
];
const books = (entries: BookEntry[], overrides: Partial<Books> = {}): Books => ({
  entries,
  sum: '0.00',
  boundAccounts: new Set(),
  ...overrides,
});
const paid: Claim = {
  journey: 'purchase',
  accountId: '1',
  amount: '10000.00',
  result: {
    partnerReferenceNo: 'INV-1',
    amount: { value: '10000.00', currency: 'IDR' },
    outcome: 'paid',
    reason: 'merchant-acknowledged',
  },
};
const debit: BookEntry = {
  type: 'purchase',
  partnerReferenceNo: 'INV-1',
  legs: wallet('-10000.00'),
};

const batch: Claim = {
  journey: 'topUpBatch',
  accountId: '1',
  rows: [
    {
      partnerReferenceNo: 'TOP-1',
      customerId: 'c',
      amount: { value: '100.00', currency: 'IDR' },
      outcome: 'completed',
    },
  ],
  result: {
    batchReference: 'b',
    outcome: 'finished',
    rows: 1,
    counts: { completed: 1, failed: 0, insufficientFunds: 0, cancelled: 0 },
  },
};
const credit: BookEntry = { type: 'topUp', partnerReferenceNo: 'TOP-1', legs: wallet('100.00') };

describe('the invariants', () => {
  test('hold for a payment and a batch that the ledger shows', () => {
    assert.deepEqual(violations([paid], books([debit])), []);
    assert.deepEqual(violations([batch], books([credit])), []);
  });

  const broken: readonly (readonly [string, readonly Claim[], Books, RegExp])[] = [
    ['1: a reference debited twice', [paid], books([debit, debit]), /^1: purchase INV-1 moved 2/],
    ['2: paid without a debit', [paid], books([]), /^2: purchase ended paid/],
    [
      '2: a debit that nobody speaks of',
      [paid],
      books([debit, { ...debit, partnerReferenceNo: 'INV-2' }]),
      /^2: purchase INV-2 is nobody's/,
    ],
    [
      '2: unbound while bound',
      [
        {
          journey: 'closeAccount',
          accountId: '1',
          result: { customerId: 'c', outcome: 'unbound' },
        },
      ],
      books([], { boundAccounts: new Set(['1']) }),
      /^2: closeAccount ended unbound, but is still bound/,
    ],
    [
      '4: acknowledged and reversed',
      [paid],
      books([debit, { ...debit, type: 'purchaseCancel', legs: wallet('10000.00') }]),
      /^4: .*acknowledged and reversed/,
    ],
    ['2: a completed row without its credit', [batch], books([]), /^2: row TOP-1 ended completed/],
    ['1: a row credited twice', [batch], books([credit, credit]), /^1: topUp TOP-1 moved 2/],
    [
      '2: a count that is not that of the rows',
      [{ ...batch, rows: [] }],
      books([]),
      /^2: topUpBatch counts 1 of 0 rows/,
    ],
    ['5: money out of nowhere', [], books([], { sum: '1.00' }), /^5: the ledger sums to 1\.00/],
  ];
  for (const [name, claims, shown, expected] of broken) {
    test(`find ${name}`, () => {
      const found = violations(claims, shown);
      assert.ok(
        found.some((line) => expected.test(line)),
        found.join('; '),
      );
    });
  }
});
