/**
 * Keys in PEM that a sandbox is told: what cannot work is refused with what it is.
 *
 * @module
 */
import crypto from 'node:crypto';
import { mistakeAround, textWithout } from './texts.js';

const LEAST_BITS = 2_048;

/** The private key that it belongs to tells it too. */
export const publicKeySchema = textWithout(
  (pem) => mistakeInLayout(pem) ?? mistakeInKey(() => crypto.createPublicKey(pem), 'public'),
);

export const privateKeySchema = textWithout(
  (pem) =>
    mistakeInLayout(pem) ??
    notPrivate(pem) ??
    mistakeInKey(() => crypto.createPrivateKey(pem), 'private'),
);

/** Whether both are halves of one pair, or the same half. Both must be without mistakes. */
export const areOfOnePair = (one: string, other: string): boolean =>
  crypto.createPublicKey(one).equals(crypto.createPublicKey(other));

/** A key's text ends with a line break of its own. */
const mistakeInLayout = (pem: string) => mistakeAround(pem.replace(/(?:\r?\n){1,4}$/, ''));

function notPrivate(pem: string): string | undefined {
  if (/ENCRYPTED PRIVATE KEY-|Proc-Type: 4,ENCRYPTED/.test(pem))
    return 'is encrypted: decrypt it with "openssl pkey -in FILE -out FILE"';
  if (pem.includes('PRIVATE KEY-')) return undefined;
  if (pem.includes('PUBLIC KEY-'))
    return 'is a public key: give the private key that it belongs to';
  if (pem.includes('CERTIFICATE-'))
    return 'is a certificate: give the private key that it was made for';
  return undefined;
}

function mistakeInKey(
  keyOf: () => crypto.KeyObject,
  half: 'public' | 'private',
): string | undefined {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = keyOf();
    if (asymmetricKeyType !== 'rsa')
      return `is a key of type ${asymmetricKeyType?.toUpperCase()}: give one of RSA`;
    const bits = asymmetricKeyDetails?.modulusLength ?? 0;
    return bits < LEAST_BITS ? `is RSA of ${bits} bits: give one of ${LEAST_BITS}` : undefined;
  } catch {
    return `must be an RSA ${half} key in PEM`;
  }
}
