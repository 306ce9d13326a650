/**
 * The numbers under which this merchant's journeys moved money.
 *
 * @module
 */

import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import {
  authorizedPurchaseWorkflowId,
  bankTransferWorkflowId,
  partnerReferenceFormSchema,
  purchaseWorkflowId,
  refundWorkflowId,
  topUpWorkflowId,
} from '../../contract/identity.js';
import { ownMember } from '../../contract/own-member.js';
import { atOnce } from '../calling/at-once.js';
import { isMute, isSilence } from '../journeys/mute.js';
import { PART, rowsOf } from './batch-rows.js';
import { SINGLE } from './comparison.js';
import { allListed, type ListedJourney } from './listed-journeys.js';
import { isNamed, OF_A_KEY, type OwnRuns } from './own-runs.js';
import { isUnreadable } from './records.js';

/** A day's batch rows serve all pages of a reconciliation, */
const ROWS_KEPT_MS = 600_000;
/** but nothing is called missing by rows that were read longer ago. */
const ROWS_DECIDE_MS = 30_000;
const ANSWER_WITHIN_MS = 10_000;
const ASKED_AT_ONCE = 5;
/** A worker that is busy answers when it is asked anew. */
const ASKED_ANEW = 2;
/** What a part sent may be booked, or shown, after its end. */
const BOOKED_WITHIN_MS = 86_400_000;

/** What moves money: a number of one kind says nothing of another (money rule 7). */
export type Movement = 'payment' | 'give-back' | 'transfer' | 'credit';

export interface Range {
  readonly from: string;
  readonly to: string;
}

interface References {
  /** Each with its customer: another customer's row of the number is another movement. */
  readonly numbers: ReadonlySet<string>;
  /** The rows of some part cannot be read: then nobody knows which numbers it has used. */
  readonly isPartial: boolean;
}

interface BatchRows {
  readonly range: string;
  readonly readAt: number;
  readonly references: Promise<References>;
}

/** Which of a customer's movements have a journey. */
export class Known {
  readonly #numbers = new Set<string>();
  readonly #repeated = new Set<string>();
  /** A journey did not say under which numbers it captured and voided. */
  isPartial = false;

  add(movement: Movement, number: string): void {
    this.#numbers.add(`${movement} ${number}`);
  }

  has(movement: Movement, number: string): boolean {
    return this.#numbers.has(`${movement} ${number}`);
  }

  /** DOKU may show several movements of the kind under the number. */
  addRepeated(movement: Movement, number: string): void {
    this.#repeated.add(`${movement} ${number}`);
  }

  /** Whether what has the number moves money once in this way, so that DOKU may show one such movement at most. */
  isOnce(movement: Movement, number: string): boolean {
    if (movement === 'credit' || movement === 'transfer') return true;
    return this.has(movement, number) && !this.#repeated.has(`${movement} ${number}`);
  }
}

/** Workflow IDs of the journeys that may have made a movement of this number. */
const MADE_BY: Readonly<Record<Movement, readonly ((number: string) => string)[]>> = {
  payment: [purchaseWorkflowId, authorizedPurchaseWorkflowId],
  // A reversal goes back under the purchase's own number.
  'give-back': [refundWorkflowId, purchaseWorkflowId, authorizedPurchaseWorkflowId],
  transfer: [bankTransferWorkflowId],
  credit: [topUpWorkflowId],
};

/** What a journey of this type moves under its own number. */
const MOVES: Readonly<Record<string, readonly Movement[]>> = {
  purchase: ['payment', 'give-back'],
  authorizedPurchase: ['payment', 'give-back'],
  refund: ['give-back'],
  bankTransfer: ['transfer'],
  topUp: ['credit'],
};

/** Of that, what DOKU may show more than once: captures and what is given back, under the number of what they are of. */
const REPEATED: Readonly<Record<string, readonly Movement[]>> = {
  purchase: ['give-back'],
  authorizedPurchase: ['payment', 'give-back'],
};

export class KnownReferences {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #own: Pick<OwnRuns, 'begunAs' | 'counting'>;
  #batchRows: BatchRows | undefined;

  /** @param taskQueue - this merchant's: others in the namespace have keys of their own. */
  constructor(client: Client, taskQueue: string, own: Pick<OwnRuns, 'begunAs' | 'counting'>) {
    this.#client = client;
    this.#taskQueue = taskQueue;
    this.#own = own;
  }

