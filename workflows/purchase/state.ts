import type { Sent } from '../../activities/calling/absence.js';
import type { PurchaseFact, PurchasePage } from '../../activities/purchase.js';
import { durationMs } from '../../contract/duration.js';
import type { ParsedPurchaseInput } from '../../contract/purchase.js';
import { isReset } from '../mechanisms/earlier-run.js';
import type { KeptJourney } from '../mechanisms/journey.js';
import type { ShownSoFar } from '../mechanisms/purchase-truth.js';
import type { Known } from '../mechanisms/truth.js';
import type { Undo } from './end.js';
import type { Trying } from './reversal.js';
import type { Standstill } from './standstill.js';

/** Where a purchase stands: from each of them another run can go on. */
type Step =
  | { readonly name: 'page' }
  | { readonly name: 'payment' }
  | {
      readonly name: 'acknowledgement';
      readonly fact: Known<PurchaseFact>;
      /** Milliseconds since the epoch. */
      readonly learnedAt: number;
      readonly acknowledgeBy: number;
    }
  /** An operator is asked whether it was delivered. */
  | { readonly name: 'delivery-unclear'; readonly fact: PurchaseFact; readonly why: string }
  /** To be undone, if no other run was told that it is paid. */
  | { readonly name: 'undo'; readonly undo: Undo }
  | { readonly name: 'reversal'; readonly undo: Undo };

export type StepOf<Name extends Step['name']> = Extract<Step, { name: Name }>;

/** All that a purchase knows, as the next run of a long one is handed it. Times in milliseconds since the epoch. */
export interface PurchaseState {
  readonly startedAt: number;
  readonly expiresAt: number;
  step: Step;
  /** Whose money it is, once DOKU was asked in its name. */
  accountId?: string;
  page?: PurchasePage;
  /** Purchase Web, as far as it may have reached DOKU. */
  sent?: Sent;
  /** Whether DOKU's very first answer spoke of an earlier request. */
  wasKnownToDoku: boolean;
  undo?: Undo | undefined;
  /** What DOKU has shown of it: that it does not any more is a lag, to whichever run. */
  shown?: ShownSoFar;
  /** What DOKU holds as its amount, where that is another one. */
  otherAmount?: string;
  /** That which an operator saw as he decided to reverse it. */
  agreedAmount?: string;
  isAcknowledged: boolean;
  /** When the merchant may have been told what is not recorded here. */
  standstill?: Standstill;
  /** What a reversal may have sent. */
  cancel?: Sent;
  refund?: Sent;
  /** How long a reversal still goes on by itself. */
  trying?: Trying | undefined;
  /** Whether an operator's reset came before, in whatever run. */
  isLater: boolean;
  /**
   * What is known of what other lives of it did: runs before a reset, or what a restored database forgot. DOKU was asked with all the
   * time that takes, and had it as paid or not; it is yet to be asked; or that was presumed by less, as purchases of before did.
   * Without it there were none, as far as its page tells.
   */
  others?: 'unasked' | 'presumed' | 'unpaid' | 'paid';
  /** Whether its reversal was decided before the last reset. */
  isDecidedBefore?: boolean;
}

/** What the next run of a long journey is handed. */
export interface HandedOver {
  readonly state: PurchaseState;
  readonly journey: KeptJourney;
  /** DOKU's word, as far as an operator's stands in its place, and what he is being asked. */
  readonly recorded?: Known<PurchaseFact>;
  readonly parkedFor?: string;
  readonly referenceNo?: string;
}

/** Whether an operator's reset came before, so that another run may have been told what this one was not. */
export const isLaterRun = async ({ isLater }: PurchaseState): Promise<boolean> =>
  isLater || isReset();

/** Whether other lives of it came before this run, as far as it tells by itself: one gave its page, if not this one. */
export const hadLives = ({ isLater, page }: PurchaseState): boolean =>
  isLater || page === undefined;

/** Purchase Web as the purchase sent it. One without a page cannot tell when an earlier run sent last. */
export function mayHaveSent(state: PurchaseState): Sent {
  state.sent ??= { lastSentAt: new Date().toISOString() };
  return state.page ? { ...state.sent, isAccepted: true } : state.sent;
}

export function initialState({ payWithin }: ParsedPurchaseInput): PurchaseState {
  const startedAt = Date.now();
  return {
    startedAt,
    expiresAt: startedAt + durationMs(payWithin),
    step: { name: 'page' },
    wasKnownToDoku: false,
    isAcknowledged: false,
    isLater: false,
  };
}
