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
import { hasDuplicateMembers, minified } from './json-text.js';

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

/** Whether the signature is the key holder's. Never throws, whatever the signature is. */
export function verifyAsymmetricSignature(input: AsymmetricVerificationInput): boolean {
  const { clientId, timestamp, publicKey, signature } = input;
  try {
    const signed = Buffer.from(`${clientId}|${timestamp}`);
    return verify('sha256', signed, publicKey, Buffer.from(signature, 'base64'));
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
  /** The exact text sent. */
  readonly body: string;
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
 * Whether the signature is the secret holder's, compared in constant time. Accepts the hash of the raw text, of
 * the text without insignificant white space, and of the text parsed and written again, as senders differ
 * in which they sign. A body that names a member twice is refused: what was signed could be read in two ways.
 * Never throws, whatever it is given.
 */
export function verifySymmetricSignature(
  input: SymmetricSignatureInput & { readonly signature: string },
): boolean {
  const given = Buffer.from(input.signature, 'base64');
  // Every candidate is compared, so that the time taken does not tell which one matched.
  let matches = false;
  for (const candidate of signedForms(input.body)) {
    const expected = hmac(input, candidate).digest();
    if (expected.length === given.length && timingSafeEqual(expected, given)) matches = true;
  }
  return matches;
}

/** The texts that the sender of a body may have signed; none where it could be read in two ways. */
function signedForms(body: string): string[] {
  const written = writtenAgain(body);
  // Text as `JSON.stringify` writes it has no white space to lose, and names no member twice.
  if (written === body) return [body];
  if (hasDuplicateMembers(body)) return [];
  const forms = [body, minified(body)];
  if (written !== undefined) forms.push(written);
  return [...new Set(forms)];
}

/** @returns nothing where it is not JSON: only its text can have been signed. */
function writtenAgain(body: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function hmac(input: SymmetricSignatureInput, body: string): Hmac {
  const { method, path, accessToken, timestamp, clientSecret } = input;
  const bodyHash = createHash('sha256').update(body).digest('hex');
  return createHmac('sha512', clientSecret).update(
    `${method}:${path}:${accessToken}:${bodyHash}:${timestamp}`,
  );
}
