import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import {
  asymmetricSignature,
  symmetricSignature,
  verifyAsymmetricSignature,
  verifySymmetricSignature,
} from '../../../activities/snap/signature.js';
import { namesAccount } from '../../../activities/snap/token-account.js';
import { tokenExpiry } from '../../../activities/snap/token-expiry.js';
import { doorOf } from '../door.js';
import { change, changed, oddText, oddValue } from '../texts.js';

const TIME = '2026-01-01T00:00:00+07:00';
const REQUEST = {
  method: 'POST',
  path: '/a',
  accessToken: 't',
  timestamp: TIME,
  clientSecret: 's',
};
const YEAR_MS = 366 * 86_400_000;

/** Signatures and tokens, which outsiders may write as they like. */
export const signatures = doorOf('signatures and tokens', 9, async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const asymmetric = asymmetricSignature({ clientId: 'c', timestamp: TIME, privateKey });
  return {
    inputs: fc.record({
      body: oddValue(['a', 'accountId']),
      change,
      signature: oddText,
      expiry: oddText,
    }),
    takes: ({ body: value, change: how, signature, expiry }) => {
      const body = JSON.stringify(value);
      const genuine = symmetricSignature({ ...REQUEST, body });
      assert.ok(verifySymmetricSignature({ ...REQUEST, body, signature: genuine }));
      const other = changed(body, how);
      const isSame = isSameJson(body, other);
      const isTaken = verifySymmetricSignature({ ...REQUEST, body: other, signature: genuine });
      assert.ok(!isTaken || isSame, 'a body was taken that was not signed');
      assert.ok(!verifySymmetricSignature({ ...REQUEST, body, signature }));
      assert.ok(
        !verifyAsymmetricSignature({ clientId: 'c', timestamp: TIME, publicKey, signature }),
      );
      assert.ok(
        signature === 'c' ||
          !verifyAsymmetricSignature({
            clientId: signature,
            timestamp: TIME,
            publicKey,
            signature: asymmetric,
          }),
      );
      const until = Date.parse(tokenExpiry(expiry, 0));
      assert.ok(until > 0 && until < YEAR_MS);
      namesAccount(`a.${Buffer.from(other).toString('base64url')}.c`, '1');
      namesAccount(expiry, '1');
    },
  };
});

/** Blanks and escapes may differ. */
function isSameJson(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return false;
  }
}
