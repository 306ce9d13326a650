/**
 * DOKU's histories of bound customers, held against the journeys.
 *
 * @module
 */
import type { HistoryEntry } from '../../contract/reads.js';
import type { Mismatch } from '../../contract/reconciliation.js';
import type { PatientAsker } from '../calling/patient-asker.js';
import { type HistoryActivities, UNREAD } from '../history.js';
import { historyStatusOf } from '../history-entry.js';
import type { KnownReferences, Movement, Range } from './known-references.js';

/** Kinds of entries whose money DOKU moved for this merchant, and what they are here. The list is open at DOKU. */
const MOVEMENTS: Readonly<Record<string, Movement>> = {
  PAYMENT: 'payment',
  AUTH_PAYMENT: 'payment',
  CAPTURE: 'payment',
  REFUND: 'give-back',
  VOID: 'give-back',
  CANCEL: 'give-back',
  REVERSAL: 'give-back',
  TOP_UP: 'credit',
  DISBURSMENT: 'transfer',
  DISBURSEMENT: 'transfer',
  SEND_MONEY: 'transfer',
};

/** What became of one customer's history. */
export interface Searched {
  readonly entries: number;
  readonly mismatches: readonly Mismatch[];
  readonly isUnaskable: boolean;
}

export class HistoryEntries {
  readonly #doku: PatientAsker;
  readonly #history: Pick<HistoryActivities, 'readHistoryPage'>;
  readonly #known: KnownReferences;

  constructor(
    doku: PatientAsker,
    history: Pick<HistoryActivities, 'readHistoryPage'>,
    known: KnownReferences,
  ) {
    this.#doku = doku;
    this.#history = history;
    this.#known = known;
  }

  /** Looks for the journey of every entry of a customer's that moved money. */
  async search(customerId: string, range: Range): Promise<Searched> {
    const moved = await this.#movedOf(customerId, range);
    if (moved === undefined) return { entries: 0, mismatches: [], isUnaskable: true };
    const mismatches: Mismatch[] = [];
    if (moved.length === 0) return { entries: 0, mismatches, isUnaskable: false };
    let isUnaskable = false;
    const known = await this.#known.ofCustomer(customerId);
    for (const entry of moved) {
      const { partnerReferenceNo } = entry;
      // DOKU shows no reference of ours: nothing here can be compared with it.
      if (partnerReferenceNo === undefined) continue;
      const movement = movementOf(entry);
      const may = movement ? [movement] : MAY_BE;
      if (may.some((one) => known.has(one, partnerReferenceNo))) continue;
      const found = await Promise.all(
        may.map((one) => this.#known.find(one, partnerReferenceNo, customerId, range)),
      );
      if (found.includes(true)) continue;
      const mayBeStep = may.includes('payment') || may.includes('give-back');
      const isUnknown = found.includes('unknown') || (known.isPartial && mayBeStep);
      if (isUnknown || !isClear(entry)) isUnaskable = true;
      else mismatches.push(missing(entry, customerId, partnerReferenceNo));
    }
    return { entries: moved.length, mismatches, isUnaskable };
  }

  /** Nothing where DOKU does not tell. */
  async #movedOf(customerId: string, range: Range): Promise<HistoryEntry[] | undefined> {
    const moved: HistoryEntry[] = [];
    for (let pageNumber = 0; ; pageNumber++) {
      const answer = await this.#doku.ask(() =>
        this.#history.readHistoryPage({
          customerId,
          fromDateTime: range.from,
          toDateTime: range.to,
          pageNumber,
        }),
      );
      if (answer.kind === 'refused') return undefined;
      moved.push(...answer.response.entries.filter(mayHaveMoved));
      if (answer.response.isLast) return moved;
    }
  }
}

const MAY_BE = [...new Set(Object.values(MOVEMENTS))];

const movementOf = ({ type }: HistoryEntry) => MOVEMENTS[type.trim().toUpperCase()];

/** Whether it says that it moved money, and how. */
const isClear = (entry: HistoryEntry): boolean =>
  historyStatusOf(entry.status) === 'success' && movementOf(entry) !== undefined;

/** What does not say so clearly may have, too; words for other kinds of movements are none of this merchant's. */
function mayHaveMoved(entry: HistoryEntry): boolean {
  const status = historyStatusOf(entry.status);
  const isOurs = movementOf(entry) !== undefined || entry.type === UNREAD;
  return isOurs && (status === 'success' || status === 'unknown');
}

function missing(entry: HistoryEntry, customerId: string, partnerReferenceNo: string): Mismatch {
  const { status, amount, type, dateTime } = entry;
  return {
    kind: 'missing-here',
    subject: `${type} of ${dateTime}`,
    partnerReferenceNo,
    customerId,
    here: 'no journey',
    doku: `${status} ${amount ?? ''}`.trim(),
    ...(amount && { amount }),
  };
}
