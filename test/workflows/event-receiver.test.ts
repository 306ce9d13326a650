import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAnswer } from '../../workflows/mechanisms/event-receiver.js';

const encodedAttributes = { data: new Uint8Array([1]) };
const isAnswered = (result: object) => isAnswer({ resolveActivity: { result } });

describe('whether a worker has said if there is a receiver of events', () => {
  test('it has by a result, and by what it says of a failure', () => {
    assert.equal(isAnswered({ completed: { result: { data: null } } }), true);
    assert.equal(isAnswered({ failed: { failure: { encodedAttributes } } }), true);
    assert.equal(isAnswered({ failed: { failure: { cause: { encodedAttributes } } } }), true);
  });

  test('it has not where time ran out, or nothing came', () => {
    assert.equal(isAnswered({ failed: { failure: { cause: {} } } }), false);
    assert.equal(isAnswered({ cancelled: {} }), false);
    assert.equal(isAnswer({}), false);
  });
});
