import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';

/** Both halves of a key pair in PEM, made for one run. */
export interface PemPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

const inPem = ({ privateKey, publicKey }: KeyPairKeyObjectResult): PemPair => ({
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
});

export const rsaPair = (modulusLength = 2048): PemPair =>
  inPem(generateKeyPairSync('rsa', { modulusLength }));

/** As `openssl genrsa -traditional` writes it. */
export function rsaPairInPkcs1(): PemPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  };
}

export const pssPair = (): PemPair =>
  inPem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }));

export const ecPair = (): PemPair => inPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }));

export function encryptedPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'made up' })
    .toString();
}
