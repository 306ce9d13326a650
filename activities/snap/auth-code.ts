import { createDecipheriv } from 'node:crypto';

/**
 * Decrypts `additionalInfo.authCode` of Account Inquiry: Base64 of AES-ECB with PKCS#7 padding, keyed by the
 * UTF-8 bytes of the authCode secret (doku-api §3.2). Never for the plain code of the binding page's return.
 *
 * @throws RangeError when the secret is not 16, 24 or 32 bytes long; Error when the code is not of this key.
 */
export function decryptAuthCode(encrypted: string, secret: string): string {
  const key = Buffer.from(secret);
  if (![16, 24, 32].includes(key.length)) {
    throw new RangeError('the authCode secret must be 16, 24 or 32 bytes long');
  }
  const decipher = createDecipheriv(`aes-${key.length * 8}-ecb`, key, null);
  return Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]).toString('utf8');
}
