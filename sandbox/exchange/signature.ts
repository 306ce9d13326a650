/**
 * DOKU's side of the two signatures, written apart from the merchant's signer so that a mistake there cannot
 * cancel itself out here.
 *
 * @module
 */
import crypto from 'node:crypto';

/** Whether an RSA-SHA256 (PKCS#1 v1.5) signature over `clientId|timestamp` is of the registered key. */
export function isMerchantSignature(
  publicKey: crypto.KeyObject,
  clientId: string,
  timestamp: string,
  signature: string,
): boolean {
  const verifier = crypto.createVerify('RSA-SHA256');
  verifier.update(clientId);
  verifier.update('|');
  verifier.update(timestamp);
  try {
    return verifier.verify(publicKey, signature, 'base64');
  } catch {
    return false;
  }
}

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly rawBody: string;
  readonly timestamp: string;
  readonly signature: string;
}

/**
 * Whether the HMAC-SHA512 is of the client's secret. Senders differ in which form of the body they hash: as sent,
 * compact, parsed and written again, or (DOKU's SDK for Node) without any white space at all.
 */
export function isSecretSignature(secret: string, request: SignedRequest): boolean {
  const given = Buffer.from(request.signature, 'base64');
  return [...hashedForms(request.rawBody)].some((digest) => {
    const text = [request.method, request.path, request.token, digest, request.timestamp].join(':');
    const expected = crypto
      .createHmac('sha512', Buffer.from(secret, 'utf8'))
      .update(text, 'utf8')
      .digest();
    return expected.length === given.length && crypto.timingSafeEqual(expected, given);
  });
}

function hashedForms(rawBody: string): Set<string> {
  const forms = [rawBody, withoutLayout(rawBody), rawBody.replace(/\s+/g, '')];
  try {
    forms.push(JSON.stringify(JSON.parse(rawBody)));
  } catch {
    // The step that parses the body refuses it with its own code.
  }
  return new Set(
    forms.map((form) => crypto.createHash('sha256').update(form, 'utf8').digest('hex')),
  );
}

/** The text without white space between its tokens, character by character. */
function withoutLayout(text: string): string {
  const kept: string[] = [];
  let inString = false;
  let escaped = false;
  for (const character of text) {
    if (inString) {
      kept.push(character);
      if (escaped) escaped = false;
      else if (character === '\\') escaped = true;
      else if (character === '"') inString = false;
    } else if (!' \t\r\n'.includes(character)) {
      kept.push(character);
      inString = character === '"';
    }
  }
  return kept.join('');
}
