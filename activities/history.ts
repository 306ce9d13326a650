/**
 * What DOKU's transaction history knows of one reference: the proof where there is no status query.
 *
 * @module
 */

import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Answer, HistoryEntry, HistoryPage } from '../contract/reads.js';
import type { Absence, Sent } from './calling/absence.js';
import { askUntilAnswered, type PollingDelays, stillPending } from './calling/ask.js';
import { earlierRunThan, type OfRun } from './calling/runs.js';
import { heardTwice } from './calling/twice.js';
import {
  entryOf,
  type HistoryBooks,
  type HistoryOwner,
  type HistoryPageRequest,
  SLACK_MS,
} from './history-books.js';
import {
  fits,
  type HistoryStatus,
  historyStatusOf,
  isKnownAs,
  type MovementKind,
} from './history-entry.js';
import type { NumberAsked } from './journeys/number-holder.js';
import { LockedRunError } from './reconciliation/own-runs.js';
import type { SnapClient } from './snap/client.js';
import { whose } from './snap/sender.js';

/** DOKU may work on a movement for seconds or for days. */
const PENDING: PollingDelays = { firstMs: 2_000, factor: 2, mostMs: 15 * 60_000 };

export interface HistoryKey extends HistoryOwner {
  readonly partnerReferenceNo: string;
}

/** A movement in DOKU's history. */
export interface HistoryFact {
  readonly status: HistoryStatus;
  /** DOKU's own word, where the status is unknown. */
  readonly statusCode?: string;
  /** `PAYMENT`, `REFUND`, …: DOKU's word for the kind of movement. */
  readonly type?: string;
  /** "10000.00", when DOKU says it; "USD 10000.00" where it is no rupiah. */
  readonly amount?: string;
  readonly referenceNo?: string;
  /** In whose history it stands, where it is not that of the account which was asked about. */
  readonly accountId?: string;
  /** How long ago it happened when DOKU was asked: clocks differ, durations do not. */
  readonly ageMs?: number;
  /** It stands under the number of what it gives back from. */
  readonly isUnderOriginal?: true;
}

/** What is asked of one movement's history. */
export interface HistoryQuestion extends HistoryKey {
  /** ISO 8601: when it was first sent. List is read from there. */
  readonly since: string;
  /** What may have reached DOKU. */
  readonly sent?: Sent;
  /** A bank transfer, of which no other source tells: its absence takes longer to prove. */
  readonly isTransfer?: boolean;
  /** Another entry under the same number is no answer. Without it any will do. */
  readonly kind?: MovementKind;
  /** Nor is one that does not say in words that are known that it is of this kind. */
  readonly isKindNeeded?: true;
  /** What an entry without a number looks like that may be the movement. Without it none may. */
  readonly unnamed?: Unnamed;
  /** Its amount: as long as its entry does not tell it, that may be a lag. */
  readonly isAmountAsked?: true;
  /** It has been carried out, and is to have come to its end: that it is over is no doubt of that. */
  readonly isEndExpected?: true;
  /** Another journey may have the number by now, whose movement would look the same (money rule 7). */
  readonly mayBeAnothers?: true;
}

/** A movement, by what tells it apart where DOKU leaves its number out. */
export interface Unnamed {
  /** "10000.00"; without it any amount. */
  readonly amount?: string;
  /** ISO 8601: not before then. */
  readonly since: string;
  /** The number of what it gives back from, where DOKU may show it under that one; else none. */
  readonly original?: string;
  /** So many that look the same are known to be others. Default 0. */
  readonly others?: number;
}

export interface HistoryDependencies {
  readonly snap: Pick<SnapClient, 'historyDetail'>;
  readonly books: HistoryBooks;
  readonly now: () => Date;
  /** For what has a query of its own, or can be asked about by repeating it. */
  readonly absence: Absence;
  /** For bank transfers. */
  readonly transferAbsence: Absence;
  /** The accounts that are known to be a customer's. */
  readonly accountsOf: (customerId: string) => Promise<readonly string[]>;
  /** The other journey that has a number. */
  readonly holderOf: (asked: NumberAsked) => Promise<string | undefined>;
  /** Whether the asking journey's number had another run that was broken off. */
  readonly wasBrokenOff: () => Promise<boolean>;
}

