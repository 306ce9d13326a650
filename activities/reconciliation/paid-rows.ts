/**
 * Rows of batches that were paid. A payout that failed once may be sent again under its number, by another batch, and what DOKU
 * then shows of the number is that one's.
 *
 * @module
 */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { PART, type PartRow, rowsOf } from './batch-rows.js';
import { allListed } from './listed-journeys.js';
import { isUnreadable } from './records.js';

const DAY_LENGTH = '2026-01-01'.length;

/** What tells a payout apart. */
export type Payout = Pick<PartRow, 'partnerReferenceNo' | 'customerId' | 'amount'>;

interface Read {
  readonly day: string;
  readonly paid: Promise<ReadonlySet<string>>;
}

export class PaidRows {
  readonly #client: Client;
  /** One look's serves all that it asks about: what it compares was paid before. */
  readonly #reads = new WeakMap<Context, Read>();

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Whether a part of a batch has paid it, or something else under its number.
   *
   * @param since - ISO 8601: not by one that ended before then.
   */
  async paid(payout: Payout, since: string): Promise<'same' | 'other' | undefined> {
    const paid = await this.#readSince(since.slice(0, DAY_LENGTH));
    if (paid.has(keyOf(payout))) return 'same';
    return paid.has(payout.partnerReferenceNo) ? 'other' : undefined;
  }

  #readSince(day: string): Promise<ReadonlySet<string>> {
    const look = Context.current();
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

  async #paidSince(day: string): Promise<ReadonlySet<string>> {
    const paid = new Set<string>();
    const query = `WorkflowType = '${PART}' AND CloseTime >= '${day}T00:00:00Z' AND ExecutionStatus = 'Completed'`;
    for await (const part of allListed(this.#client, query)) {
      Context.current().heartbeat();
      try {
        for (const row of await rowsOf(this.#client, part))
          if (row.outcome === 'completed') paid.add(keyOf(row)).add(row.partnerReferenceNo);
      } catch (error) {
        if (!isUnreadable(error)) throw error;
      }
    }
    return paid;
  }
}

const keyOf = ({ customerId, partnerReferenceNo, amount }: Payout) =>
  `${customerId} ${partnerReferenceNo} ${amount.currency} ${amount.value}`;
