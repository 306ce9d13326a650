/**
 * What DOKU's seven digits mean: HTTP status (3), service (2), case (2). Works by case class, so that an
 * unlisted code still lands right (doku-api §8.3).
 *
 * @module
 */
import { ownMember } from '../../contract/own-member.js';
import type { RefusalCase } from './outcome.js';

export interface ResponseCode {
  readonly text: string;
  readonly status: number;
  readonly serviceCode: string;
  readonly caseCode: string;
}

/** @returns nothing where the value is not seven digits. */
export function responseCodeOf(value: unknown): ResponseCode | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  if (!/^[1-5]\d{6}$/.test(text)) return undefined;
  return {
    text,
    status: Number(text.slice(0, 3)),
    serviceCode: text.slice(3, 5),
    caseCode: text.slice(5),
  };
}

const REFUSALS: Readonly<Record<string, RefusalCase>> = {
  '400 03': 'already-done',
  '403 00': 'expired',
  '403 02': 'limit-exceeded',
  '403 03': 'blocked',
  '403 04': 'limit-exceeded',
  '403 05': 'blocked',
  '403 07': 'blocked',
  '403 08': 'blocked',
  '403 09': 'blocked',
  '403 11': 'otp-blocked',
  '403 12': 'otp-expired',
  '403 14': 'insufficient-funds',
  '403 16': 'blocked',
  '403 17': 'limit-exceeded',
  '403 18': 'blocked',
  '403 19': 'blocked',
  '403 20': 'limit-exceeded',
  '403 21': 'limit-exceeded',
  '403 22': 'limit-exceeded',
  '403 23': 'limit-exceeded',
  '404 00': 'not-allowed-now',
  '404 01': 'not-found',
  '404 04': 'not-allowed-now',
  '404 06': 'otp-needed',
  '404 11': 'invalid-account',
  '404 13': 'invalid-amount',
  '404 14': 'already-done',
  '404 15': 'wrong-otp',
  '404 18': 'inconsistent',
  '404 19': 'expired',
  '405 01': 'not-allowed-now',
  '409 01': 'already-done',
};

/** What an unlisted case of a status means. */
const REFUSALS_BY_STATUS: Readonly<Record<number, RefusalCase>> = {
  400: 'invalid-request',
  403: 'not-permitted',
  405: 'not-permitted',
};

/** The case of a clear refusal (status 400, 403, 404, 405 and 409xx01). */
export const refusalOf = ({ status, caseCode }: ResponseCode): RefusalCase =>
  ownMember(REFUSALS, `${status} ${caseCode}`) ?? REFUSALS_BY_STATUS[status] ?? 'other';

/** Which credential a 401 refuses. */
export function refusedCredential({
  caseCode,
}: ResponseCode): 'b2b-token' | 'customer-token' | 'signature' {
  if (caseCode === '01' || caseCode === '03') return 'b2b-token';
  if (caseCode === '02' || caseCode === '04') return 'customer-token';
  return 'signature';
}
