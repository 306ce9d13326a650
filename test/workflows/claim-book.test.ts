import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MOST_CLAIMING } from '../../contract/claimed-numbers.js';
import { ROWS_A_PART } from '../../contract/top-up-batch.js';
import { ClaimBook } from '../../workflows/claimed-numbers/claim-book.js';

const digest = (index: number) => String(index).padStart(8, '0');

describe('numbers that parts of batches claim', () => {
  test('are those of the first, until it releases them', () => {
    const book = new ClaimBook([]);
    assert.deepEqual(book.claim({ part: 'A/0', digests: [digest(1), digest(2)] }).taken, []);
    const second = book.claim({ part: 'B/0', digests: [digest(2), digest(3)] });
    assert.deepEqual([second.taken, second.others], [[digest(2)], ['A/0']]);
    assert.equal(book.claimantOf(digest(2)), 'A/0');
    assert.equal(book.claimantOf(digest(3)), 'B/0');
    book.release('A/0');
    assert.equal(book.claimantOf(digest(2)), undefined);
    book.release('B/0');
    assert.equal(book.isEmpty, true);
  });

  test('are claimed by the same part as often as it likes', () => {
    const book = new ClaimBook([]);
    const claim = { part: 'A/0', digests: [digest(1)] };
    book.claim(claim);
    assert.deepEqual(book.claim(claim), { taken: [], isFull: false, others: [] });
  });

  test('outlive a run, and take no more of it than Temporal allows', () => {
    const book = new ClaimBook([]);
    const digests = (part: number) =>
      Array.from({ length: ROWS_A_PART }, (_, row) => digest(part * ROWS_A_PART + row));
    for (let part = 0; part < MOST_CLAIMING; part++)
      book.claim({ part: `top-up-batch/${'x'.repeat(48)}/${part}`, digests: digests(part) });
    const { isFull, taken } = book.claim({ part: 'late', digests: [digest(0)] });
    assert.deepEqual([isFull, taken], [true, []]);
    assert.equal(book.claimantOf(digest(0)), `top-up-batch/${'x'.repeat(48)}/0`);
    const { kept } = book;
    assert.ok(JSON.stringify(kept).length < 1.5 * 2 ** 20, 'it is too long');
    assert.deepEqual(new ClaimBook(kept).kept, kept);
  });
});
