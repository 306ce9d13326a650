import { types } from 'node:util';
import * as z from 'zod';
import { topUpBatchPartWorkflowId, topUpBatchWorkflowId } from '../contract/identity.js';
import { written } from '../contract/money.js';
import {
  ROWS_A_PART,
  type TopUpBatchInput,
  type TopUpBatchPartResult,
  type TopUpBatchResult,
  type TopUpBatchView,
  type TopUpRow,
  type TopUpRowResult,
  topUpBatchInputSchema,
  topUpBatchStatusSchema,
} from '../contract/top-up-batch.js';
import { wholeNumber } from '../contract/whole-number.js';
import { JourneyBrokenError, JourneyEndedError, UnknownJourneyError } from './errors.js';
import { checked } from './temporal/checked.js';
import type { CallOptions } from './temporal/in-time.js';
import { JourneyClient, numberKeySchema } from './temporal/journey-client.js';
import type { Journeys } from './temporal/journeys.js';
import { digestOf } from './temporal/start.js';
import { hinted, unlessNotNow } from './temporal/unless-not-now.js';
import { rowsFromCsv, totalOf, validRows } from './top-up-rows.js';

/** A batch as a backend gives it: its rows as an array, or as a CSV file's bytes or text. */
export type TopUpBatch = Pick<
  TopUpBatchInput,
  'batchReference' | 'inFlight' | 'waitForFunds' | 'receiveWithin'
> &
  ({ readonly rows: readonly TopUpRow[] } | { readonly csv: string | Uint8Array });

/** Its form: what is in it is told by row and column. */
const batchSchema = z.union([
  z.object({ rows: z.array(z.unknown()) }),
  z.object({ csv: z.union([z.string(), z.custom<Uint8Array>(types.isUint8Array)]) }),
]);

/** What became of the rows of one part of a batch. */
export interface TopUpBatchPart {
  /** From zero. */
  readonly part: number;
  /** How many there are. */
  readonly parts: number;
  /** Whether all its rows have their end. */
  readonly isEnded: boolean;
  /** Of the rows that have their end, in the order of the rows. */
  readonly results: readonly TopUpRowResult[];
}

/** More than any batch has. */
const MOST_PARTS = 1_000;

/** Batches of top-ups, by `batchReference`. Every method may be called again with the same arguments. */
export class TopUpBatchJourney extends JourneyClient<string, TopUpBatchView, TopUpBatchResult> {
  constructor(journeys: Journeys) {
    super(journeys, {
      key: numberKeySchema,
      keyName: 'batchReference',
      idOf: topUpBatchWorkflowId,
      statuses: topUpBatchStatusSchema,
    });
  }

  /**
   * Checks all rows, starts the batch and brings it its rows. A caller that dies on the way just starts it again.
   *
   * @throws InvalidRowsError naming every mistake by row and column; then nothing was sent.
   * @throws InvalidInputError, InputMismatchError when this number was used for other rows.
   */
  async start(batch: TopUpBatch, options?: CallOptions): Promise<void> {
    checked(batchSchema, batch, 'batch');
    const { batchReference, inFlight, waitForFunds, receiveWithin } = batch;
    const rows = await ('csv' in batch ? rowsFromCsv(batch.csv) : validRows(batch.rows));
    const input = checked(topUpBatchInputSchema, {
      batchReference,
      rows: rows.length,
      total: totalOf(rows),
      rowsDigest: digestOf(rows),
      inFlight,
      waitForFunds,
      receiveWithin,
    });
    await this.journeys.start(
      {
        workflowType: 'topUpBatch',
        workflowId: topUpBatchWorkflowId(batchReference),
        input,
        schema: topUpBatchInputSchema,
        summary: `Top-up batch ${batchReference}: ${rows.length} rows, ${written(input.total)}`,
        found: { status: 'receiving', partnerReferenceNo: batchReference },
      },
      options,
    );
    await this.#bring(batchReference, rows, options);
  }

  /** Sends no more rows; those under way go on. @throws JourneyEndedError */
  async pause(batchReference: string, options?: CallOptions): Promise<TopUpBatchView> {
    return this.#set(batchReference, 'pause', options);
  }

  /** Sends rows again, after a pause. @throws JourneyEndedError */
  async goOn(batchReference: string, options?: CallOptions): Promise<TopUpBatchView> {
    return this.#set(batchReference, 'goOn', options);
  }

