/**
 * DOKU's two questions about a customer's history, as they are read here: Detail tells of one number, List of a time.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Answer, HistoryEntry, HistoryPage } from '../contract/reads.js';
import { askUntilAnswered, askUntilClear, unanswered } from './calling/ask.js';
import { amountText } from './snap/amount.js';
import type { SnapClient } from './snap/client.js';
import type { HistoryDetailResponse } from './snap/endpoints/history-detail.js';
import { jakartaTime } from './snap/jakarta-time.js';
import { whose } from './snap/sender.js';

/** DOKU's SDKs and SNAP allow 50 at most. */
const PAGE_SIZE = 50;
/** In the place of an entry's status or type where DOKU gave none that can be read. */
export const UNREAD = 'UNKNOWN';
/** Two digits by the specification. */
const LAST_PAGE = 99;
/** List tells of a month at most, and February is one. */
export const WINDOW_MS = 27 * 86_400_000;
/** Forgives clocks that differ. */
export const SLACK_MS = 1_800_000;
/** A refusal of List is believed once it was given so often. */
const LIST_TRIES = 3;

/** In whose history something stands. */
export interface HistoryOwner {
  readonly customerId: string;
  /** In that of which account of theirs, once known: another one's proves nothing (money rule 8). */
  readonly accountId?: string;
}

export interface HistoryPageRequest extends HistoryOwner {
  /** ISO 8601 with offset. At most a month before `toDateTime`, and a year back (doku-api §10.16). */
  readonly fromDateTime: string;
  readonly toDateTime: string;
  /** From zero. */
  readonly pageNumber: number;
}

/** What Detail tells of one number. */
export interface DetailedEntry extends HistoryEntry {
  readonly referenceNo?: string;
}

export type HistoryBooks = ReturnType<typeof createHistoryBooks>;

export function createHistoryBooks({
  snap,
  now,
}: {
  readonly snap: Pick<SnapClient, 'historyDetail' | 'historyList'>;
  readonly now: () => Date;
}) {
  const pageOf = async (request: HistoryPageRequest): Promise<Answer<HistoryPage>> => {
    const { customerId: _whose, accountId: _which, ...range } = request;
    const answer = await askUntilAnswered(() =>
      snap.historyList(
        {
          partnerReferenceNo: randomUUID(),
          fromDateTime: jakartaTime(new Date(range.fromDateTime)),
          toDateTime: jakartaTime(new Date(range.toDateTime)),
          pageSize: PAGE_SIZE,
          pageNumber: range.pageNumber,
        },
        whose(request),
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

  return {
    /** One page of Transaction History List, newest first. */
    async page(request: HistoryPageRequest): Promise<Answer<HistoryPage>> {
      return pageOf(request);
    },

    /** Every page of it since then, newest first: each one heartbeats. @throws ApplicationFailure where it is not shown. */
    async *pages(owner: HistoryOwner, fromMs: number): AsyncGenerator<readonly HistoryEntry[]> {
      const from = fromMs - SLACK_MS;
      for (let to = now().getTime() + SLACK_MS; to > from; to -= WINDOW_MS) {
        const fromDateTime = new Date(Math.max(from, to - WINDOW_MS)).toISOString();
        const range = { fromDateTime, toDateTime: new Date(to).toISOString() };
        for (let pageNumber = 0; ; pageNumber++) {
          Context.current().heartbeat();
          const answer = await pageOf({ ...whose(owner), ...range, pageNumber });
          if (answer.kind === 'refused') {
            if (answer.refusal === 'not-bound') throw customerNotBound();
            if (answer.refusal === 'not-found') return;
            throw refusedList(answer.refusal);
          }
          yield answer.response.entries;
          if (answer.response.isLast) break;
        }
      }
    },

    /** Transaction History Detail; nothing where DOKU has none of that number. It heartbeats. */
    async detailOf(
      owner: HistoryOwner,
      partnerReferenceNo: string,
    ): Promise<DetailedEntry | undefined> {
      Context.current().heartbeat();
      const detail = await askUntilClear(() =>
        snap.historyDetail({ originalPartnerReferenceNo: partnerReferenceNo }, whose(owner)),
      );
      if (detail === 'not-found') return undefined;
      const { referenceNo } = detail;
      return { ...entryOf(detail, undefined), ...(referenceNo && { referenceNo }) };
    },
  };
}

type ShownEntry = Pick<HistoryDetailResponse, 'dateTime' | 'type' | 'amount' | 'remark'> & {
  readonly status: string | undefined;
};

export const entryOf = (
  { dateTime, status, type, amount, remark }: ShownEntry,
  partnerReferenceNo: unknown,
): HistoryEntry => ({
  // What an entry lacks is not known: the other entries still are.
  dateTime: dateTime ?? '',
  status: status ?? UNREAD,
  type: type ?? UNREAD,
  ...(amount && { amount: amountText(amount) }),
  ...(remark && { remark }),
  ...referenceOf(partnerReferenceNo),
});

/** Blanks around it are of whoever wrote it. */
function referenceOf(written: unknown): Pick<HistoryEntry, 'partnerReferenceNo'> {
  const partnerReferenceNo = typeof written === 'string' ? written.trim() : '';
  return partnerReferenceNo === '' ? {} : { partnerReferenceNo };
}

/** That List is not shown is no word on what it holds (money rule 3). A moment later it may be. */
const refusedList = (refusal: string) => {
  const why = `DOKU refuses Transaction History List: ${refusal}`;
  return Context.current().info.attempt < LIST_TRIES
    ? unanswered(why)
    : ApplicationFailure.nonRetryable(why, 'RefusedQuestion');
};

const customerNotBound = () =>
  ApplicationFailure.nonRetryable('the customer is not bound', 'CustomerNotBound');