  /**
   * Those of some numbers that a customer's journeys have used, whenever they ran, and those of all their captures and voids. A list is
   * anybody's to write: a number is known by what its journey was begun with (money rule 13).
   */
  async ofCustomer(customerId: string, numbers: ReadonlySet<string>): Promise<Known> {
    const known = new Known();
    const types = SINGLE.map((type) => `'${type}'`).join(', ');
    const query = `CustomerId = '${customerId}' AND WorkflowType IN (${types})`;
    const listed = new Map<string, ListedJourney>();
    for await (const run of allListed(this.#client, query))
      if (isNamed(run)) listed.set(run.workflowId, run);
    const meant = [...listed.values()].filter(
      (run) => run.type === 'authorizedPurchase' || numbers.has(numberOf(run)),
    );
    await atOnce(meant, ASKED_AT_ONCE, async (run) => {
      const { workflowId, type } = run;
      if (!(await this.#isOf(customerId, workflowId))) return;
      for (const movement of ownMember(MOVES, type) ?? []) known.add(movement, numberOf(run));
      for (const movement of ownMember(REPEATED, type) ?? [])
        known.addRepeated(movement, numberOf(run));
      if (type === 'authorizedPurchase') await this.#addSteps(workflowId, known);
    });
    return known;
  }

  /** Whether a journey of this merchant's with this workflow ID is, or was, the customer's. */
  async #isOf(customerId: string, workflowId: string): Promise<boolean> {
    Context.current().heartbeat();
    const begun = await this.#own.begunAs(workflowId);
    return begun.some((given) => given.customerId === customerId);
  }

  /** Captures and voids, whose numbers only their journey knows. */
  async #addSteps(workflowId: string, known: Known): Promise<void> {
    const counting = await this.#own.counting(workflowId);
    if (counting.kind === 'forgotten' || counting.kind === 'nobodys') return;
    const { runId } = counting.run;
    const handle = this.#client.workflow.getHandle(workflowId, runId);
    Context.current().heartbeat();
    try {
      const view = await this.#client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        handle.query<{ steps: readonly { kind: string; partnerNo: string }[] }>('status'),
      );
      for (const { kind, partnerNo } of view.steps)
        known.add(kind === 'capture' ? 'payment' : 'give-back', partnerNo);
    } catch (error) {
      const isAskedAnew = Context.current().info.attempt <= ASKED_ANEW;
      if (isAskedAnew && !(await isMute(this.#client, { workflowId, runId }, error))) throw error;
      // Whoever never answers holds up no other journey, and no other customer.
      if (!isSilence(error)) throw error;
      known.isPartial = true;
    }
  }

  /**
   * Looks a number up that the lists do not have: they lag, and rows of batches are no journeys of their own.
   *
   * @returns `unknown` where it may be in what cannot be read.
   */
  async find(
    movement: Movement,
    number: string,
    customerId: string,
    range: Range,
  ): Promise<boolean | 'unknown'> {
    // No journey can have it.
    if (!partnerReferenceFormSchema.safeParse(number).success) return false;
    // Another customer's is another movement.
    for (const idOf of MADE_BY[movement])
      if (await this.#isOf(customerId, idOf(number))) return true;
    return movement === 'credit' && (await this.#hasBatchRow(rowKey(customerId, number), range));
  }

  async #hasBatchRow(key: string, range: Range): Promise<boolean | 'unknown'> {
    const held = this.#rowsOf(range, ROWS_KEPT_MS);
    if ((await held.references).numbers.has(key)) return true;
    const { numbers, isPartial } = await this.#rowsOf(range, ROWS_DECIDE_MS).references;
    return numbers.has(key) || (isPartial && 'unknown');
  }

  #rowsOf(range: Range, keptMs: number): BatchRows {
    const held = this.#batchRows;
    const key = `${range.from} ${range.to}`;
    if (held?.range === key && held.readAt > Date.now() - keptMs) return held;
    const rows = { range: key, readAt: Date.now(), references: this.#readRows(range) };
    this.#batchRows = rows;
    // What could not be read is read again.
    rows.references.catch(() => {
      if (this.#batchRows === rows) this.#batchRows = undefined;
    });
    return rows;
  }

  /** Of all parts that ran within the period, also those that still do, and those that were broken off. */
  async #readRows(range: Range): Promise<References> {
    const from = new Date(Date.parse(range.from) - BOOKED_WITHIN_MS).toISOString();
    const ran = `StartTime < '${range.to}' AND (CloseTime >= '${from}' OR ExecutionStatus = 'Running')`;
    const numbers = new Set<string>();
    let isPartial = false;
    for await (const part of allListed(this.#client, `WorkflowType = '${PART}' AND ${ran}`)) {
      Context.current().heartbeat();
      try {
        for (const { customerId, partnerReferenceNo } of await rowsOf(this.#client, part))
          numbers.add(rowKey(customerId, partnerReferenceNo));
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        isPartial ||= this.#mayBeOurs(part, error as Error);
      }
    }
    return { numbers, isPartial };
  }

  /** What is not encrypted, or under a key that only another merchant has, has sent nothing of ours. */
  #mayBeOurs({ taskQueue }: ListedJourney, { name }: Error): boolean {
    return OF_A_KEY.has(name) && (taskQueue === undefined || taskQueue === this.#taskQueue);
  }
}

const numberOf = ({ workflowId }: ListedJourney) => workflowId.slice(workflowId.indexOf('/') + 1);

const rowKey = (customerId: string, number: string) => `${customerId} ${number}`;