  /** Money came into the corporate balance: a batch that waits for it tries again now. */
  async funded(batchReference: string, options?: CallOptions): Promise<void> {
    const workflowId = this.idOf(batchReference);
    await hinted(this.journeys.update(workflowId, 'funded', undefined, options));
  }

  /**
   * One result a row, in the order of the rows, as parts end; waits for those that have not.
   *
   * @throws JourneyEndedError with the batch's result where it ended before their part began: nothing was sent of that.
   * @throws JourneyBrokenError where the batch, or a part of it that nobody looks after any more, was ended in Temporal.
   */
  async *results(batchReference: string, options?: CallOptions): AsyncGenerator<TopUpRowResult> {
    for (let index = 0, parts = 1; index < parts; index++) {
      let part = await this.part(batchReference, index, options);
      while (!part.isEnded) {
        await this.#partChanged(batchReference, index, options);
        part = await this.part(batchReference, index, options);
      }
      parts = part.parts;
      yield* part.results;
    }
  }

  /**
   * The results of one part, {@link ROWS_A_PART} rows each, as far as it is: waits for nothing.
   *
   * @param index - from zero.
   * @throws UnknownJourneyError for a part that the batch does not have; else as `results` does.
   */
  async part(
    batchReference: string,
    index: number,
    options?: CallOptions,
  ): Promise<TopUpBatchPart> {
    checked(wholeNumber(0, MOST_PARTS), index, 'part');
    const batchId = this.idOf(batchReference);
    // How many rows it has is so, however it ended.
    const batch = await this.journeys.saidLast<TopUpBatchView>(batchId, 'status', options);
    const parts = Math.ceil(batch.rows / ROWS_A_PART);
    if (index >= parts)
      throw new UnknownJourneyError(`${batchId} has no part ${index}: it has ${parts}, from zero`);
    const partId = topUpBatchPartWorkflowId(batchReference, index);
    const run = await this.journeys.runOf(partId, options);
    const notYet = { part: index, parts, isEnded: false, results: [] };
    if (run === 'running') {
      const results = await this.journeys.saidLast<TopUpRowResult[]>(partId, 'results', options);
      return { ...notYet, results };
    }
    if (run !== 'completed' && !batch.result) {
      // It is to begin, or to be looked after, by a batch that goes on.
      await this.status(batchReference, options);
      return notYet;
    }
    if (run === undefined)
      throw new JourneyEndedError(`${batchId} ended before its part ${index} began`, batch.result);
    const { results } = await this.journeys.result<TopUpBatchPartResult>(partId, options);
    return { part: index, parts, isEnded: true, results };
  }

  /** Waits for the end of a part, or of one that has not begun or was broken off for its batch to do something. */
  async #partChanged(
    batchReference: string,
    index: number,
    options: CallOptions | undefined,
  ): Promise<void> {
    try {
      await this.journeys.result(topUpBatchPartWorkflowId(batchReference, index), options);
    } catch (error) {
      const isToCome = error instanceof UnknownJourneyError || error instanceof JourneyBrokenError;
      if (!isToCome) throw error;
      await this.journeys.changed(this.idOf(batchReference), options);
    }
  }

  /** Refused where it is so already. */
  async #set(
    batchReference: string,
    update: 'pause' | 'goOn',
    options: CallOptions | undefined,
  ): Promise<TopUpBatchView> {
    const workflowId = this.idOf(batchReference);
    await unlessNotNow(this.journeys.update(workflowId, update, undefined, options));
    return this.status(batchReference, options);
  }

  async #bring(
    batchReference: string,
    rows: readonly TopUpRow[],
    options: CallOptions | undefined,
  ): Promise<void> {
    const workflowId = this.idOf(batchReference);
    try {
      // What is there already would only make the history longer.
      const batch = await this.journeys.saidLast<TopUpBatchView>(workflowId, 'status', options);
      if (batch.received === rows.length) return;
      for (let index = 0; index * ROWS_A_PART < rows.length; index++) {
        const part = rows.slice(index * ROWS_A_PART, (index + 1) * ROWS_A_PART);
        await this.journeys.update(workflowId, 'addPart', { index, rows: part }, options);
      }
    } catch (error) {
      // Started before, and ended: there is nothing to bring any more.
      if (!(error instanceof JourneyEndedError)) throw error;
    }
  }
}
