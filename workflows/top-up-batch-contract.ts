/**
 * The public contract of the `topUpBatch` journey, for backends in any language: workflow type `topUpBatch`, workflow
 * ID `top-up-batch/{batchReference}`. Its rows come in by the update `addPart`, so that no payload grows large; each
 * part runs as a workflow `topUpBatchPart`, ID `top-up-batch/{batchReference}/{index}`, whose result holds one line a
 * row.
 *
 * @module
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import * as z from 'zod';
import { durationSchema } from './duration.js';
import { customerIdSchema, openingReferenceSchema, partnerReferenceNoSchema } from './identity.js';
import { type Money, moneySchema } from './money.js';
import type { Attention, Resolution } from './needs-attention-contract.js';
import type { TopUpOutcome } from './top-up-contract.js';

/** Rows of one part: its payload stays far below Temporal's 2 MB, and its history below every limit. */
export const ROWS_A_PART = 250;
const MOST_ROWS = 50_000;

export const topUpRowSchema = z.strictObject({
  /** The payout's number at the merchant, and the identity of the credit (money rule 1). */
  partnerReferenceNo: partnerReferenceNoSchema,
  /** A customer who is bound. */
  customerId: customerIdSchema,
  amount: moneySchema,
  /** Goes to DOKU. Nothing personal. */
  notes: z.string().min(1).max(255).optional(),
});
export type TopUpRow = z.output<typeof topUpRowSchema>;

export const topUpBatchInputSchema = z.strictObject({
  /** The batch's number at the merchant: starting it twice is the same as starting it once. */
  batchReference: openingReferenceSchema,
  rows: z.int().min(1).max(MOST_ROWS),
  /** Of all rows: checked against the corporate balance before the first rupiah moves. */
  total: moneySchema,
  /** Tells two batches of the same number apart. */
  rowsDigest: z.string().min(1).max(64),
  /** Top-ups under way at once. */
  inFlight: z.int().min(1).max(200).default(20),
  /** How long to wait while the corporate balance is too low. Without it such rows end `insufficient-funds`. */
  waitForFunds: durationSchema.optional(),
  /** How long all rows may take to come in. */
  receiveWithin: durationSchema.default('10 minutes'),
});
export type TopUpBatchInput = z.input<typeof topUpBatchInputSchema>;
export type ParsedTopUpBatchInput = z.output<typeof topUpBatchInputSchema>;

export type TopUpBatchOutcome =
  /** Every row has its own end. */
  | 'finished'
  /** The corporate balance does not cover the total; nothing moved. */
  | 'insufficient-funds'
  /** Not all rows came in; nothing moved. */
  | 'abandoned'
  /** Stopped by an operator: rows that were not sent are `cancelled`. */
  | 'cancelled';

/** How many rows came to what. */
export interface TopUpBatchCounts {
  readonly completed: number;
  readonly failed: number;
  readonly insufficientFunds: number;
  readonly cancelled: number;
}

export interface TopUpBatchResult {
  readonly batchReference: string;
  readonly outcome: TopUpBatchOutcome;
  readonly rows: number;
  readonly counts: TopUpBatchCounts;
  readonly resolution?: Resolution;
}

export interface TopUpRowResult {
  readonly partnerReferenceNo: string;
  readonly customerId: string;
  readonly amount: Money;
  readonly outcome: TopUpOutcome | 'cancelled';
  readonly referenceNo?: string;
  readonly refusal?: string;
}

export type TopUpBatchStatus =
  | 'receiving'
  | 'awaiting-funds'
  | 'running'
  | 'paused'
  | 'needs-attention'
  | TopUpBatchOutcome;

export interface TopUpBatchView {
  readonly batchReference: string;
  readonly status: TopUpBatchStatus;
  readonly rows: number;
  readonly received: number;
  readonly counts: TopUpBatchCounts;
  readonly remaining: number;
  readonly attention?: Attention;
  readonly result?: TopUpBatchResult;
}

export const addPartSchema = z.strictObject({
  /** From zero. */
  index: z.int().min(0),
  rows: z.array(topUpRowSchema).min(1).max(ROWS_A_PART),
});
/** Brings one part's rows. The same part again changes nothing. */
export const addPartUpdate = defineUpdate<TopUpBatchView, [z.output<typeof addPartSchema>]>(
  'addPart',
);
/** Sends no more rows; those under way go on. */
export const pauseUpdate = defineUpdate<TopUpBatchView>('pause');
export const goOnUpdate = defineUpdate<TopUpBatchView>('goOn');
/** Money came into the corporate balance: try again now. */
export const batchFundedSignal = defineSignal('funded');
export const topUpBatchStatusQuery = defineQuery<TopUpBatchView>('status');

export interface TopUpBatchPartInput {
  readonly batchReference: string;
  readonly index: number;
  readonly rows: readonly TopUpRow[];
  readonly inFlight: number;
  readonly waitForFunds?: string;
  readonly isPaused: boolean;
}

export interface TopUpBatchPartResult {
  readonly counts: TopUpBatchCounts;
  readonly results: readonly TopUpRowResult[];
}

/** From the batch to its running parts. */
export const partPausedSignal = defineSignal<[boolean]>('paused');
/** From a part to its batch: how far it is, and whether all its rows are on their way. */
export const partProgressSignal =
  defineSignal<[{ index: number; counts: TopUpBatchCounts; isLaunched: boolean }]>('partProgress');
