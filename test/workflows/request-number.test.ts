import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestNumber } from '../../workflows/mechanisms/request-number.js';

test('the number of a request is of nobody else, and the same each time', () => {
  const opening = { journey: 'open', customerId: 'customer-1', reference: 'open-1' } as const;
  const numbers = [
    requestNumber(opening, 1),
    requestNumber(opening, 2),
    requestNumber({ ...opening, customerId: 'customer-2' }, 1),
    requestNumber({ ...opening, reference: 'open-2' }, 1),
    requestNumber({ ...opening, journey: 'close' }, 1),
  ];
  assert.equal(new Set(numbers).size, numbers.length);
  assert.equal(requestNumber({ ...opening }, 1), numbers[0]);
});
