import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLogger, temporalLogger } from '../../worker/logger.js';

describe('the log', () => {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
  });
  const SECRETS = [
    'eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln',
    'siti@example.com',
    '+6281234567890',
    '081234567890',
    '987654',
  ];

  test('shows named fields and drops all others, whatever is passed', () => {
    logger.info(
      { workflowId: 'purchase/INV-1', otp: '987654', body: { phoneNo: '081234567890' } },
      'asked',
    );
    assert.match(lines.at(-1) ?? '', /"workflowId":"purchase\/INV-1".*"message":"asked"/);
  });

  test('shows no controls, and no marks that turn the direction of what follows', () => {
    logger.warn({ workflowType: 'a\u001b[0m\u009b31mb\u202ec' }, 'd\u0085e\u2066f');
    assert.doesNotMatch(JSON.parse(lines.at(-1) ?? '').workflowType, /[\p{Cc}\u202e]/u);
    assert.match(lines.at(-1) ?? '', /"message":"d\ufffde\ufffdf"/);
  });

  test('masks tokens, e-mail addresses and phone numbers in messages and errors', () => {
    logger.warn(`for siti@example.com at +6281234567890 with Bearer ${SECRETS[0]}`);
    logger.error(
      { error: new Error('no 081234567890', { cause: new Error('siti@example.com') }) },
      'failed',
    );
    temporalLogger(logger, 'info').error('Activity failed', {
      error: new Error(SECRETS[0]),
      activityType: 'verifyOtp',
      otp: '987654',
    });
    assert.match(lines.at(-1) ?? '', /"activityType":"verifyOtp"/);
  });

  test('so nothing secret is in any line', () => {
    assert.equal(lines.length, 5);
    for (const secret of SECRETS) assert.ok(!lines.join('').includes(secret), secret);
  });
});
