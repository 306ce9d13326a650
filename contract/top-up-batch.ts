/**
 * The public contract of the `topUpBatch` journey, for backends in any language: workflow type `topUpBatch`, workflow
 * ID `top-up-batch/{batchReference}`. Its rows come in by the update `addPart`, so that no payload grows large; each
 * part runs as a workflow `topUpBatchPart`, ID `top-up-batch/{batchReference}/{index}`, whose result holds one line a
 * row.
 *
 * @module
 */
import * as z from 'zod';
import { defaulted, optional } from './absent.js';
import { durationSchema } from './duration.js';
import { endedWith, invalidInputError, notNowError } from './errors.js';
import { customerIdSchema, openingReferenceSchema, partnerReferenceNoSchema } from './identity.js';
import { query, signal, update } from './message.js';
import { amountValueSchema, moneySchema } from './money.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';
import { stopShape } from './stop.js';
import { topUpOutcomeSchema } from './top-up.js';
import { wholeNumber } from './whole-number.js';

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
  notes: optional(z.string().min(1).max(255)),
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
  inFlight: defaulted(wholeNumber(1, 200), 20),
  /** How long to wait while the corporate balance is too low. Without it such rows end `insufficient-funds`. */
  waitForFunds: optional(durationSchema),
  /** How long all rows may take to come in. */
  receiveWithin: defaulted(durationSchema, '10 minutes'),
});
export type TopUpBatchInput = z.input<typeof topUpBatchInputSchema>;
export type ParsedTopUpBatchInput = z.output<typeof topUpBatchInputSchema>;

export const topUpBatchOutcomeSchema = z.enum([
  /** Every row has its own end. */
  'finished',
  /** The corporate balance does not cover the total; nothing moved. */
  'insufficient-funds',
  /** Not all rows came in; nothing moved. */
  'abandoned',
  /** Stopped by an operator: rows that were not sent are `cancelled`. */
  'cancelled',
]);
export type TopUpBatchOutcome = z.output<typeof topUpBatchOutcomeSchema>;

/** How many rows came to what. */
export const topUpBatchCountsSchema = z
  .object({
    completed: z.int(),
    failed: z.int(),
    insufficientFunds: z.int(),
    cancelled: z.int(),
    /** Of which it could not be found out what became of them; absent where there are none. */
    inDoubt: z.int().exactOptional(),
  })
  .readonly();
export type TopUpBatchCounts = z.output<typeof topUpBatchCountsSchema>;

