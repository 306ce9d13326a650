import { createHash } from 'node:crypto';
import { isPhoneNumber, partnerReferenceNoSchema } from '../../contract/identity.js';

/** A number that stands for DOKU's reference where that may not stand in a workflow ID, and DOKU's own for people. */
export interface FiledReference {
  readonly partnerReferenceNo: string;
  /** Present where the two differ; without what may be a phone number or an e-mail address. */
  readonly asWritten?: string;
}

/**
 * DOKU may know references that are not of our form: of other systems, in other alphabets, longer than SNAP allows. A
 * finding is filed all the same.
 */
export function filedReference(reference: string): FiledReference {
  const isOurs = partnerReferenceNoSchema.safeParse(reference).success;
  if (isOurs && !isPhoneNumber(reference)) return { partnerReferenceNo: reference };
  const digest = createHash('sha256').update(reference).digest('hex').slice(0, 32);
  return { partnerReferenceNo: `odd-${digest}`, asWritten: masked(reference) };
}

/** Seven digits or more in a row, also with separators, may be somebody's number; a word with an `@` an e-mail address. */
const masked = (text: string) =>
  text
    .slice(0, 200)
    // Wide letters and digits read as narrow ones do.
    .normalize('NFKC')
    .replace(/\S+/g, (word) => (word.includes('@') ? `${word.slice(0, 2)}…` : word))
    .replace(
      /\p{Nd}(?:[^\p{L}\p{Nd}]{0,8}\p{Nd}){6,}/gu,
      (digits) => `${digits.slice(0, 3)}…${digits.slice(-2)}`,
    );
