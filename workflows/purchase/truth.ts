import { patched } from '@temporalio/workflow';
import type { PurchaseFact, PurchaseKey, RefundFact } from '../../activities/purchase.js';
import type { Money } from '../../contract/money.js';
import { ownMember } from '../../contract/own-member.js';
import type { ParsedPurchaseInput } from '../../contract/purchase.js';
import { askAbout, type PurchaseDoubt } from '../mechanisms/purchase-truth.js';
import { RefundSeen } from '../mechanisms/refund-entry.js';
import { LONG_AGO } from '../mechanisms/run-of-move.js';
import { Truth, type TruthOptions } from '../mechanisms/truth.js';
import { reversalMisfit } from './reversal.js';
import { reversalRefundNo } from './reversal-number.js';
import type { PurchaseState } from './state.js';

export type PurchaseTruth = Truth<PurchaseFact, PurchaseDoubt>;

const RUPIAH = /^\d{1,16}\.\d{2}$/;
const none = { refunds: {} } as const;

/** What is known of a purchase, by Query Purchase. @param state - takes note of an operator who wants it undone. */
export function purchaseTruth(
  input: ParsedPurchaseInput,
  key: PurchaseKey,
  state: PurchaseState,
  journey: TruthOptions<PurchaseFact, PurchaseDoubt>['journey'],
): PurchaseTruth {
  const partnerRefundNo = reversalRefundNo(input.partnerReferenceNo);
  state.shown ??= {};
  const { isShown = false, refunds = [] } = state.shown;
  const seen = new RefundSeen(partnerRefundNo, refunds.includes(partnerRefundNo));
  const ask = askAbout(key, state.shown);
  return new Truth<PurchaseFact, PurchaseDoubt>({
    journey,
    name: 'Query Purchase',
    wasShown: isShown,
    // Whoever holds an operator's word against it is told the status alone, and soon.
    ask: (doubt, limit) => ask(limit ? doubt : { ...doubt, isSumAsked: true }, limit),
    amount: input.amount.value,
    isAgreed: ({ amount, status }) => {
      if (amount !== undefined) state.otherAmount = amount;
      // What is paid in another currency cannot be given back from here.
      const isReversible = status !== 'success' || RUPIAH.test(amount ?? '');
      return isReversible && amount === state.agreedAmount;
    },
    done: ({ status }) => doneSoFar(state, status),
    misfit: (fact) => reversalMisfit(input.partnerReferenceNo, reversedAmount(input, state))(fact),
    contradictsToo: (fact, decision) =>
      goneBack(ownMember(fact.refunds, partnerRefundNo), seen.isHidden(fact), decision),
    isInDoubt: ({ doubt, refunds }, decision) =>
      decision === 'record-refunded' && doubt !== undefined && !ownMember(refunds, partnerRefundNo),
    doubt: () => {
      const amount = reversedAmount(input, state).value;
      return { refund: { ...LONG_AGO, partnerRefundNo, isWhole: true, amount }, isLook: true };
    },
    heard: seen.heard,
    isTold: ({ refunds }) => ownMember(refunds, partnerRefundNo) !== undefined,
    check: `Look up ${key.partnerReferenceNo} in DOKU's back office: status, amount, refunds.`,
    records: {
      'record-paid': { status: 'success', ...none },
      'record-cancelled': { status: 'cancelled', ...none },
      'record-refunded': { status: 'refunded', ...none },
    },
    actions: {
      // Whatever DOKU's status is: it is asked again once a cancel was sent.
      reverse: (note) => {
        state.undo = { reason: 'operator-resolved', note };
        if (state.otherAmount !== undefined && patched('reversed-in-its-own-amount'))
          state.agreedAmount = state.otherAmount;
        return { status: 'unknown', refunds: {} };
      },
    },
    canAct: () => state.undo === undefined || state.otherAmount !== state.agreedAmount,
  });
}

/** What of the refund of the whole contradicts an operator's word: its purchase's own status need not follow it. */
function goneBack(
  own: RefundFact | undefined,
  isHidden: boolean,
  decision: string,
): string | undefined {
  const isPaid = decision === 'record-paid';
  const said =
    own?.status === 'pending' || isHidden
      ? 'DOKU has shown a refund of the whole, which may yet be done'
      : own?.status === 'success' && isPaid && 'DOKU has given all of it back';
  return said && (isPaid || own) && patched('words-are-held-against-all') ? said : undefined;
}

/** What a reversal gives back: what DOKU holds, where an operator has decided in view of that. */
export function reversedAmount(
  { amount }: Pick<ParsedPurchaseInput, 'amount'>,
  { agreedAmount }: PurchaseState,
): Money {
  const isOther = agreedAmount !== undefined && RUPIAH.test(agreedAmount);
  return isOther ? { value: agreedAmount, currency: 'IDR' } : amount;
}

/** For an operator who is asked about it again. */
function doneSoFar({ cancel, refund }: PurchaseState, status: string): string | undefined {
  if (!cancel && !refund) return undefined;
  const asked = [cancel && 'cancel it', refund && 'refund it'].filter(Boolean).join(' and to ');
  return `DOKU was asked to ${asked}, and has it as ${status}`;
}
