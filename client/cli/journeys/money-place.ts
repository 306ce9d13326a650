import type { AuthorizedPurchaseStatus } from '../../../contract/authorized-purchase.js';
import type { BankTransferStatus } from '../../../contract/bank-transfer.js';
import { ownMember } from '../../../contract/own-member.js';
import type { PurchaseStatus } from '../../../contract/purchase.js';
import type { RefundStatus } from '../../../contract/refund.js';
import type { TopUpStatus } from '../../../contract/top-up.js';
import type { TopUpBatchStatus } from '../../../contract/top-up-batch.js';
import { isBroken } from './list.js';
import type { JourneyKind } from './name.js';

const UNCERTAIN = 'not certain: see what to check';
const IN_DOUBT = 'not known: a lost answer is being asked about';
const NOTHING = 'nothing has moved';

const purchase: Record<PurchaseStatus, string> = {
  requesting: 'with the customer: DOKU is asked for the page to pay on',
  'awaiting-payment': 'with the customer, who may pay now',
  'awaiting-acknowledgement': 'with the merchant; it goes back unless acknowledged in time',
  reversing: 'on its way back to the customer, if it ever left',
  'in-doubt': IN_DOUBT,
  'needs-attention': UNCERTAIN,
  paid: 'with the merchant',
  cancelled: 'with the customer: DOKU cancelled it',
  refunded: 'with the customer: DOKU refunded it',
  declined: 'with the customer: nothing has moved',
  expired: 'with the customer: nothing has moved',
};

const refund: Record<RefundStatus, string> = {
  'awaiting-turn': 'with the merchant: another refund of the purchase comes first',
  refunding: 'on its way back to the customer',
  'awaiting-settlement': 'with the merchant, until the purchase has settled',
  'in-doubt': IN_DOUBT,
  'needs-attention': UNCERTAIN,
  refunded: 'back with the customer',
  rejected: 'where it was: nothing went back under this number',
};

const authorizedPurchase: Record<AuthorizedPurchaseStatus, string> = {
  authorizing: 'with the customer: DOKU is asked to hold it',
  authorized: 'held at DOKU, but for what is captured',
  voiding: 'on its way back to the customer, but for what is captured',
  'in-doubt': IN_DOUBT,
  'needs-attention': UNCERTAIN,
  captured: 'what is captured with the merchant, the rest with the customer',
  voided: 'back with the customer',
  declined: 'with the customer: nothing has moved',
};

const topUp: Record<TopUpStatus, string> = {
  inquiring: 'in the corporate balance',
  sending: 'on its way to the customer',
  'awaiting-funds': 'not there yet: the corporate balance is too low',
  'in-doubt': IN_DOUBT,
  'needs-attention': UNCERTAIN,
  completed: "in the customer's wallet",
  failed: `in the corporate balance: ${NOTHING}`,
  'insufficient-funds': `in the corporate balance: ${NOTHING}`,
};

const topUpBatch: Record<TopUpBatchStatus, string> = {
  receiving: `in the corporate balance: ${NOTHING}`,
  'awaiting-funds': 'not all there yet: the corporate balance is too low',
  running: 'on its way, row by row',
  paused: 'where the counts say; no more rows are sent',
  'needs-attention': UNCERTAIN,
  finished: 'where the counts say',
  'insufficient-funds': `in the corporate balance: ${NOTHING}`,
  abandoned: `in the corporate balance: ${NOTHING}`,
  cancelled: 'where the counts say',
};

const bankTransfer: Record<BankTransferStatus, string> = {
  inquiring: "in the customer's wallet",
  'awaiting-confirmation': "in the customer's wallet, until the name is confirmed",
  sending: 'on its way to the bank account',
  'in-doubt': IN_DOUBT,
  'needs-attention': UNCERTAIN,
  completed: 'in the bank account',
  failed: `in the customer's wallet: ${NOTHING}`,
  abandoned: `in the customer's wallet: ${NOTHING}`,
};

const PLACES: Partial<Record<JourneyKind, Readonly<Record<string, string>>>> = {
  purchase,
  refund,
  'authorized-purchase': authorizedPurchase,
  'top-up': topUp,
  'top-up-batch': topUpBatch,
  'bank-transfer': bankTransfer,
};

const UNASKED =
  'where it was: nothing was sent, and DOKU was not asked, as the customer is not bound';

/**
 * Where the money is, for journeys that move some.
 *
 * @param refusal - why it ended so: without a binding nobody can be asked what an earlier journey of the number did.
 */
export function moneyPlace(
  journey: JourneyKind,
  status: string,
  run: string,
  refusal?: string,
): string | undefined {
  const places = PLACES[journey];
  if (places === undefined) return undefined;
  if (isBroken({ run }))
    return `not known: the journey is ${run}; reconcile its day, or look it up at DOKU`;
  return refusal === 'not-bound' ? UNASKED : ownMember(places, status);
}
