import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { EncryptingPayloadCodec, payloadKeysOf } from '../../../worker/temporal/encryption.js';

describe('payload keys', () => {
  const key = randomBytes(32).toString('base64');
  const other = randomBytes(32).toString('base64');
  const hexadecimal = randomBytes(32).toString('hex');
  const urlKey = randomBytes(32).toString('base64url');

  /** What is written, and what is said of it. */
  const REFUSED: readonly (readonly [string, string, RegExp])[] = [
    ['the wrong way round', `${key}:k1`, /^RangeError: key 1 is written the wrong way round/],
    [
      'the wrong way round, without padding',
      `${urlKey}:k1`,
      /^RangeError: key 1 is written the wrong way/,
    ],
    [
      'the wrong way round, in second place',
      `k1:${key},${other}:k2`,
      /^RangeError: key 2 is written the wrong way/,
    ],
    [
      'the wrong way round, in hexadecimal',
      `${hexadecimal}:k1`,
      /^RangeError: key 1 is written the wrong way/,
    ],
    [
      'the wrong way round and cut off',
      `${urlKey.slice(0, 22)}:k1`,
      /^RangeError: key 1 must be 32 bytes/,
    ],
    ['without an ID', key, /^RangeError: must be written as keyId:base64/],
    [
      'with something behind it',
      `k1:${key}:${other}`,
      /^RangeError: must be written as keyId:base64/,
    ],
    ['with something behind its padding', `k1:${key}xyz`, /^RangeError: key "k1" must be 32 bytes/],
    ['in hexadecimal', `k1:${hexadecimal}`, /^RangeError: key "k1" is written in hexadecimal/],
    [
      'all zeros',
      `k1:${Buffer.alloc(32).toString('base64')}`,
      /^RangeError: key "k1" is all zeros/,
    ],
    [
      'all zeros, in second place',
      `k1:${key},k2:${'A'.repeat(43)}`,
      /^RangeError: key "k2" is all zeros/,
    ],
    ['one ID twice', `k1:${key},k1:${other}`, /^RangeError: key 2 has the ID of another/],
    [
      'under two IDs',
      `k1:${key},k2:${other},k3:${key}`,
      /^RangeError: key 3 is another one once more/,
    ],
    ['in quotes', `"k1:${key}"`, /^RangeError: has quotes around it/],
    ['with a line break', `k1:${key}\n`, /^RangeError: has blanks or line breaks/],
    ['with a byte order mark', `\u{feff}k1:${key}`, /^RangeError: begins with a byte order mark/],
  ];
  for (const [what, text, mistake] of REFUSED) {
    test(`are refused ${what}, and never shown`, () => {
      assert.throws(
        () => payloadKeysOf(text),
        (error: Error) => {
          assert.match(String(error), mistake);
          for (const secret of [key, other, hexadecimal, urlKey])
            assert.ok(!error.message.includes(secret.slice(0, 12)));
          return true;
        },
      );
    });
  }

  test('name no key by a value that was given for its ID', () => {
    assert.throws(
      () => payloadKeysOf(`k1:${key}`, urlKey),
      /^RangeError: the active key is not among the keys$/,
    );
  });

  test('are taken in both alphabets of Base64, with blanks between them', () => {
    const { keys, activeKeyId } = payloadKeysOf(`k1:${key}, k2:${urlKey}`);
    assert.equal(activeKeyId, 'k1');
    assert.deepEqual([...keys.keys()], ['k1', 'k2']);
    assert.equal(keys.get('k2')?.toString('base64url'), urlKey);
  });

  test('of zeros encrypt nothing, however they are given', () => {
    const keys = new Map([['k1', Buffer.alloc(32)]]);
    assert.throws(
      () => new EncryptingPayloadCodec({ activeKeyId: 'k1', keys }),
      /^RangeError: payload key "k1" must not be all zeros$/,
    );
  });
});
