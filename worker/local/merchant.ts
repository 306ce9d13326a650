/**
 * The merchant and the DOKU that a local stack makes up: credentials and keys of both sides.
 *
 * @module
 */
import { createPublicKey, generateKeyPair, randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import * as z from 'zod';
import { keyEntrySchema, newKey } from '../../gateway/access/keys.js';
import { SCOPES } from '../../gateway/access/scopes.js';
import type { SandboxOptions } from '../../sandbox/doku/settings.js';

/** Of one stack. Private keys are PEM. */
export const localSecretsSchema = z.strictObject({
  clientId: z.string(),
  clientSecret: z.string(),
  authCodeSecret: z.string(),
  merchantPrivateKey: z.string(),
  dokuPrivateKey: z.string(),
  /** As `PAYLOAD_KEYS` has them, the active one first. */
  payloadKeys: z.string(),
  codecToken: z.string(),
  /** Of the gateway: the key, and what the gateway knows of it. */
  apiKey: z.strictObject({ key: z.string(), entry: keyEntrySchema }),
});

export type LocalSecrets = z.output<typeof localSecretsSchema>;

/** @param payloadKeys - made up where none are given. */
export async function newSecrets(payloadKeys?: string): Promise<LocalSecrets> {
  const [merchantPrivateKey, dokuPrivateKey] = await Promise.all([rsaKey(), rsaKey()]);
  return {
    clientId: `BRN-${randomInt(1_000, 10_000)}-${Date.now()}`,
    clientSecret: `SK-${randomBytes(18).toString('base64url')}`,
    authCodeSecret: randomBytes(16).toString('hex'),
    merchantPrivateKey,
    dokuPrivateKey,
    payloadKeys: payloadKeys ?? newPayloadKey(),
    codecToken: newToken(),
    apiKey: newKey({ id: 'development', scopes: [...SCOPES] }),
  };
}

export const newPayloadKey = () => `local:${randomBytes(32).toString('base64')}`;

export const newToken = () => randomBytes(24).toString('base64url');

/** What the sandbox is told of them. */
export const sandboxOptionsOf = (secrets: LocalSecrets) =>
  ({
    clientId: secrets.clientId,
    clientSecret: secrets.clientSecret,
    authCodeSecret: secrets.authCodeSecret,
    merchantPublicKey: publicKeyOf(secrets.merchantPrivateKey),
    dokuPrivateKey: secrets.dokuPrivateKey,
  }) satisfies SandboxOptions;

export const publicKeyOf = (privateKey: string): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();

const rsaKey = async () => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
};
