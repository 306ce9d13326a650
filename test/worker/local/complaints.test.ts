import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaintsTo } from '../../../worker/local/complaints.js';
import { createLogger } from '../../../worker/logger.js';

test('what is complained of is told in a line for people, once a minute', () => {
  let nowMs = 0;
  const told: string[] = [];
  const destination = complaintsTo(
    (line) => told.push(line),
    () => nowMs,
  );
  const logger = createLogger({ level: 'error', destination });
  const error = Object.assign(new Error('payload key "local" does not fit'), {
    name: 'WrongPayloadKeyError',
  });
  for (let again = 0; again < 3; again++) logger.error({ error, runId: `${again}` }, 'Failed');
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /^Failed: payload key "local" does not fit: whoever began this/);
  logger.error('away');
  assert.deepEqual(told.slice(1), ['away']);
  nowMs += 60_000;
  logger.error({ error }, 'Failed');
  assert.equal(told.length, 3);
});
