import { sha256 } from './sha-256.js';

/** Whose requests they are: a merchant's number for an opening or closing counts for one customer only. */
export interface RequestsOf {
  readonly journey: 'open' | 'close';
  readonly customerId: string;
  readonly reference: string;
}

/** With its own number after it within the 32 characters that DOKU takes where a request is named by another one. */
const DIGITS = 26;

/**
 * The `partnerReferenceNo` of a journey's request to DOKU, derived from all that tells the journey from others: DOKU counts
 * numbers for all customers together.
 *
 * @param request - from 1.
 */
export function requestNumber(
  { journey, customerId, reference }: RequestsOf,
  request: number,
): string {
  const digest = sha256(`${journey}/${customerId}/${reference}`).slice(0, DIGITS);
  return `${digest}-${request}`;
}
