import crypto from 'node:crypto';
import { promisify } from 'node:util';
import type { SandboxSettings } from './settings.js';

/** The one merchant that the sandbox knows, with DOKU's own key pair. */
export interface Merchant {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authCodeSecret: string;
  readonly publicKey: crypto.KeyObject;
  /** Present when the pair was generated here. */
  readonly privateKeyPem: string | undefined;
  readonly name: string;
}

/** DOKU's own identity, and that of the merchant it knows. */
export interface Identities {
  readonly merchant: Merchant;
  readonly privateKey: crypto.KeyObject;
}

export async function identitiesOf(settings: SandboxSettings): Promise<Identities> {
  const [merchantPair, dokuPair] = await Promise.all([
    settings.merchantPublicKey ? undefined : rsaPair(),
    settings.dokuPrivateKey ? undefined : rsaPair(),
  ]);
  return {
    merchant: merchantOf(settings, merchantPair),
    privateKey: crypto.createPrivateKey(settings.dokuPrivateKey ?? (dokuPair as Pair).privateKey),
  };
}

function merchantOf(settings: SandboxSettings, pair: Pair | undefined): Merchant {
  return {
    clientId: settings.clientId ?? `BRN-${crypto.randomInt(1_000, 10_000)}-${Date.now()}`,
    clientSecret: settings.clientSecret ?? `SK-${crypto.randomBytes(18).toString('base64url')}`,
    authCodeSecret: settings.authCodeSecret ?? crypto.randomBytes(16).toString('hex'),
    publicKey: crypto.createPublicKey(settings.merchantPublicKey ?? (pair as Pair).publicKey),
    privateKeyPem: pair?.privateKey,
    name: settings.merchantName,
  };
}

type Pair = Awaited<ReturnType<typeof rsaPair>>;

/** Beside the event loop: half a second of it would make others' calls time out. */
const rsaPair = () =>
  promisify(crypto.generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
