/**
 * What DOKU's transaction history knows of one reference: the proof where there is no status query.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Answer, HistoryEntry, HistoryPage } from '../contract/reads.js';
import type { Absence, Sent } from './calling/absence.js';
import { askUntilAnswered, askUntilClear } from './calling/ask.js';
import { amountText } from './snap/amount.js';
import type { SnapClient } from './snap/client.js';
import type { HistoryDetailResponse } from './snap/endpoints/history-detail.js';
import { jakartaTime } from './snap/jakarta-time.js';
import { shownStatus } from './snap/transaction-status.js';

/** DOKU's SDKs and SNAP allow 50 at most. */
const PAGE_SIZE = 50;
/** In the place of an entry's status or type where DOKU gave none. */
const UNKNOWN = 'UNKNOWN';
/** Two digits by the specification. */
const LAST_PAGE = 99;

export interface HistoryKey {
  readonly partnerReferenceNo: string;
  /** In whose history it stands. */
  readonly customerId: string;
}

/** A movement in DOKU's history. */
export interface HistoryFact {
  readonly status: /** Neither Transaction History Detail nor List has it. That is no proof that it never happened. */
  'absent' | 'open' | 'success' | 'cancelled' | 'closed' | 'unknown';
  /** DOKU's own word, where the status is unknown. */
  readonly statusCode?: string;
  /** "10000.00", when DOKU says it; "USD 10000.00" where it is no rupiah. */
  readonly amount?: string;
  readonly referenceNo?: string;
}

export interface HistoryPageRequest {
  readonly customerId: string;
  /** ISO 8601 with offset. At most a month before `toDateTime`, and a year back (doku-api §10.16). */
  readonly fromDateTime: string;
  readonly toDateTime: string;
  /** From zero. */
  readonly pageNumber: number;
}

/** What is asked of one movement's history. */
export interface HistoryQuestion extends HistoryKey {
  /** ISO 8601: when it was first sent. List is read from there. */
  readonly since: string;
  /** What may have reached DOKU. */
  readonly sent?: Sent;
  /** A bank transfer, of which no other source tells: its absence takes longer to prove. */
  readonly isTransfer?: boolean;
}

/**
 * @param absence - for what has a query of its own, or can be asked about by repeating it.
 * @param transferAbsence - for bank transfers.
 */
export function createHistoryActivities(
  snap: SnapClient,
  now: () => Date,
  absence: Absence,
  transferAbsence: Absence,
) {
  const page = async (request: HistoryPageRequest): Promise<Answer<HistoryPage>> => {
    const { customerId, ...range } = request;
    const answer = await askUntilAnswered(() =>
      snap.historyList(
        {
          partnerReferenceNo: randomUUID(),
          fromDateTime: jakartaTime(new Date(range.fromDateTime)),
          toDateTime: jakartaTime(new Date(range.toDateTime)),
          pageSize: PAGE_SIZE,
          pageNumber: range.pageNumber,
        },
        { customerId },
      ),
    );
    if (answer.kind === 'refused') return answer;
    const entries = answer.response.detailData.map((entry) =>
      entryOf(entry, entry.additionalInfo?.partnerReferenceNo),
    );
    return {
      kind: 'answer',
      response: {
        entries,
        isLast: entries.length < PAGE_SIZE || range.pageNumber === LAST_PAGE,
      },
    };
  };

  const listed = async (key: HistoryKey, since: string): Promise<HistoryEntry | undefined> => {
    // Half an hour on either side forgives clocks that differ.
    const fromDateTime = new Date(Date.parse(since) - 1_800_000).toISOString();
    const toDateTime = new Date(now().getTime() + 1_800_000).toISOString();
    for (let pageNumber = 0; ; pageNumber++) {
      Context.current().heartbeat();
      const answer = await page({
        customerId: key.customerId,
        fromDateTime,
        toDateTime,
        pageNumber,
      });
      if (answer.kind === 'refused') return undefined;
      const found = answer.response.entries.find(
        (entry) => entry.partnerReferenceNo === key.partnerReferenceNo,
      );
      if (found || answer.response.isLast) return found;
    }
  };

  const ask = async (key: HistoryQuestion): Promise<HistoryFact> => {
    const { customerId, partnerReferenceNo } = key;
    Context.current().heartbeat();
    const detail = await askUntilClear(() =>
      snap.historyDetail({ originalPartnerReferenceNo: partnerReferenceNo }, { customerId }),
    );
    if (detail !== 'not-found') {
      return {
        ...shownStatus(historyStatusOf, detail.status),
        ...(detail.amount && { amount: amountText(detail.amount) }),
        ...(detail.referenceNo && { referenceNo: detail.referenceNo }),
      };
    }
    const entry = await listed(key, key.since);
    if (!entry) return { status: 'absent' };
    return {
      ...shownStatus(historyStatusOf, entry.status),
      ...(entry.amount && { amount: entry.amount }),
    };
  };

  return {
    /** Transaction History Detail, then List: what DOKU's books say of a movement. */
    async queryHistory(key: HistoryQuestion): Promise<HistoryFact> {
      const proof = key.isTransfer ? transferAbsence : absence;
      return proof.proven(
        () => ask(key),
        ({ status }) => status === 'absent',
        key.sent,
      );
    },

    /** One page of Transaction History List, newest first. */
    async readHistoryPage(request: HistoryPageRequest): Promise<Answer<HistoryPage>> {
      return page(request);
    },

    /** Transaction History Detail. */
    async readHistoryDetail(key: HistoryKey): Promise<Answer<HistoryEntry>> {
      const answer = await askUntilAnswered(() =>
        snap.historyDetail(
          { originalPartnerReferenceNo: key.partnerReferenceNo },
          { customerId: key.customerId },
        ),
      );
      if (answer.kind === 'refused') return answer;
      const { partnerReferenceNo } = answer.response;
      return { kind: 'answer', response: entryOf(answer.response, partnerReferenceNo) };
    },
  };
}

export type HistoryActivities = ReturnType<typeof createHistoryActivities>;

type ShownEntry = Pick<HistoryDetailResponse, 'dateTime' | 'type' | 'amount' | 'remark'> & {
  readonly status: string | undefined;
};

const entryOf = (
  { dateTime, status, type, amount, remark }: ShownEntry,
  partnerReferenceNo: unknown,
): HistoryEntry => ({
  // What an entry lacks is not known: the other entries still are.
  dateTime: dateTime ?? '',
  status: status ?? UNKNOWN,
  type: type ?? UNKNOWN,
  ...(amount && { amount: amountText(amount) }),
  ...(remark && { remark }),
  ...(typeof partnerReferenceNo === 'string' && { partnerReferenceNo }),
});

function historyStatusOf(status: string): HistoryFact['status'] {
  switch (status.toUpperCase()) {
    case 'INIT':
      return 'open';
    case 'SUCCESS':
      return 'success';
    case 'CANCELLED':
      return 'cancelled';
    case 'CLOSED':
      return 'closed';
    default:
      return 'unknown';
  }
}
