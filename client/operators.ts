import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import * as z from 'zod';
import { customerIdSchema } from '../contract/identity.js';
import { operatorWordsSchema } from '../contract/operator-words.js';
import { DeadlineExceededError } from './errors.js';
import { checked } from './temporal/checked.js';
import { type CallOptions, callOptionsSchema, inOwnTime } from './temporal/in-time.js';
import { listedPage, listedRuns } from './temporal/listing.js';
import { translated } from './temporal/translated.js';
import { type Conditions, visibilityQuery } from './temporal/visibility-query.js';

export const statusSchema = z.string().regex(/^[a-z-]{1,40}$/, 'must be a status of the contract');

const selectionSchema = z.strictObject({
  /** Started from then: when the bad release went out, say. */
  startedFrom: z.date().optional(),
  /** Started before then. */
  startedBefore: z.date().optional(),
  /** Where the journeys stand, such as `awaiting-payment`. */
  status: statusSchema.optional(),
  customerId: customerIdSchema.optional(),
});
/** Which open purchases. All that are given must hold. */
export type Selection = z.input<typeof selectionSchema>;

/** Journeys that match, and are left alone, as they are on another task queue. */
export interface LeftAlone {
  /** Absent for all on further ones together. */
  readonly taskQueue?: string;
  readonly matching: number;
}

/** What a bulk action would do, or has begun. */
export interface BulkAction {
  /** How many journeys match on the workers' task queue; counted before anything is done. */
  readonly matching: number;
  /** What would match on other task queues, such as a rehearsal's. Nothing is done to it. */
  readonly elsewhere: readonly LeftAlone[];
  /** Some of their workflow IDs, to check the selection by. */
  readonly sample: readonly string[];
  /** Temporal's batch job, once it runs. */
  readonly jobId?: string;
}

/** How far a bulk action is. */
export interface BulkProgress {
  readonly isDone: boolean;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
}

const SAMPLE = 10;
/** Anybody who reaches Temporal may name as many as they like. */
const MOST_QUEUES = 10;
const late = async () => new DeadlineExceededError('Temporal did not answer in time');
/** Temporal's `BatchOperationState`. */
const RUNNING = 1;

const bulkOptionsSchema = callOptionsSchema.extend({
  reason: operatorWordsSchema(128),
  dryRun: z.boolean().default(true),
});
/** How a bulk action is asked for. */
export interface BulkOptions extends CallOptions {
  /** For Temporal's audit; nothing personal. */
  readonly reason: string;
  /** `true` (the default) only tells what would be done. */
  readonly dryRun?: boolean;
}

/** Bulk actions of operators, run by Temporal's batch. Each one says first what it would do. */
export class Operators {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #answerWithinMs: number;

  /**
   * @param taskQueue - the workers': whoever shares the namespace has another, and journeys of their own there.
   * @param answerWithinMs - how long a call may take whose caller names no deadline.
   */
  constructor(client: Client, taskQueue: string, answerWithinMs: number) {
    this.#client = client;
    this.#taskQueue = taskQueue;
    this.#answerWithinMs = answerWithinMs;
  }

  /**
   * Cancels open purchases, or reverses those that are paid, and proves it: what the cancel button does for one.
   *
   * @param options.dryRun - `true` (the default) only tells what would be cancelled.
   * @param options.reason - for Temporal's audit; nothing personal.
   */
  async cancelPurchases(selection: Selection, options: BulkOptions): Promise<BulkAction> {
    return this.#run(selection, options, { cancellationOperation: { identity: 'operator' } });
  }

  /** Has open purchases ask DOKU now. */
  async pollPurchases(selection: Selection, options: BulkOptions): Promise<BulkAction> {
    return this.#run(selection, options, {
      signalOperation: { signal: 'notified', identity: 'operator' },
    });
  }

  /** How far a bulk action is, by the `jobId` that it was answered with. */
  async progress(jobId: string, options: CallOptions = {}): Promise<BulkProgress> {
    checked(z.string().min(1), jobId, 'jobId');
    const job = await this.#call(options, () =>
      this.#client.workflowService.describeBatchOperation({
        namespace: this.#client.options.namespace,
        jobId,
      }),
    );
    return {
      isDone: Number(job.state) !== RUNNING,
      total: Number(job.totalOperationCount ?? 0),
      completed: Number(job.completeOperationCount ?? 0),
      failed: Number(job.failureOperationCount ?? 0),
    };
  }

  async #run(selection: Selection, options: BulkOptions, operation: object): Promise<BulkAction> {
    const { reason, dryRun, ...call } = checked(bulkOptionsSchema, options, 'options');
    const asked: Conditions = {
      workflowTypes: ['purchase'],
      isRunning: true,
      ...checked(selectionSchema, selection, 'selection'),
    };
    return this.#call(call, () => this.#done(asked, reason, dryRun, operation));
  }

  async #done(
    asked: Conditions,
    reason: string,
    dryRun: boolean,
    operation: object,
  ): Promise<BulkAction> {
    const query = visibilityQuery({ ...asked, taskQueue: this.#taskQueue });
    const matching = await this.#count(query);
    const elsewhere = await this.#elsewhere(asked);
    const sample: string[] = [];
    for await (const { workflowId } of listedRuns(this.#client, query)) {
      sample.push(workflowId);
      if (sample.length === SAMPLE) break;
    }
    if (dryRun) return { matching, elsewhere, sample };
    const jobId = randomUUID();
    await this.#client.workflowService.startBatchOperation({
      namespace: this.#client.options.namespace,
      jobId,
      visibilityQuery: query,
      reason,
      ...operation,
    });
    return { matching, elsewhere, sample, jobId };
  }

  async #count(query: string): Promise<number> {
    return (await this.#client.workflow.count(query)).count;
  }

  /** Queue by queue, the one of the newest first. */
  async #elsewhere(asked: Conditions): Promise<LeftAlone[]> {
    const elsewhere: LeftAlone[] = [];
    const known = [this.#taskQueue];
    while (elsewhere.length < MOST_QUEUES) {
      const others = visibilityQuery({ ...asked, exceptTaskQueues: known });
      const [newest] = (await listedPage(this.#client, others, 1)).runs;
      if (newest === undefined) return elsewhere;
      const { taskQueue } = newest;
      const matching = await this.#count(visibilityQuery({ ...asked, taskQueue }));
      // A name that Temporal's lists cannot look for.
      if (matching === 0) break;
      elsewhere.push({ taskQueue, matching });
      known.push(taskQueue);
    }
    const further = await this.#count(visibilityQuery({ ...asked, exceptTaskQueues: known }));
    return further > 0 ? [...elsewhere, { matching: further }] : elsewhere;
  }

  async #call<Answer>(options: CallOptions, work: () => Promise<Answer>): Promise<Answer> {
    const within = { usualMs: this.#answerWithinMs };
    try {
      return await inOwnTime(this.#client, options, within, work, { whyLate: late });
    } catch (error) {
      throw translated(error, 'Temporal');
    }
  }
}
