/**
 * SNAP's two signatures as pure functions, for this client and for merchants' own use. None throws, whatever it is
 * given, and an empty secret neither signs nor verifies anything.
 *
 * @module
 */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type Hmac,
  KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { signedForms } from './signed-forms.js';

/** Text, which stands for its bytes in UTF-8, or bytes as they are. */
type TextOrBytes = string | Uint8Array;

/** A key in PEM, or parsed once: parsing PEM costs twice the signature itself. */
type Key = KeyObject | TextOrBytes;

export interface AsymmetricSignatureInput {
  readonly clientId: string;
  /** The exact text of the `X-TIMESTAMP` header. */
  readonly timestamp: string;
  readonly privateKey: Key;
}

/**
 * The `X-SIGNATURE` of the token endpoints: RSASSA-PKCS1-v1_5 with SHA-256 over `clientId|timestamp`
 * (SNAP security standard; doku-api §4.1).
 *
 * @returns Base64 without line breaks; nothing where the key is none of RSA's.
 */
export function asymmetricSignature(input: AsymmetricSignatureInput): string | undefined {
  return unlessThrown(() => {
    const key = rsaIn(input.privateKey, createPrivateKey);
    return key && sign('sha256', asymmetricText(input), key).toString('base64');
  });
}

export interface AsymmetricVerificationInput {
  readonly clientId: string;
  readonly timestamp: string;
  readonly publicKey: Key;
  readonly signature: GivenSignature;
}

/** Whether the signature is the key holder's, written in the one canonical form of Base64. */
export function verifyAsymmetricSignature(input: AsymmetricVerificationInput): boolean {
  const isGenuine = unlessThrown(() => {
    const key = rsaIn(input.publicKey, createPublicKey);
    const given = signatureBytes(input.signature);
    return key && given && verify('sha256', asymmetricText(input), key, given);
  });
  return isGenuine ?? false;
}

function asymmetricText({ clientId, timestamp }: { clientId: string; timestamp: string }): Buffer {
  return Buffer.from([clientId, timestamp].map(asText).join('|'));
}

/** The key, if it is one that RSASSA-PKCS1-v1_5 takes. */
function rsaIn(key: Key, parsed: (pem: string | Buffer) => KeyObject): KeyObject | undefined {
  const object = key instanceof KeyObject ? key : parsed(asPem(key));
  return object.asymmetricKeyType === 'rsa' ? object : undefined;
}

const asPem = (key: TextOrBytes) => (typeof key === 'string' ? key : Buffer.from(key));

export interface SymmetricSignatureInput {
  /** HTTP method in upper case. */
  readonly method: string;
  /** Path with its query string, if any; no scheme, no host. */
  readonly path: string;
  /** The B2B token without `Bearer `, also on endpoints that carry a customer token. */
  readonly accessToken: string;
  /** Exactly what is sent, or what was received. */
  readonly body: TextOrBytes;
  /** The exact text of the `X-TIMESTAMP` header. */
  readonly timestamp: string;
  readonly clientSecret: TextOrBytes;
}

/**
 * The `X-SIGNATURE` of all other endpoints: HMAC-SHA512 over
 * `METHOD:path:token:sha256hex(body):timestamp` (SNAP security standard; doku-api §4.2).
 *
 * @returns Base64 without line breaks; nothing where the secret is empty or a part is missing.
 */
export function symmetricSignature(input: SymmetricSignatureInput): string | undefined {
  return unlessThrown(() => hmac(input, input.body).digest('base64'));
}

/**
 * Whether the signature is the secret holder's, written in the one canonical form of Base64, and compared in constant time.
 * Accepts the hash of the body as received and of its other {@link signedForms | forms} that mean the same. A body that
 * names a member twice is refused: what was signed could be read in two ways. Of bytes that are no UTF-8, only the bytes
 * themselves can have been signed.
 */
export function verifySymmetricSignature(
  input: SymmetricSignatureInput & { readonly signature: GivenSignature },
): boolean {
  return unlessThrown(() => isOfTheSecret(input, signatureBytes(input.signature))) ?? false;
}

function isOfTheSecret(input: SymmetricSignatureInput, given: Buffer | undefined): boolean {
  if (given === undefined) return false;
  // Every candidate is compared, so that the time taken does not tell which one matched.
  let matches = false;
  for (const candidate of signedForms(input.body)) {
    const expected = hmac(input, candidate).digest();
    if (expected.length === given.length && timingSafeEqual(expected, given)) matches = true;
  }
  return matches;
}

/** @returns nothing where the same bytes would be written otherwise: one signature has one name. */
function bytesOf(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}

function hmac(input: SymmetricSignatureInput, body: TextOrBytes): Hmac {
  const { method, path, accessToken, timestamp, clientSecret } = input;
  if (clientSecret.length === 0) throw new RangeError('an empty secret is anybody’s');
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const signed = [method, path, accessToken, bodyHash, timestamp].map(asText).join(':');
  return createHmac('sha512', clientSecret).update(signed);
}

/** As it came in a header: Base64, or the bytes that it stands for. An absent one is nobody's. */
type GivenSignature = TextOrBytes | undefined;

const signatureBytes = (signature: GivenSignature) =>
  typeof signature === 'string' ? bytesOf(signature) : Buffer.from(signature ?? []);

/** A part that is missing must not be signed as the word "undefined". */
function asText(part: unknown): string {
  if (typeof part !== 'string') throw new TypeError('must be text');
  return part;
}

/** Callers check what comes from anywhere: what cannot be signed or verified is simply not. */
function unlessThrown<Value>(attempt: () => Value): Value | undefined {
  try {
    return attempt();
  } catch {
    return undefined;
  }
}