export const topUpBatchResultSchema = z
  .object({
    batchReference: z.string(),
    outcome: topUpBatchOutcomeSchema,
    rows: z.int(),
    counts: topUpBatchCountsSchema,
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type TopUpBatchResult = z.output<typeof topUpBatchResultSchema>;

export const topUpRowResultSchema = z
  .object({
    partnerReferenceNo: z.string(),
    customerId: z.string(),
    amount: moneySchema,
    outcome: z.enum([
      ...topUpOutcomeSchema.options,
      /** Stopped before it was sent; nothing moved. */
      'cancelled',
      /** Its journey was ended from outside, twice: nobody can say what became of it. */
      'in-doubt',
    ]),
    /** "10000.00" IDR: what was credited, where an operator recorded that it was not `amount`. */
    creditedAmount: amountValueSchema.exactOptional(),
    referenceNo: z.string().exactOptional(),
    refusal: z.string().exactOptional(),
  })
  .readonly();
export type TopUpRowResult = z.output<typeof topUpRowResultSchema>;

export const topUpBatchStatusSchema = z.enum([
  'receiving',
  'awaiting-funds',
  'running',
  'paused',
  'needs-attention',
  ...topUpBatchOutcomeSchema.options,
]);
export type TopUpBatchStatus = z.output<typeof topUpBatchStatusSchema>;

/** Rows of which it is not known whether they were paid. */
export const rowsInDoubtSchema = z
  .object({
    rows: z.int(),
    /** "10000.00", rupiah: what they come to. */
    sum: amountValueSchema,
  })
  .readonly();
export type RowsInDoubt = z.output<typeof rowsInDoubtSchema>;

const waitsForSchema = z.array(z.string()).max(10).readonly();

export const topUpBatchViewSchema = z
  .object({
    batchReference: z.string(),
    status: topUpBatchStatusSchema,
    rows: z.int(),
    received: z.int(),
    counts: topUpBatchCountsSchema,
    remaining: z.int(),
    /** Of those remaining; absent where there are none. */
    inDoubt: rowsInDoubtSchema.exactOptional(),
    /**
     * Workflow IDs of journeys under rows' numbers that others have begun, and of those of its own that wait for an operator:
     * until one ends nobody can say whether its row is paid. The first ten; absent where there are none.
     */
    waitsFor: waitsForSchema.exactOptional(),
    /** Rows' own journeys are among them that need attention: such a row does not end before an operator has decided. */
    waitsForOperator: z.literal(true).exactOptional(),
    ...stopShape,
    attention: attentionSchema.exactOptional(),
    result: topUpBatchResultSchema.exactOptional(),
  })
  .readonly();
export type TopUpBatchView = z.output<typeof topUpBatchViewSchema>;

export const addPartSchema = z.strictObject({
  /** From zero. */
  index: z.int().min(0),
  rows: z.array(topUpRowSchema).min(1).max(ROWS_A_PART),
});
/** Brings one part's rows. The same part again changes nothing. Refused where the batch is being stopped. */
export const addPartUpdate = update('addPart', {
  argument: addPartSchema,
  result: topUpBatchViewSchema,
  errors: [invalidInputError, notNowError, endedWith(topUpBatchResultSchema)],
});
/** Sends no more rows; those under way go on. Refused where it is paused already, or being stopped. */
export const pauseUpdate = update('pause', {
  result: topUpBatchViewSchema,
  errors: [notNowError, endedWith(topUpBatchResultSchema)],
});
/** Refused where it is not paused, or is being stopped. */
export const goOnUpdate = update('goOn', {
  result: topUpBatchViewSchema,
  errors: [notNowError, endedWith(topUpBatchResultSchema)],
});
/** Money came into the corporate balance: try again now. Each one stays in the batch's history; prefer the update. */
export const batchFundedSignal = signal('funded');
/** The same, refused and leaving no event where nobody waits for funds, or it was said a moment ago. */
export const batchFundedUpdate = update('funded', { errors: [notNowError] });
export const topUpBatchStatusQuery = query('status', { result: topUpBatchViewSchema });

export interface TopUpBatchPartInput {
  readonly batchReference: string;
  readonly index: number;
  readonly rows: readonly TopUpRow[];
  readonly inFlight: number;
  readonly waitForFunds?: string;
  readonly isPaused: boolean;
  /** The part was ended from outside before: its rows are asked about, and none is sent. */
  readonly isStopped?: true;
  /** The batch was stopped before the part began: its rows are asked about as far as they show that they were sent, and none is. */
  readonly isUnsent?: true;
}

export const topUpBatchPartResultSchema = z
  .object({
    counts: topUpBatchCountsSchema,
    results: z.array(topUpRowResultSchema).readonly(),
  })
  .readonly();
export type TopUpBatchPartResult = z.output<typeof topUpBatchPartResultSchema>;

/** From the batch to its running parts. */
export const partPausedSignal = signal('paused', { argument: z.boolean() });
/** From a part to its batch: how far it is, and whether all its rows are on their way. */
export const partProgressSignal = signal('partProgress', {
  argument: z.object({
    index: z.int(),
    counts: topUpBatchCountsSchema,
    isLaunched: z.boolean(),
    inDoubt: rowsInDoubtSchema.exactOptional(),
    isAwaitingFunds: z.boolean().exactOptional(),
    waitsFor: waitsForSchema.exactOptional(),
    waitsForOperator: z.literal(true).exactOptional(),
    /** The part was reset, and asks whether it is to be paused or stopped. */
    isReset: z.literal(true).exactOptional(),
  }),
});
/** From a row that has become a journey of its own to its part: whether it waits for an operator. */
export const rowAttentionSignal = signal('rowAttention', {
  argument: z.object({ partnerReferenceNo: z.string(), needsAttention: z.boolean() }),
});

/** Of a part: its rows that have ended so far, in the order of the rows. */
export const partResultsQuery = query('results', {
  result: z.array(topUpRowResultSchema).readonly(),
});

/** Of a part: whether it may yet send the row of a number, or has just done so. What became a journey of its own is that one's. */
export const toBeSentQuery = query('toBeSent', { argument: z.string(), result: z.boolean() });

/** Of a batch or a part: numbers of a customer's rows that were or will be sent, and have not ended. */
export const underWayQuery = query('underWay', {
  argument: customerIdSchema,
  result: z.array(z.string()).readonly(),
});