export function createHistoryActivities(dependencies: HistoryDependencies) {
  const { snap, books, now, absence, transferAbsence, accountsOf, holderOf, wasBrokenOff } =
    dependencies;
  /** The entries under the movement's number, as List has them since it was first sent; without any, those that may be it. */
  const listed = async (key: HistoryQuestion): Promise<HistoryEntry[]> => {
    const unnamed: HistoryEntry[] = [];
    for await (const entries of books.pages(key, Date.parse(key.since))) {
      const found = entries.filter((entry) => entry.partnerReferenceNo === key.partnerReferenceNo);
      if (found.length > 0) return found;
      unnamed.push(...entries.filter((entry) => mayBe(entry, key)));
    }
    // Newest first.
    return unnamed.slice(0, Math.max(0, unnamed.length - (key.unnamed?.others ?? 0)));
  };

  const detailed = async (key: HistoryQuestion): Promise<HistoryFact | undefined> => {
    const detail = await books.detailOf(key, key.partnerReferenceNo);
    if (detail === undefined) return undefined;
    const { referenceNo } = detail;
    return { ...factOf(detail, now()), ...(referenceNo && { referenceNo }) };
  };

  /** What Detail leaves out of a movement List may tell, where it shows it once. */
  const withAmount = async (key: HistoryQuestion, fact: HistoryFact): Promise<HistoryFact> => {
    if (fact.amount !== undefined) return fact;
    const entries = await listed(key).catch((error: unknown) => {
      // Where List is not to be had Detail is what there is.
      if (error instanceof ApplicationFailure && error.nonRetryable) return [];
      throw error;
    });
    const [entry, ...others] = entries.filter(
      ({ partnerReferenceNo, type, status }) =>
        partnerReferenceNo === key.partnerReferenceNo &&
        fits(type, key.kind) &&
        historyStatusOf(status) === fact.status,
    );
    return entry?.amount && others.length === 0 ? { ...fact, amount: entry.amount } : fact;
  };

  /** What happened wins over what failed or is open under the same number. */
  const ask = async (key: HistoryQuestion): Promise<HistoryFact> => {
    const detail = await detailed(key);
    const isOfKind = ({ type = '' }: HistoryFact) =>
      key.isKindNeeded ? isKnownAs(type, key.kind) : fits(type, key.kind);
    if (detail && isOfKind(detail)) return key.isAmountAsked ? withAmount(key, detail) : detail;
    const entries = await listed(key);
    const facts = entries.map((entry): HistoryFact => {
      const fact = factOf(entry, now());
      if (entry.partnerReferenceNo === key.partnerReferenceNo) return fact;
      const isUnderOriginal = entry.partnerReferenceNo !== undefined;
      return { ...fact, status: 'unnamed', ...(isUnderOriginal && { isUnderOriginal }) };
    });
    const own = facts.filter(isOfKind);
    const known = own.find(({ status }) => status === 'success') ?? own[0];
    if (known) return known;
    const another = detail ?? facts[0];
    return another ? { ...another, status: 'other' } : { status: 'absent' };
  };

  const proven = (key: HistoryQuestion, sent: Sent | undefined): Promise<HistoryFact> =>
    (key.isTransfer ? transferAbsence : absence).provenAll(async () => {
      const fact = await ask(key);
      // DOKU has said that it did it.
      return sent?.isAccepted && fact.isUnderOriginal ? { ...fact, status: 'success' } : fact;
    }, [
      { isAbsent: ({ status }) => status === 'absent' || status === 'unnamed', sent },
      // That DOKU has accepted it does not say that its history will ever tell how much it was.
      {
        isAbsent: ({ status, amount }) =>
          key.isAmountAsked === true && status !== 'other' && amount === undefined,
        sent: sent && withoutWord(sent),
      },
    ]);

  /** As long as DOKU has not accepted it from this journey, what it has may be the movement of another one. */
  const own = async (key: HistoryQuestion, sent: Sent | undefined): Promise<HistoryFact> => {
    const fact = key.isEndExpected
      ? await proven(key, sent)
      : await absence.provenEnd(() => proven(key, sent), isOver, sent);
    const isNone = fact.status === 'absent' || fact.status === 'other';
    if (!key.mayBeAnothers || sent?.isAccepted || isNone) return fact;
    const { partnerReferenceNo: number, customerId } = key;
    const isKnown = key.kind !== undefined && isKnownAs(fact.type ?? '', key.kind);
    const holder = await holderOf({
      number,
      customerId,
      ...(isKnown && { kind: key.kind }),
    }).catch((error: unknown) => {
      // It may be its: that is for an operator to find out.
      if (error instanceof LockedRunError) return error.workflowId;
      throw error;
    });
    return holder === undefined
      ? fact
      : {
          ...fact,
          status: 'other',
          type: `${fact.type ?? 'movement'}, which may be that of ${holder},`,
        };
  };

  /** A run that was broken off is no earlier one of the same chain, and may have sent it all the same. */
  const mayHaveEarlierRun = async (key: OfRun): Promise<boolean> => {
    const isProven = key.provenRunId === Context.current().info.workflowExecution?.runId;
    if (!key.firstRunId || isProven) return false;
    return earlierRunThan(key) !== undefined || wasBrokenOff();
  };

  /** What nothing tells of, twice, and what cannot be asked about, counts for absent: what this run did is known. */
  const askedIfItCan = async ({ unnamed: _, ...key }: HistoryQuestion): Promise<HistoryFact> => {
    try {
      return await heardTwice(
        () => ask(key),
        ({ status }) => status === 'absent',
      );
    } catch (error) {
      if (error instanceof ApplicationFailure && error.nonRetryable) return { status: 'absent' };
      throw error;
    }
  };

  /** An earlier life of the journey, forgotten since, may have been about another account of the customer's. */
  const elsewhere = async (key: HistoryQuestion): Promise<HistoryFact> => {
    const accounts = await accountsOf(key.customerId);
    const asked = key.accountId ?? accounts[0];
    for (const accountId of accounts.filter((each) => each !== asked)) {
      const fact = await askedIfItCan({ ...key, accountId });
      if (fact.status !== 'absent') return { ...fact, accountId };
    }
    return { status: 'absent' };
  };

  return {
    /** Transaction History Detail, then List: what DOKU's books say of a movement. */
    async queryHistory(key: HistoryQuestion): Promise<HistoryFact> {
      return own(key, key.sent);
    },

    /**
     * The same of a movement that the asking run has not sent, before it is said that nothing moved. Whatever an earlier
     * run sent, which an operator reset, may have reached DOKU up to now.
     */
    async queryEarlier(key: HistoryQuestion & OfRun): Promise<HistoryFact> {
      const { scheduledTimestampMs } = Context.current().info;
      const lastSentAt = new Date(scheduledTimestampMs).toISOString();
      const fact = (await mayHaveEarlierRun(key))
        ? await own(key, { lastSentAt, mayBeUnderWay: true })
        : await askedIfItCan(key);
      return fact.status === 'absent' && key.isTransfer ? elsewhere(key) : fact;
    },

    /** Waits for the end of a movement that DOKU works on: asked rarely, however long that takes. */
    async awaitHistoryEnd(key: HistoryQuestion): Promise<HistoryFact> {
      const fact = await ask(key);
      // It was there before: that it is not shown is a lag.
      if (fact.status === 'open' || fact.status === 'absent')
        throw stillPending(`DOKU works on ${key.partnerReferenceNo}`, PENDING);
      return fact;
    },

    /** One page of Transaction History List, newest first. */
    async readHistoryPage(request: HistoryPageRequest): Promise<Answer<HistoryPage>> {
      return books.page(request);
    },

    /** Transaction History Detail. */
    async readHistoryDetail(key: HistoryKey): Promise<Answer<HistoryEntry>> {
      const answer = await askUntilAnswered(() =>
        snap.historyDetail({ originalPartnerReferenceNo: key.partnerReferenceNo }, whose(key)),
      );
      if (answer.kind === 'refused') return answer;
      const { partnerReferenceNo } = answer.response;
      return { kind: 'answer', response: entryOf(answer.response, partnerReferenceNo) };
    },
  };
}

