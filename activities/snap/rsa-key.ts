/**
 * Keys in PEM as settings: what one is that cannot be used, and what to do. Mistakes are sentences to be put after
 * the setting's name; none holds its value.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { mistakeAround } from './credential-text.js';

/** SNAP's signature is RSA's, and keys below it can be broken (NIST SP 800-131A). */
const LEAST_BITS = 2_048;
const LEAST_EXPONENT = 3n;

const MAKE_ONE =
  'make one with "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048" and register its public half at DOKU';
const ASK_DOKU = "give the RSA public key that DOKU's dashboard shows";

/** What a PEM block says that it is, by its label. */
const LABEL = /-----BEGIN ([A-Z0-9 ]{1,40})-----/g;
const labelsIn = (pem: string) => [...pem.matchAll(LABEL)].map(([, label = '']) => label);

/** @returns why it is no key that can sign for the merchant, if it is none. */
export function mistakeInPrivateKey(pem: string): string | undefined {
  const layout = mistakeInLayout(pem);
  if (layout !== undefined) return layout;
  try {
    return mistakeInKind(createPrivateKey(pem), MAKE_ONE);
  } catch {
    return notPrivate(pem);
  }
}

/** @returns why it is no key that can verify DOKU's signatures, if it is none. */
export function mistakeInPublicKey(pem: string): string | undefined {
  const layout = mistakeInLayout(pem);
  if (layout !== undefined) return layout;
  const labels = labelsIn(pem);
  // Node would take the public half out of either.
  if (labels.some((label) => label.endsWith('PRIVATE KEY')))
    return `is a private key: ${ASK_DOKU}, and leave private keys to their owner`;
  if (labels.includes('CERTIFICATE'))
    return 'is a certificate: take its key with "openssl x509 -in FILE -noout -pubkey"';
  try {
    return mistakeInKind(createPublicKey(pem), ASK_DOKU);
  } catch {
    return 'must be an RSA public key in PEM';
  }
}

/** Whether they are one key, or the halves of one. Both must be without mistakes. */
export const areOfOneKey = (onePem: string, otherPem: string): boolean =>
  createPublicKey(onePem).equals(createPublicKey(otherPem));

function mistakeInLayout(pem: string): string | undefined {
  // A key's text ends with a line break of its own.
  const around = mistakeAround(pem.replace(/(?:\r?\n){1,4}$/, ''));
  if (around !== undefined) return around;
  if (!pem.includes('-----BEGIN ')) return undefined;
  if (pem.includes('\\n'))
    return 'has \\n in it where its lines end: give it with line breaks, or as a file';
  return /[\r\n]/.test(pem)
    ? undefined
    : 'has lost its line breaks: give it with them, or as a file';
}

function notPrivate(pem: string): string {
  const labels = labelsIn(pem);
  if (labels.includes('ENCRYPTED PRIVATE KEY') || pem.includes('Proc-Type: 4,ENCRYPTED'))
    return 'is encrypted, and nobody is there to type its passphrase: decrypt it with "openssl pkey -in FILE -out FILE"';
  if (labels.includes('OPENSSH PRIVATE KEY'))
    return 'is a key in OpenSSH\'s form: convert it with "ssh-keygen -p -m PKCS8 -f FILE"';
  if (labels.some((label) => label.endsWith('PUBLIC KEY')))
    return 'is a public key: give the private key that it belongs to';
  if (labels.includes('CERTIFICATE'))
    return 'is a certificate: give the private key that it was made for';
  return 'must be an RSA private key in PEM';
}

function mistakeInKind(key: KeyObject, remedy: string): string | undefined {
  if (key.asymmetricKeyType === 'rsa-pss')
    return `is an RSA-PSS key, which cannot make SNAP's signature: ${remedy}`;
  if (key.asymmetricKeyType !== 'rsa')
    return `is a key of type ${key.asymmetricKeyType?.toUpperCase()}, and SNAP's signature is RSA's: ${remedy}`;
  const { modulusLength: bits = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  // Anybody's text is a signature by an exponent of one.
  if (publicExponent < LEAST_EXPONENT)
    return `is RSA with the public exponent ${publicExponent}, which proves nothing: ${remedy}`;
  return bits < LEAST_BITS
    ? `is RSA of ${bits} bits, and at least ${LEAST_BITS} are safe: ${remedy}`
    : undefined;
}
