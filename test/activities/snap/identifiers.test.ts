import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { describe, test } from 'node:test';
import { newExternalId } from '../../../activities/snap/external-id.js';
import { decryptAuthCode, jakartaTime } from '../../../activities/snap/index.js';
import { tokenExpiry } from '../../../activities/snap/token-expiry.js';

describe('X-EXTERNAL-ID', () => {
  test('is numeric, at most 36 long, of the day in Jakarta, and never the same', () => {
    const timestamp = jakartaTime(new Date('2026-11-24T18:30:00Z'));
    const ids = Array.from({ length: 50_000 }, () => newExternalId(timestamp));
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^20261125\d{24}$/);
  });
});

describe('time', () => {
  test('is written with the offset of Jakarta and without milliseconds', () => {
    assert.equal(jakartaTime(new Date('2024-12-31T17:00:00.999Z')), '2025-01-01T00:00:00+07:00');
  });
});

describe("a token's end", () => {
  test('is read in every form that DOKU writes, and is the documented session where it is none', () => {
    const askedAt = Date.parse('2026-11-24T10:00:00Z');
    const inAQuarter = '2026-11-24T10:15:00.000Z';
    for (const given of [
      '900',
      '2026-11-24T17:15:00+07:00',
      '2026-11-24T17:15:00',
      '2026-11-24 17:15:00.000',
      '2026-11-24T17:15:00+07',
      '2026-11-24T17:15:00+0700',
      '2026-11-24T10:15:00Z',
      String(Date.parse(inAQuarter) / 1_000),
      String(Date.parse(inAQuarter)),
      '900.0',
      '9e2',
      undefined,
      'soon',
      '-5',
      '0',
      '1999-01-01T00:00:00Z',
      '9'.repeat(30),
    ])
      assert.equal(tokenExpiry(given, askedAt), inAQuarter, given);
    assert.equal(tokenExpiry('60', askedAt), '2026-11-24T10:01:00.000Z');
  });
});

describe('authCode', () => {
  test('is decrypted with a key of either size', () => {
    const plain = 'cfb5de1a-6a40-40e0-8549-0634bcaed8ed';
    assert.equal(
      decryptAuthCode(
        'DYLupksnruguz2eQ/nD19uscuJQ6L0nU3Jz94262ltzwkf1tRcYSyrTfRj2BBkgR',
        '0123456789abcdef0123456789abcdef',
      ),
      plain,
    );
    assert.equal(
      decryptAuthCode(
        'K9oOJQ1iLubtuWGwbJ1Z+MtecFMz9HvvMj0r+pR/6hZaSzJ7nx3igSCb2wwohpF/',
        '0123456789abcdef',
      ),
      plain,
    );
    assert.throws(() => decryptAuthCode('AAAA', 'short'), RangeError);
    assert.throws(() => decryptAuthCode('AAAA', '0123456789abcdef'));
  });

  test('is decrypted by whichever of two secrets it is of, also where the other one’s padding looks right', () => {
    const codeOf = (secret: string, text: string) => {
      const cipher = createCipheriv('aes-128-ecb', secret, null);
      return Buffer.concat([cipher.update(text), cipher.final()]).toString('base64');
    };
    const secrets = ['0123456789abcdef', 'fedcba9876543210'] as const;
    for (const [first, second] of [secrets, secrets.toReversed()] as [string, string][])
      for (let code = 0; code < 1_000; code += 1)
        assert.equal(
          decryptAuthCode(codeOf(secrets[0], `code-${code}`), first, second),
          `code-${code}`,
        );
    assert.throws(() => decryptAuthCode(codeOf('another-secret-1', 'code'), ...secrets));
  });
});
