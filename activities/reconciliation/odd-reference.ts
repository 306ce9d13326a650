import { createHash, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { isPhoneNumber, partnerReferenceNoSchema } from '../../contract/identity.js';

/** A number that stands for DOKU's reference where that may not stand in a workflow ID, and DOKU's own for people. */
export interface FiledReference {
  readonly partnerReferenceNo: string;
  /** Present where the two differ; without what may be a phone number or an e-mail address. */
  readonly asWritten?: string;
}

const stretched = promisify<string, string, number, Buffer>(scrypt);
const DIGEST_BYTES = 16;
const LONGEST = 200;

/**
 * DOKU may know references that are not of our form: of other systems, in other alphabets, longer than SNAP allows. A
 * finding is filed all the same. What may be somebody's number or address is stretched: trying all of them out must not be
 * worth it.
 */
export async function filedReference(reference: string): Promise<FiledReference> {
  const asWritten = writtenReference(reference);
  if (asWritten === undefined) return { partnerReferenceNo: reference };
  const digest = isPersonal(reference)
    ? await stretched(reference, 'doku-reference', DIGEST_BYTES)
    : createHash('sha256').update(reference).digest().subarray(0, DIGEST_BYTES);
  return { partnerReferenceNo: `odd-${digest.toString('hex')}`, asWritten };
}

/** As people may read it, where it is not filed as it is: without what may be a phone number or an e-mail address. */
export function writtenReference(reference: string): string | undefined {
  const isOurs = partnerReferenceNoSchema.safeParse(reference).success;
  return isOurs && !isPhoneNumber(reference) ? undefined : masked(readable(reference));
}

/** Of what is longer than people read, nobody has looked at the rest. */
const isPersonal = (reference: string): boolean =>
  reference.length > LONGEST ||
  isPhoneNumber(reference) ||
  masked(readable(reference)) !== readable(reference);

/** Wide letters and digits read as narrow ones do. */
const readable = (text: string) => text.slice(0, LONGEST).normalize('NFKC');

/** Seven digits or more in a row, also with separators, may be somebody's number; a word with an `@` an e-mail address. */
const masked = (text: string) =>
  text
    .replace(/\S+/g, (word) => (word.includes('@') ? `${word.slice(0, 2)}…` : word))
    .replace(
      /\p{Nd}(?:[^\p{L}\p{Nd}]{0,8}\p{Nd}){6,}/gu,
      (digits) => `${digits.slice(0, 3)}…${digits.slice(-2)}`,
    );
