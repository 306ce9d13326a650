/**
 * DOKU's histories of bound customers, held against the journeys.
 *
 * @module
 */

import { ApplicationFailure } from '@temporalio/common';
import { ownMember } from '../../contract/own-member.js';
import type { HistoryEntry } from '../../contract/reads.js';
import type { Mismatch } from '../../contract/reconciliation.js';
import type { PatientAsker } from '../calling/patient-asker.js';
import type { HistoryActivities } from '../history.js';
import { UNREAD } from '../history-books.js';
import { historyStatusOf } from '../history-entry.js';
import type { Known, KnownReferences, Movement, Range } from './known-references.js';

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

export interface HistoryEntriesDependencies {
  readonly doku: Pick<PatientAsker, 'ask'>;
  readonly history: Pick<HistoryActivities, 'readHistoryPage'>;
  readonly known: Pick<KnownReferences, 'ofCustomer' | 'find'>;
  /** Accounts that a customer had before: what moved there is theirs, too. */
  readonly formerAccounts: (customerId: string) => Promise<readonly string[]>;
}

export class HistoryEntries {
  readonly #dependencies: HistoryEntriesDependencies;

  constructor(dependencies: HistoryEntriesDependencies) {
    this.#dependencies = dependencies;
  }

  /** Looks for the journey of every entry of a customer's that moved money, and for what moved more than once. */
  async search(customerId: string, range: Range): Promise<Searched> {
    const now = await this.#movedOf({ customerId }, range);
    const before = await this.#movedBefore(customerId, range);
    const isRefused = now.refusal !== undefined;
    const moved = [...now.moved, ...before.moved];
    if (moved.length === 0)
      return { entries: 0, mismatches: [], isUnaskable: isRefused || before.isRefused };
    const known = await this.#dependencies.known.ofCustomer(customerId, numbersOf(moved));
    const mismatches = repeated(moved, customerId, known);
    let isUnaskable = isRefused || before.isRefused;
    for (const entry of moved) {
      const found = await this.#find(entry, customerId, known, range);
      if (found === 'unknown') isUnaskable = true;
      if (typeof found === 'object') mismatches.push(found);
    }
    return { entries: moved.length, mismatches, isUnaskable };
  }

  /** @returns the mismatch where no journey has it; nothing where one does, or nothing can be compared. */
  async #find(
    entry: HistoryEntry,
    customerId: string,
    known: Known,
    range: Range,
  ): Promise<Mismatch | 'unknown' | undefined> {
    const { partnerReferenceNo } = entry;
    // DOKU shows no reference of ours: nothing here can be compared with it.
    if (partnerReferenceNo === undefined) return undefined;
    const movement = movementOf(entry);
    const may = movement ? [movement] : MAY_BE;
    if (may.some((one) => known.has(one, partnerReferenceNo))) return undefined;
    const found = await Promise.all(
      may.map((one) => this.#dependencies.known.find(one, partnerReferenceNo, customerId, range)),
    );
    if (found.includes(true)) return undefined;
    const mayBeStep = may.includes('payment') || may.includes('give-back');
    const isUnknown = found.includes('unknown') || (known.isPartial && mayBeStep);
    return isUnknown || !isClear(entry)
      ? 'unknown'
      : missing(entry, customerId, partnerReferenceNo);
  }

  /** In accounts whose bindings DOKU may still have. One that it has no longer tells nothing to anybody. */
  async #movedBefore(
    customerId: string,
    range: Range,
  ): Promise<{ moved: HistoryEntry[]; isRefused: boolean }> {
    const moved: HistoryEntry[] = [];
    let isRefused = false;
    for (const accountId of await this.#dependencies.formerAccounts(customerId)) {
      try {
        const found = await this.#movedOf({ customerId, accountId }, range);
        moved.push(...found.moved);
        isRefused ||= found.refusal !== undefined && found.refusal !== 'not-bound';
      } catch (error) {
        // It holds up nobody's account of now.
        if (!(error instanceof ApplicationFailure)) throw error;
        isRefused = true;
      }
    }
    return { moved, isRefused };
  }

  /** @returns nothing but the refusal where DOKU does not tell. */
  async #movedOf(
    whose: { readonly customerId: string; readonly accountId?: string },
    range: Range,
  ): Promise<{ moved: readonly HistoryEntry[]; refusal?: string }> {
    const { doku, history } = this.#dependencies;
    const moved: HistoryEntry[] = [];
    for (let pageNumber = 0; ; pageNumber++) {
      const answer = await doku.ask(() =>
        history.readHistoryPage({
          ...whose,
          fromDateTime: range.from,
          toDateTime: range.to,
          pageNumber,
        }),
      );
      if (answer.kind === 'refused') return { moved: [], refusal: answer.refusal };
      moved.push(...answer.response.entries.filter(mayHaveMoved));
      if (answer.response.isLast) return { moved };
    }
  }
}

const numbersOf = (moved: readonly HistoryEntry[]): ReadonlySet<string> =>
  new Set(moved.flatMap(({ partnerReferenceNo }) => partnerReferenceNo ?? []));

/** Movements of one kind under one number, of which there may be one at most (money rule 1). */
function repeated(moved: readonly HistoryEntry[], customerId: string, known: Known): Mismatch[] {
  const byNumber = new Map<string, HistoryEntry[]>();
  for (const entry of moved.filter(isClear)) {
    const { partnerReferenceNo } = entry;
    const movement = movementOf(entry);
    if (partnerReferenceNo === undefined || movement === undefined) continue;
    if (!known.isOnce(movement, partnerReferenceNo)) continue;
    const key = `${movement} ${partnerReferenceNo}`;
    byNumber.set(key, [...(byNumber.get(key) ?? []), entry]);
  }
  return [...byNumber.values()].flatMap((entries) =>
    entries.length > 1 ? twice(entries, customerId) : [],
  );
}

function twice(entries: readonly HistoryEntry[], customerId: string): Mismatch[] {
  const [first] = entries;
  if (first?.partnerReferenceNo === undefined) return [];
  const { type, partnerReferenceNo, amount } = first;
  return [
    {
      kind: 'amount',
      subject: `${type} of ${entries.map(({ dateTime }) => dateTime).join(' and ')}`,
      partnerReferenceNo,
      customerId,
      here: 'one movement',
      doku: entries.map(({ status, amount }) => `${status} ${amount ?? ''}`.trim()).join(', '),
      ...(amount && { amount }),
    },
  ];
}

const MAY_BE = [...new Set(Object.values(MOVEMENTS))];

const movementOf = ({ type }: HistoryEntry) => ownMember(MOVEMENTS, type.trim().toUpperCase());

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
