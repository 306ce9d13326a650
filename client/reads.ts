import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import {
  type AccountView,
  type Answer,
  accountInquirySchema,
  type Balance,
  type BankAccountView,
  balanceInquirySchema,
  bankAccountInquirySchema,
  type HistoryEntry,
  type HistoryPage,
  historyDetailSchema,
  historyPageSchema,
} from '../contract/reads.js';
import { CustomerNotBoundError, InvalidInputError, RefusedError } from './errors.js';
import { checked } from './temporal/checked.js';
import type { CallOptions } from './temporal/in-time.js';
import type { Journeys } from './temporal/journeys.js';

/** DOKU allows a month; four weeks are never more than one. */
const WINDOW_MS = 28 * 86_400_000;
const rangeSchema = z.object({ from: z.date(), to: z.date().optional() });
/** How far back DOKU's history goes. */
const YEAR_MS = 365 * 86_400_000;

/**
 * Reads: nothing moves, and asking again is always safe. All throw {@link RefusedError} when DOKU clearly refuses,
 * {@link CustomerNotBoundError} when the customer has no account there, and {@link NotAnsweredError} when it gives no clear answer within a minute.
 */
export class Reads {
  readonly #journeys: Journeys;

  constructor(journeys: Journeys) {
    this.#journeys = journeys;
  }

  /** What is on a customer's wallet. */
  async balance(customerId: string, options?: CallOptions): Promise<Balance> {
    return this.#read('balanceInquiry', balanceInquirySchema, { customerId }, options);
  }

  /** Whether a DOKU account is bound to this merchant. */
  async account(accountId: string, options?: CallOptions): Promise<AccountView> {
    return this.#read('accountInquiry', accountInquirySchema, { accountId }, options);
  }

  /** Whose bank account it is. */
  async bankAccount(
    input: z.input<typeof bankAccountInquirySchema>,
    options?: CallOptions,
  ): Promise<BankAccountView> {
    return this.#read('bankAccountInquiry', bankAccountInquirySchema, input, options);
  }

  /** One transaction, by the merchant's reference. */
  async transaction(
    customerId: string,
    partnerReferenceNo: string,
    options?: CallOptions,
  ): Promise<HistoryEntry> {
    const input = { customerId, partnerReferenceNo };
    return this.#read('transactionHistoryDetail', historyDetailSchema, input, options);
  }

  /**
   * A customer's transactions, newest first, over any range within the last year. Reads on as the caller does: DOKU's
   * windows and pages do not show.
   *
   * @param range.from - inclusive. @param range.to - default: now.
   */
  async *history(
    customerId: string,
    range: { from: Date; to?: Date },
    options?: CallOptions,
  ): AsyncGenerator<HistoryEntry> {
    const { to = new Date() } = checked(rangeSchema, range, 'range');
    if (!(range.from <= to)) throw wrongRange('must not be after range.to');
    if (range.from.getTime() < Date.now() - YEAR_MS)
      throw wrongRange('DOKU keeps a year of history');
    let edge = to.getTime();
    let seenAtEdge = new Edge(edge);
    while (edge >= range.from.getTime()) {
      const window = { from: Math.max(range.from.getTime(), edge - WINDOW_MS), to: edge };
      let oldest = window.from;
      const next: HistoryEntry[] = [];
      for await (const { entries, isCutOff } of this.#pages(customerId, window, options)) {
        for (const entry of entries) {
          if (seenAtEdge.hasSeen(entry)) continue;
          next.push(entry);
          yield entry;
        }
        // More than DOKU pages through: go on from the oldest entry seen.
        const last = entries.at(-1);
        if (isCutOff && last) oldest = Date.parse(last.dateTime);
      }
      if (oldest >= edge || oldest <= range.from.getTime()) return;
      edge = oldest;
      seenAtEdge = new Edge(edge, next);
    }
  }

  async *#pages(
    customerId: string,
    window: { from: number; to: number },
    options: CallOptions | undefined,
  ) {
    for (let pageNumber = 0; pageNumber <= LAST_PAGE; pageNumber++) {
      const { entries, isLast } = await this.#read<typeof historyPageSchema, HistoryPage>(
        'transactionHistoryPage',
        historyPageSchema,
        {
          customerId,
          fromDateTime: new Date(window.from).toISOString(),
          toDateTime: new Date(window.to).toISOString(),
          pageNumber,
        },
        options,
      );
      yield { entries, isCutOff: pageNumber === LAST_PAGE && entries.length === PAGE_SIZE };
      if (isLast) return;
    }
  }

  async #read<Schema extends z.ZodType, Response>(
    workflowType: string,
    schema: Schema,
    input: z.input<Schema>,
    options: CallOptions | undefined,
  ): Promise<Response> {
    const parsed = checked(schema, input);
    const answer = await this.#journeys.read<Answer<Response>>(
      {
        workflowType,
        workflowId: `read/${workflowType}/${randomUUID()}`,
        input: parsed,
        summary: workflowType,
      },
      options,
    );
    if (answer.kind === 'answer') return answer.response;
    if (answer.refusal === 'not-bound')
      throw new CustomerNotBoundError('the customer has no bound DOKU account');
    throw new RefusedError(`DOKU refuses: ${answer.refusal}`, answer.refusal);
  }
}

const wrongRange = (message: string) =>
  new InvalidInputError(`range.from: ${message}`, [{ path: 'range.from', message }]);

const PAGE_SIZE = 50;
const LAST_PAGE = 99;

/**
 * The entries of the second at which one window ends and the next, older one begins: both show them. Counted rather
 * than only known, as two transactions may look the same.
 */
class Edge {
  readonly #counts = new Map<string, number>();

  constructor(edgeMs: number, entries: readonly HistoryEntry[] = []) {
    const second = Math.floor(edgeMs / 1_000);
    for (const entry of entries) {
      if (Math.floor(Date.parse(entry.dateTime) / 1_000) !== second) continue;
      const key = JSON.stringify(entry);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
  }

  hasSeen(entry: HistoryEntry): boolean {
    const key = JSON.stringify(entry);
    const count = this.#counts.get(key) ?? 0;
    if (count === 0) return false;
    this.#counts.set(key, count - 1);
    return true;
  }
}
