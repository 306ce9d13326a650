import type { Account } from '../books/accounts.js';
import type { Doku } from '../doku/index.js';
import type { Occasion } from '../temperaments/mood.js';
import type { Operation } from './operation.js';

type Body = Record<string, unknown>;

/** Numbers that a request names, the one of its own movement first. */
const OWN = ['partnerRefundNo', 'partnerCaptureNo', 'partnerVoidNo', 'partnerReferenceNo'];
const NUMBERS = [...OWN, 'originalPartnerReferenceNo', 'linkId', 'customerNumber', 'authCode'];

/** What faults and temperaments may be matched by: numbers and accounts that a request names or is made for. */
export function occasionOf(
  doku: Doku,
  operation: Operation,
  body: Body,
  account: Account | undefined,
): Occasion {
  const numbers = texts(NUMBERS.map((name) => body[name]));
  const { customerNumber, originalPartnerReferenceNo: original } = body;
  const accountIds = texts([
    account?.accountId,
    memberOf(body.additionalInfo, 'accountId'),
    memberOf(body.successParams, 'accountId'),
    doku.tokens.accountOf(body.authCode ?? body.refreshToken),
    isText(customerNumber) && doku.accounts.byCustomerNumber(customerNumber)?.accountId,
    isText(original) && doku.purchases.find(original)?.account.accountId,
    isText(original) && doku.transfers.find(original)?.accountId,
  ]);
  return { operation: operation.name, references: [...numbers, ...accountIds], accountIds };
}

/** Names one movement: the same for each request that asks for it. */
export function workOf(operation: Operation, body: Body): string {
  const number = OWN.map((name) => body[name]).find((value) => typeof value === 'string');
  return `${operation.name} ${number ?? body.originalPartnerReferenceNo ?? ''}`;
}

const memberOf = (value: unknown, name: string) =>
  (value as Record<string, unknown> | null | undefined)?.[name];

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const texts = (values: readonly unknown[]) => values.filter(isText);
