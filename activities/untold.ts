import { ApplicationFailure } from '@temporalio/common';
import type { Absence } from './calling/absence.js';
import { askUntilClear, type PollingDelays, stillPending } from './calling/ask.js';
import { fits, historyStatusOf, type MovementKind } from './history-entry.js';
import { LagOfHistory } from './lag-of-history.js';
import type { PurchaseFact, PurchaseKey, RefundFact } from './purchase-fact.js';
import { amountText } from './snap/amount.js';
import type { SnapClient } from './snap/client.js';
import { whose } from './snap/sender.js';

/** One answer; what it lacks is asked for again. */
const WITHIN_MS = 4_000;
const AGAIN: PollingDelays = { firstMs: 500, factor: 1.6, mostMs: 5_000 };
/** Nobody waits at a page for it: a call's time and two quiet times. */
const IN_FULL = { mayBeUnderWay: true } as const;
/** A time without its zone is none. */
const INSTANT = /T.*(?:Z|[+-]\d{2}:?\d{2})$/;

/** What a customer's history tells of a movement. */
interface Told {
  readonly amount?: string;
  /** ISO 8601 with offset. */
  readonly at?: string;
  /** It does not show it, or not as done, or was not heard: that may change. */
  readonly isLate?: true;
}

/** Of which purchase what is left out is asked. */
export interface UntoldKey extends PurchaseKey {
  /** When it was paid, too: without it nobody waits for a time. */
  readonly isTimeAsked?: true;
}

/**
 * Query Purchase may leave amounts and times out (doku-api §10.13). What is paid or given back in another amount must not pass for
 * what was asked for (money rules 4 and 7), nor what was paid in another life of the order for this one's (rule 6): the customer's
 * history tells. That it does not is a lag at first: of a payment, which customers wait for, for one quiet time.
 *
 * @param absence - how long DOKU's books may lag.
 */
export function createUntold(snap: SnapClient, absence: Pick<Absence, 'hasHadTime'>) {
  const lag = new LagOfHistory(absence);

  const asked = async (key: PurchaseKey, number: string, kind: MovementKind): Promise<Told> => {
    try {
      const detail = await askUntilClear(() =>
        snap.historyDetail({ originalPartnerReferenceNo: number }, whose(key)),
      );
      if (detail === 'not-found') return { isLate: true };
      if (!fits(detail.type ?? '', kind)) return {};
      const status = historyStatusOf(detail.status ?? '');
      if (status !== 'success') return status === 'open' ? { isLate: true } : {};
      const { amount, dateTime } = detail;
      return {
        ...(amount && { amount: amountText(amount) }),
        ...(isInstant(dateTime) && { at: dateTime }),
      };
    } catch (error) {
      if (error instanceof ApplicationFailure) return error.nonRetryable ? {} : { isLate: true };
      throw error;
    }
  };

  const toldOf = async (key: PurchaseKey, number: string, kind: MovementKind): Promise<Told> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Told>((resolve) => {
      timer = setTimeout(resolve, WITHIN_MS, { isLate: true });
    });
    const told = await Promise.race([asked(key, number, kind), late]);
    clearTimeout(timer);
    if (told.isLate) lag.note(lagging(kind, number));
    return told;
  };

  const paidOf = async (
    key: UntoldKey,
    { status, amount, paidTime }: PurchaseFact,
  ): Promise<Told> => {
    const isTimeTold = isInstant(paidTime);
    if (status !== 'success' || (amount !== undefined && isTimeTold)) return {};
    const { partnerReferenceNo: number } = key;
    const told = await toldOf(key, number, 'payment');
    const isAmountDue = amount === undefined && lag.mayEnd(lagging('payment', number), {});
    const isTimeDue =
      key.isTimeAsked && !isTimeTold && lag.mayEnd(lagging('payment', number), IN_FULL);
    if (told.isLate && (isAmountDue || isTimeDue)) throw notToldYet(number);
    return told;
  };

  const withAmount = async (
    key: PurchaseKey,
    [number, refund]: [string, RefundFact],
  ): Promise<[string, RefundFact]> => {
    if (number === '' || refund.status !== 'success' || refund.amount) return [number, refund];
    const { amount, isLate } = await toldOf(key, number, 'give-back');
    if (isLate && lag.mayEnd(lagging('give-back', number), IN_FULL)) throw notToldYet(number);
    return [number, { ...refund, ...(amount && { amount }) }];
  };

  /** @returns the fact with what DOKU's history adds. @throws ApplicationFailure, retryable and benign, while it may yet add more. */
  return async (key: UntoldKey, shown: PurchaseFact): Promise<PurchaseFact> => {
    const { paidTime, ...fact } = shown;
    // Side by side, as the status waits for all of them.
    const [{ amount, at }, ...refunds] = await Promise.all([
      paidOf(key, shown),
      ...Object.entries(fact.refunds).map((entry) => withAmount(key, entry)),
    ]);
    const paid = isInstant(paidTime) ? paidTime : at;
    return {
      ...fact,
      ...(paid && { paidTime: paid }),
      ...(fact.amount === undefined && amount && { amount }),
      refunds: Object.fromEntries(refunds),
    };
  };
}

/** A reversal has its purchase's number. */
const lagging = (kind: MovementKind, number: string) => `${kind} ${number}`;

const notToldYet = (number: string) =>
  stillPending(`DOKU's history does not tell yet what its status leaves out of ${number}`, AGAIN);

const isInstant = (text: string | null | undefined): text is string =>
  typeof text === 'string' && INSTANT.test(text) && !Number.isNaN(Date.parse(text));
