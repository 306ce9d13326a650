/**
 * SNAP's two signatures as pure functions, for this client and for merchants' own use.
 *
 * @module
 */
import {
  createHash,
  createHmac,
  type Hmac,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { signedForms } from './signed-forms.js';

export interface AsymmetricSignatureInput {
  readonly clientId: string;
  /** The exact text of the `X-TIMESTAMP` header. */
  readonly timestamp: string;
  /** PEM text, or a key parsed once: parsing PEM costs twice the signature itself. */
  readonly privateKey: KeyObject | string;
}

/**
 * The `X-SIGNATURE` of the token endpoints: RSASSA-PKCS1-v1_5 with SHA-256 over `clientId|timestamp`
 * (SNAP security standard; doku-api §4.1).
 *
 * @returns Base64 without line breaks.
 */
export function asymmetricSignature({
  clientId,
  timestamp,
  privateKey,
}: AsymmetricSignatureInput): string {
  return sign('sha256', Buffer.from(`${clientId}|${timestamp}`), privateKey).toString('base64');
}

export interface AsymmetricVerificationInput {
  readonly clientId: string;
  readonly timestamp: string;
  readonly publicKey: KeyObject | string;
  readonly signature: string;
}

/**
 * Whether the signature is the key holder's, written in the one canonical form of Base64. Never throws, whatever the
 * signature is.
 */
export function verifyAsymmetricSignature(input: AsymmetricVerificationInput): boolean {
  const { clientId, timestamp, publicKey, signature } = input;
  try {
    const given = bytesOf(signature);
    const signed = Buffer.from(`${clientId}|${timestamp}`);
    return given !== undefined && verify('sha256', signed, publicKey, given);
  } catch {
    return false;
  }
}

export interface SymmetricSignatureInput {
  /** HTTP method in upper case. */
  readonly method: string;
  /** Path with its query string, if any; no scheme, no host. */
  readonly path: string;
  /** The B2B token without `Bearer `, also on endpoints that carry a customer token. */
  readonly accessToken: string;
  /** Exactly what is sent; text stands for its UTF-8. */
  readonly body: string | Uint8Array;
  /** The exact text of the `X-TIMESTAMP` header. */
  readonly timestamp: string;
  readonly clientSecret: string;
}

/**
 * The `X-SIGNATURE` of all other endpoints: HMAC-SHA512 over
 * `METHOD:path:token:sha256hex(body):timestamp` (SNAP security standard; doku-api §4.2).
 *
 * @returns Base64 without line breaks.
 */
export function symmetricSignature(input: SymmetricSignatureInput): string {
  return hmac(input, input.body).digest('base64');
}

/**
 * Whether the signature is the secret holder's, written in the one canonical form of Base64, and compared in constant time.
 * Accepts the hash of the body as received and of its other {@link signedForms | forms} that mean the same. A body that
 * names a member twice is refused: what was signed could be read in two ways. Never throws, whatever it is given.
 */
export function verifySymmetricSignature(
  input: SymmetricSignatureInput & { readonly signature: string },
): boolean {
  const given = bytesOf(input.signature);
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

function hmac(input: SymmetricSignatureInput, body: string | Uint8Array): Hmac {
  const { method, path, accessToken, timestamp, clientSecret } = input;
  const bodyHash = createHash('sha256').update(body).digest('hex');
  return createHmac('sha512', clientSecret).update(
    `${method}:${path}:${accessToken}:${bodyHash}:${timestamp}`,
  );
}
