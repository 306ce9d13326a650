/**
 * Rows of batches that were paid. A payout that failed once may be sent again under its number, by another batch, and what DOKU
 * then shows of the number is that one's.
 *
 * @module
 */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { partResultsQuery } from '../../contract/top-up-batch.js';
import { isSilence } from '../journeys/mute.js';
import { PART, type PartRow, rowsOf } from './batch-rows.js';
import { allListed, type ListedJourney, onQueue } from './listed-journeys.js';
import { isUnreadable } from './records.js';

const DAY_LENGTH = '2026-01-01'.length;
const ANSWER_WITHIN_MS = 6_000;

/** What tells a payout apart. */
export type Payout = Pick<PartRow, 'partnerReferenceNo' | 'customerId' | 'amount'>;

/** A payout that was made. */
export interface PaidRow extends Payout {
  /** "10000.00" */
  readonly credited: string;
}

/** By number. */
type PaidByNumber = ReadonlyMap<string, readonly PaidRow[]>;

interface Read {
  readonly day: string;
  readonly paid: Promise<PaidByNumber>;
}

export class PaidRows {
  readonly #client: Client;
  readonly #taskQueue: string;
  /** One look's serves all that it asks about: what it compares was paid before. */
  readonly #reads = new WeakMap<object, Read>();
  readonly #running = new WeakMap<object, Promise<PaidByNumber>>();

  /** @param taskQueue - the workers': no part answers elsewhere. */
  constructor(client: Client, taskQueue: string) {
    this.#client = client;
    this.#taskQueue = taskQueue;
  }

  /**
   * What parts of batches that have ended paid under a number.
   *
   * @param since - ISO 8601: not by those that ended before that day.
   * @param look - whose reading serves for this question, too.
   */
  async of(number: string, since: string, look: object = Context.current()) {
    return (await this.#readSince(since.slice(0, DAY_LENGTH), look)).get(number) ?? [];
  }

  /** The same of parts that run, as far as they tell. */
  async ofRunning(number: string, look: object = Context.current()): Promise<readonly PaidRow[]> {
    const held = this.#running.get(look) ?? this.#paidByRunning();
    this.#running.set(look, held);
    held.catch(() => this.#running.delete(look));
    return (await held).get(number) ?? [];
  }

  #readSince(day: string, look: object): Promise<PaidByNumber> {
    const held = this.#reads.get(look);
    if (held?.day === day) return held.paid;
    const read = { day, paid: this.#paidSince(day) };
    this.#reads.set(look, read);
    // What could not be read is read again.
    read.paid.catch(() => {
      if (this.#reads.get(look) === read) this.#reads.delete(look);
    });
    return read.paid;
  }

  #paidSince(day: string): Promise<PaidByNumber> {
    const query = `WorkflowType = '${PART}' AND CloseTime >= '${day}T00:00:00Z' AND ExecutionStatus = 'Completed'`;
    return this.#paidIn(query, (part) => rowsOf(this.#client, part));
  }

  #paidByRunning(): Promise<PaidByNumber> {
    const query = `WorkflowType = '${PART}' AND ExecutionStatus = 'Running'${onQueue(this.#taskQueue)}`;
    return this.#paidIn(query, (part) => this.#answerOf(part));
  }

  async #paidIn(
    query: string,
    read: (part: ListedJourney) => Promise<readonly PartRow[]>,
  ): Promise<PaidByNumber> {
    const paid = new Map<string, PaidRow[]>();
    for await (const part of allListed(this.#client, query)) {
      Context.current().heartbeat();
      try {
        for (const row of await read(part)) {
          if (row.outcome !== 'completed') continue;
          const { partnerReferenceNo, customerId, amount, creditedAmount } = row;
          const credited = creditedAmount ?? amount.value;
          const one = { partnerReferenceNo, customerId, amount, credited };
          paid.set(partnerReferenceNo, [...(paid.get(partnerReferenceNo) ?? []), one]);
        }
      } catch (error) {
        if (!isUnreadable(error)) throw error;
      }
    }
    return paid;
  }

  /** Nothing of one that does not answer: what it paid is asked about then. */
  async #answerOf({ workflowId, runId }: ListedJourney): Promise<readonly PartRow[]> {
    try {
      const handle = this.#client.workflow.getHandle(workflowId, runId);
      return await this.#client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        handle.query<readonly PartRow[], []>(partResultsQuery.name),
      );
    } catch (error) {
      if (!isSilence(error)) throw error;
      return [];
    }
  }
}

export const isSamePayout = (one: Payout, other: Payout): boolean =>
  one.partnerReferenceNo === other.partnerReferenceNo &&
  one.customerId === other.customerId &&
  one.amount.value === other.amount.value &&
  one.amount.currency === other.amount.currency;
