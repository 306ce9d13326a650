import { createDecipheriv } from 'node:crypto';

/** A code goes into a URL; what another key makes of it hardly ever looks so, though it may happen to end as padding does. */
const LEGIBLE = /^[\x21-\x7e]+$/;

/**
 * Decrypts `additionalInfo.authCode` of Account Inquiry: Base64 of AES-ECB with PKCS#7 padding, keyed by the
 * UTF-8 bytes of the authCode secret (doku-api §3.2). Never for the plain code of the binding page's return.
 *
 * @param second - another secret, during a rotation: nothing but what comes out tells which of them DOKU has used.
 * @throws RangeError when the secret is not 16, 24 or 32 bytes long; Error when the code is not of this key.
 */
export function decryptAuthCode(encrypted: string, secret: string, second?: string): string {
  if (second === undefined) return decrypted(encrypted, secret);
  try {
    const code = decrypted(encrypted, secret);
    if (LEGIBLE.test(code)) return code;
  } catch (error) {
    if (error instanceof RangeError) throw error;
  }
  return decrypted(encrypted, second);
}

function decrypted(encrypted: string, secret: string): string {
  const key = Buffer.from(secret);
  if (![16, 24, 32].includes(key.length)) {
    throw new RangeError('the authCode secret must be 16, 24 or 32 bytes long');
  }
  const decipher = createDecipheriv(`aes-${key.length * 8}-ecb`, key, null);
  return Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]).toString('utf8');
}
