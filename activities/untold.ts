import { ApplicationFailure } from '@temporalio/common';
import { askUntilClear } from './calling/ask.js';
import { fits, historyStatusOf, type MovementKind } from './history-entry.js';
import type { PurchaseFact, PurchaseKey, RefundFact } from './purchase-fact.js';
import { amountText } from './snap/amount.js';
import type { SnapClient } from './snap/client.js';
import { whose } from './snap/sender.js';

/** The status is the answer; what it leaves out is not waited for longer, and the reconciliation looks again. */
const WITHIN_MS = 4_000;
/** A time without its zone is none. */
const INSTANT = /T.*(?:Z|[+-]\d{2}:?\d{2})$/;

/** What a customer's history tells of a movement. */
interface Told {
  readonly amount?: string;
  /** ISO 8601 with offset. */
  readonly at?: string;
}

/**
 * Query Purchase may leave amounts and times out (doku-api §10.13). What is paid or given back in another amount must not pass for
 * what was asked for (money rules 4 and 7), nor what was paid in another life of the order for this one's (rule 6): the customer's
 * history tells, as far as it does so soon.
 */
export function createUntold(snap: SnapClient) {
  const asked = async (key: PurchaseKey, number: string, kind: MovementKind): Promise<Told> => {
    try {
      const detail = await askUntilClear(() =>
        snap.historyDetail({ originalPartnerReferenceNo: number }, whose(key)),
      );
      if (detail === 'not-found' || !fits(detail.type ?? '', kind)) return {};
      if (historyStatusOf(detail.status ?? '') !== 'success') return {};
      const { amount, dateTime } = detail;
      return {
        ...(amount && { amount: amountText(amount) }),
        ...(isInstant(dateTime) && { at: dateTime }),
      };
    } catch (error) {
      if (error instanceof ApplicationFailure) return {};
      throw error;
    }
  };

  const toldOf = async (key: PurchaseKey, number: string, kind: MovementKind): Promise<Told> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Told>((resolve) => {
      timer = setTimeout(resolve, WITHIN_MS, {});
    });
    const told = await Promise.race([asked(key, number, kind), late]);
    clearTimeout(timer);
    return told;
  };

  const withAmount = async (
    key: PurchaseKey,
    [number, refund]: [string, RefundFact],
  ): Promise<[string, RefundFact]> => {
    if (number === '' || refund.status !== 'success' || refund.amount) return [number, refund];
    const { amount } = await toldOf(key, number, 'give-back');
    return [number, { ...refund, ...(amount && { amount }) }];
  };

  /** @returns the fact with what DOKU's history adds. */
  return async (key: PurchaseKey, shown: PurchaseFact): Promise<PurchaseFact> => {
    const { paidTime, ...fact } = shown;
    const isUntold = fact.amount === undefined || !isInstant(paidTime);
    // Side by side, as the status waits for all of them.
    const [{ amount, at }, ...refunds] = await Promise.all([
      fact.status === 'success' && isUntold
        ? toldOf(key, key.partnerReferenceNo, 'payment')
        : ({} as Told),
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

const isInstant = (text: string | null | undefined): text is string =>
  typeof text === 'string' && INSTANT.test(text) && !Number.isNaN(Date.parse(text));
