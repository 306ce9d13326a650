import { ApplicationFailure } from '@temporalio/common';
import { askUntilClear } from './calling/ask.js';
import { fits, historyStatusOf, type MovementKind } from './history-entry.js';
import {
  type PurchaseFact,
  type PurchaseKey,
  type RefundFact,
  UNNAMED_REFUND,
} from './purchase-fact.js';
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

  /** @returns the fact with what DOKU's history adds. */
  return async (key: PurchaseKey, shown: PurchaseFact): Promise<PurchaseFact> => {
    const { paidTime, ...fact } = shown;
    const isUntold = fact.amount === undefined || !isInstant(paidTime);
    const { amount, at }: Told =
      fact.status === 'success' && isUntold
        ? await toldOf(key, key.partnerReferenceNo, 'payment')
        : {};
    const refunds: Record<string, RefundFact> = { ...fact.refunds };
    for (const [number, refund] of Object.entries(refunds)) {
      if (number === UNNAMED_REFUND || refund.status !== 'success' || refund.amount) continue;
      const { amount } = await toldOf(key, number, 'give-back');
      refunds[number] = { ...refund, ...(amount && { amount }) };
    }
    const paid = isInstant(paidTime) ? paidTime : at;
    return {
      ...fact,
      ...(paid && { paidTime: paid }),
      ...(fact.amount === undefined && amount && { amount }),
      refunds,
    };
  };
}

const isInstant = (text: string | null | undefined): text is string =>
  typeof text === 'string' && INSTANT.test(text) && !Number.isNaN(Date.parse(text));
