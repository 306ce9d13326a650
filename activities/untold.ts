import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Absence } from './calling/absence.js';
import { askUntilClear, type PollingDelays, stillPending } from './calling/ask.js';
import { fits, historyStatusOf, isKnownAs, type MovementKind } from './history-entry.js';
import { LagOfHistory } from './lag-of-history.js';
import type { ListedUnder } from './listed-under.js';
import type { PurchaseFact, PurchaseKey, RefundFact } from './purchase-fact.js';
import { amountText } from './snap/amount.js';
import type { SnapClient } from './snap/client.js';
import { isInstant } from './snap/instant.js';
import { whose } from './snap/sender.js';

/** One answer; what it lacks is asked for again. */
const WITHIN_MS = 4_000;
const AGAIN: PollingDelays = { firstMs: 500, factor: 1.6, mostMs: 5_000 };
/** Nobody waits at a page for it: a call's time and two quiet times. */
const IN_FULL = { mayBeUnderWay: true } as const;

/** What a customer's history tells of a movement. */
interface Told {
  readonly amount?: string;
  /** ISO 8601 with offset. */
  readonly at?: string;
  /** It does not show it, or not as done, or was not heard: that may change. */
  readonly isLate?: true;
}

const LATE = { isLate: true } as const;

/** What of a history is asked. */
interface Asked {
  readonly key: PurchaseKey;
  readonly number: string;
  readonly kind: MovementKind;
  /** As DOKU's status has it. */
  readonly paidTime: string | undefined;
}

interface Shown {
  readonly amount?: string | null | undefined;
  readonly dateTime?: string | null | undefined;
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
export function createUntold(
  snap: SnapClient,
  listed: ListedUnder,
  absence: Pick<Absence, 'hasHadTime'>,
) {
  const lag = new LagOfHistory(absence);

  /** Nothing where its number has something else, too, of which Detail tells. */
  const detailed = async ({ key, number, kind }: Asked): Promise<Told | undefined> => {
    const detail = await askUntilClear(() =>
      snap.historyDetail({ originalPartnerReferenceNo: number }, whose(key)),
    );
    if (detail === 'not-found') return { isLate: true };
    // A payment of which history does not say the kind stands under a reversal's number, too.
    const isOfKind = kind !== 'payment' && number === key.partnerReferenceNo ? isKnownAs : fits;
    if (!isOfKind(detail.type ?? '', kind)) return undefined;
    const status = historyStatusOf(detail.status ?? '');
    if (status !== 'success') return status === 'open' ? { isLate: true } : {};
    return toldBy({ ...detail, amount: detail.amount && amountText(detail.amount) });
  };

  /** That it is not shown yet is a lag, and so it is where what is shown does not agree. */
  const listedAs = async ({ key, number, kind, paidTime }: Asked): Promise<Told> => {
    const paidAt = isInstant(paidTime) ? Date.parse(paidTime) : undefined;
    const done = (await listed(key, number, paidAt)).filter(
      ({ type, status }) => isKnownAs(type, kind) && historyStatusOf(status) === 'success',
    );
    const [first] = done;
    const isOne = first && done.every(({ amount }) => amount === first.amount);
    return isOne ? toldBy(first) : { isLate: true };
  };

  const toldOf = async (question: Asked): Promise<Told> => {
    const told = await orLate(async () => {
      const shown = await inTime(() => detailed(question));
      return shown ?? (await inTime(() => listedAs(question), isPatient()));
    });
    if (told.isLate) lag.note(lagging(question.kind, question.number));
    return told;
  };

  const paidOf = async (
    key: UntoldKey,
    { status, amount, paidTime, refunds }: PurchaseFact,
  ): Promise<Told> => {
    const hasRefunds = Object.keys(refunds).length > 0;
    const isTimeTold = isInstant(paidTime);
    const isToldWhole = amount !== undefined && isTimeTold;
    // Of what is shown as refunded it says whether that is all of it.
    const isPartial = status === 'refunded' && amount === undefined && hasRefunds;
    if ((status !== 'success' || isToldWhole) && !isPartial) return {};
    const { partnerReferenceNo: number } = key;
    const told = await toldOf({ key, number, kind: 'payment', paidTime });
    const isAmountDue = amount === undefined && lag.mayEnd(lagging('payment', number), {});
    const isTimeDue =
      key.isTimeAsked && !isTimeTold && lag.mayEnd(lagging('payment', number), IN_FULL);
    if (told.isLate && (isAmountDue || isTimeDue)) throw notToldYet(number);
    return told;
  };

  const withAmount = async (
    key: PurchaseKey,
    [number, refund]: [string, RefundFact],
    paidTime: string | undefined,
  ): Promise<[string, RefundFact]> => {
    if (number === '' || refund.status !== 'success' || refund.amount) return [number, refund];
    const { amount, isLate } = await toldOf({ key, number, kind: 'give-back', paidTime });
    if (isLate && lag.mayEnd(lagging('give-back', number), IN_FULL)) throw notToldYet(number);
    return [number, { ...refund, ...(amount && { amount }) }];
  };

  /** @returns the fact with what DOKU's history adds. @throws ApplicationFailure, retryable and benign, while it may yet add more. */
  return async (key: UntoldKey, shown: PurchaseFact): Promise<PurchaseFact> => {
    const { paidTime, ...fact } = shown;
    // Side by side, as the status waits for all of them.
    const [{ amount, at }, ...refunds] = await Promise.all([
      paidOf(key, shown),
      ...Object.entries(fact.refunds).map((entry) => withAmount(key, entry, paidTime)),
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

const toldBy = ({ amount, dateTime }: Shown): Told => ({
  ...(amount && { amount }),
  ...(isInstant(dateTime) && { at: dateTime }),
});

/** @returns that it is late where the answer is not had within the time. */
async function inTime<Answer>(
  ask: () => Promise<Answer>,
  isPatient = false,
): Promise<Answer | typeof LATE> {
  if (isPatient) return ask();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, WITHIN_MS, LATE);
  });
  return Promise.race([ask(), late]).finally(() => clearTimeout(timer));
}

/** A refused question is no lag. */
async function orLate(ask: () => Promise<Told>): Promise<Told> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApplicationFailure) return error.nonRetryable ? {} : LATE;
    throw error;
  }
}

/** Whether the attempt has the time that a busy customer's List takes: one that heartbeats has. */
const isPatient = () => (Context.current().info.heartbeatTimeoutMs ?? 0) > 0;

/** A reversal has its purchase's number. */
const lagging = (kind: MovementKind, number: string) => `${kind} ${number}`;

const notToldYet = (number: string) =>
  stillPending(`DOKU's history does not tell yet what its status leaves out of ${number}`, AGAIN);