export type HistoryActivities = ReturnType<typeof createHistoryActivities>;

/** Whether an entry without its number may be the movement: of its kind and amount, in its time, and not ended otherwise. */
function mayBe(entry: HistoryEntry, { kind, unnamed }: HistoryQuestion): boolean {
  if (unnamed === undefined || entry.partnerReferenceNo !== unnamed.original) return false;
  // What it gives back from stands under that number, too.
  if (unnamed.original !== undefined && !isKnownAs(entry.type, kind)) return false;
  const isBefore = Date.parse(entry.dateTime) < Date.parse(unnamed.since) - SLACK_MS;
  const { amount = entry.amount } = unnamed;
  const isOther = entry.amount !== undefined && entry.amount !== amount;
  const status = historyStatusOf(entry.status);
  const isNothing = status === 'closed' || status === 'cancelled';
  return fits(entry.type, kind) && !isBefore && !isOther && !isNothing;
}

const withoutWord = ({ isAccepted: _, isAtDoku: __, ...sent }: Sent): Sent => sent;

const isOver = ({ status }: HistoryFact) => status === 'closed' || status === 'cancelled';

function factOf({ status, type, amount, dateTime }: HistoryEntry, now: Date): HistoryFact {
  const ageMs = now.getTime() - Date.parse(dateTime);
  const known = historyStatusOf(status);
  return {
    status: known,
    ...(known === 'unknown' && { statusCode: status.slice(0, 32) }),
    type,
    ...(amount && { amount }),
    ...(Number.isFinite(ageMs) && { ageMs }),
  };
}
