/**
 * How audits name a user of an issuer, and limits count one: as nobody else is named, and never by what is personal (money rule 13).
 *
 * @module
 */
import { createHmac } from 'node:crypto';
import { isPhoneNumber } from '../../contract/identity.js';

/** What issuers make up for their users: a word without an `@`, and no longer than a UUID with names before it. */
const WORD = /^[\w.:|/+=-]{1,128}$/;

/**
 * The issuer and the `sub`; where that may be an e-mail address or a phone number, or is no plain word, a digest of it that whoever
 * has no key cannot guess it from.
 */
export function issuerUser(issuer: string, sub: string, key: Uint8Array): string {
  if (WORD.test(sub) && !isPhoneNumber(sub)) return `${issuer} ${sub}`;
  const digest = createHmac('sha256', key).update(`sub of ${issuer}\n${sub}`).digest('hex');
  return `${issuer} …${digest.slice(0, 24)}`;
}
