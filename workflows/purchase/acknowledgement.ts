/**
 * Where it is decided that the payment of a silent merchant is reversed, and when an operator is asked instead
 * (money rule 6).
 *
 * @module
 */
import { patched } from '@temporalio/workflow';
import type { PurchasePage } from '../../activities/purchase.js';
import type { EarlierRuns } from './earlier-runs.js';
import { LATE_MS, toldOf } from './standstill.js';

/** A payment that the merchant is to acknowledge. */
export interface Payment {
  /** ISO 8601 by DOKU's clock, when it tells. */
  readonly paidTime?: string | undefined;
  /** Milliseconds since the epoch: when the journey learned of it. */
  readonly learnedAt: number;
  /** The page on which it could be made, where this run had brought one. */
  readonly page: PurchasePage | undefined;
  /** Whether an operator said that it was made, as DOKU could not be asked. */
  readonly isOperatorsWord: boolean;
  /** Whether DOKU's very first answer spoke of an earlier request: all that counted before others did. */
  readonly wasKnownToDoku: boolean;
}

interface AcknowledgementWait {
  readonly payment: Payment;
  /** Milliseconds since the epoch: when the journey started. */
  readonly startedAt: number;
  /** Milliseconds since the epoch: how long the merchant may take. */
  readonly acknowledgeBy: number;
  isAcknowledged(): boolean;
  /** Whether somebody wants it undone. */
  isUndone(): boolean;
  /** Which may have undone it meanwhile. */
  readonly earlier: Pick<EarlierRuns, 'isToAskAgain' | 'watched' | 'standstill'>;
  /** Whether another run came before this one, by an operator's reset. */
  isLaterRun(): Promise<boolean>;
  /** ISO 8601 with offset: what DOKU says by now, where it said nothing of it before. */
  paidTimeNow(): Promise<string | undefined>;
  readonly journey: { readonly isInterrupted: boolean; throwIfInterrupted(): void };
}

/** What the wait for the merchant came to. */
export type Acknowledgement =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'undone' }
  /** DOKU is to be asked again whether it is paid, before anybody is heard. */
  | { readonly kind: 'doubted' }
  /** The merchant was silent, and meant this payment: it goes back. */
  | { readonly kind: 'silent' }
  /** The merchant was silent, which proves nothing: an operator knows whether it was delivered. */
  | { readonly kind: 'unclear'; readonly why: string };

/** Waits for the merchant's acknowledgement, and says what its silence means. */
export async function awaitAcknowledgement(wait: AcknowledgementWait): Promise<Acknowledgement> {
  const { earlier, acknowledgeBy, isAcknowledged, isUndone, journey } = wait;
  const isDoubted = () => earlier.isToAskAgain;
  await earlier.watched(
    () => isAcknowledged() || isUndone() || isDoubted() || journey.isInterrupted,
    acknowledgeBy,
  );
  if (isDoubted()) return { kind: 'doubted' };
  if (isAcknowledged()) return { kind: 'acknowledged' };
  if (isUndone()) return { kind: 'undone' };
  journey.throwIfInterrupted();
  const why = await whySilenceProvesNothing(wait);
  // Somebody may have spoken while that was asked.
  if (isDoubted()) return { kind: 'doubted' };
  if (isAcknowledged()) return { kind: 'acknowledged' };
  if (isUndone()) return { kind: 'undone' };
  return why === undefined ? { kind: 'silent' } : { kind: 'unclear', why };
}

/** Only a payment made on the page of this run can have gone unacknowledged: others may have been delivered long ago. */
async function whySilenceProvesNothing(wait: AcknowledgementWait): Promise<string | undefined> {
  const { payment, startedAt, acknowledgeBy } = wait;
  const isLate = Date.now() > acknowledgeBy + LATE_MS;
  const before = 'paid before this journey started, and not acknowledged to it';
  // Journeys whose time was over before this patch asked in this case alone.
  if (!patched('silence-of-this-run')) return payment.wasKnownToDoku ? before : undefined;
  if (!payment.page) return before;
  // An operator's word stands for what was known then, which is not whether it was made here (money rules 6 and 10).
  if (payment.isOperatorsWord) return 'recorded as paid by an operator, and not acknowledged';
  const asks = payment.paidTime === undefined && patched('unknown-payment-time-is-asked-about');
  const paidTime = asks ? await wait.paidTimeNow() : payment.paidTime;
  if (asks && paidTime === undefined) return 'paid at a time that DOKU does not tell';
  const paidAt = paidTime === undefined ? Number.NaN : Date.parse(paidTime);
  if (paidAt < inWholeSeconds(startedAt)) return before;
  if (payment.learnedAt > paidAt + LATE_MS)
    return `paid at ${paidTime}, which this journey learned only at ${new Date(payment.learnedAt).toISOString()}`;
  if (isLate)
    return `not acknowledged by ${new Date(acknowledgeBy).toISOString()}, when no worker was there to hear it`;
  const stood = wait.earlier.standstill;
  if (stood) return `not acknowledged, but ${toldOf(stood)}`;
  return (await wait.isLaterRun())
    ? 'not acknowledged to this run of the journey, which was reset: an earlier one may have been told'
    : undefined;
}

/** DOKU tells no fractions of a second. */
const inWholeSeconds = (ms: number) => Math.floor(ms / 1_000) * 1_000;
