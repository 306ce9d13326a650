/**
 * The public contract of the `topUp` journey, for backends in any language: workflow type `topUp`, workflow ID
 * `top-up/{partnerReferenceNo}`, and the names and shapes below.
 *
 * @module
 */
import * as z from 'zod';
import { optional } from './absent.js';
import { durationSchema } from './duration.js';
import { notNowError } from './errors.js';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import { instantSchema } from './instant.js';
import { query, signal, update } from './message.js';
import { amountValueSchema, moneySchema } from './money.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';
import { refusedShape } from './refusal.js';
import { stopShape } from './stop.js';

export const topUpInputSchema = z.strictObject({
  /** The payout's number at the merchant, and the identity of the credit (money rule 1). */
  partnerReferenceNo: partnerReferenceNoSchema,
  /** A customer who is bound. */
  customerId: customerIdSchema,
  amount: moneySchema,
  /** How long to wait while the corporate balance is too low. Without it the top-up ends `insufficient-funds`. */
  waitForFunds: optional(durationSchema),
  /** Goes to DOKU. Nothing personal. */
  notes: optional(z.string().min(1).max(255)),
});
export type TopUpInput = z.input<typeof topUpInputSchema>;
export type ParsedTopUpInput = z.output<typeof topUpInputSchema>;

/** What a batch knows of a top-up that it hands over to a journey of its own. */
export interface TopUpHandOver {
  /** DOKU may have it already, so that it is asked before anything is sent. */
  readonly mayBeSent: boolean;
  /** ISO 8601: when it may have reached DOKU last. */
  readonly lastSentAt?: string;
  /** The request of whoever sent it before may be under way, for as long as a call takes. */
  readonly mayBeUnderWay?: true;
  /** The wallet that it may have been sent to, whatever the customer has bound since. */
  readonly accountId?: string;
  /** DOKU accepted it: that it does not show it is a lag. */
  readonly isAccepted?: true;
  /** DOKU has shown it: likewise. */
  readonly isAtDoku?: true;
  /** DOKU knew the number before this payout was sent: what it holds may be another's. */
  readonly isKnown?: KnownNumber;
  /** Nothing is to be sent any more: only what may have been sent is to be proven. */
  readonly isStopped?: true;
}

/**
 * What DOKU said of a number that it knew before: the `same` payout, by an earlier life of the journey or under the same
 * number elsewhere, or `other` particulars.
 */
export type KnownNumber = 'same' | 'other';

export const topUpOutcomeSchema = z.enum([
  /** The customer's wallet was credited, by DOKU's own status. */
  'completed',
  /** DOKU refused or failed it; nothing moved. */
  'failed',
  /** The corporate balance does not hold enough, and nobody waits for it any more; nothing moved. */
  'insufficient-funds',
]);
export type TopUpOutcome = z.output<typeof topUpOutcomeSchema>;

export const topUpResultSchema = z
  .object({
    partnerReferenceNo: z.string(),
    amount: moneySchema,
    outcome: topUpOutcomeSchema,
    /** "10000.00" IDR: what was credited, where DOKU shows that it was not `amount`, and an operator recorded it so. */
    creditedAmount: amountValueSchema.exactOptional(),
    /** DOKU's reference, when it ever gave one. */
    referenceNo: z.string().exactOptional(),
    /** Why DOKU refused, or what it failed with. */
    refusal: z.string().exactOptional(),
    ...refusedShape,
    /** Present when an operator decided. */
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type TopUpResult = z.output<typeof topUpResultSchema>;

export const topUpStatusSchema = z.enum([
  'inquiring',
  'sending',
  'awaiting-funds',
  'in-doubt',
  'needs-attention',
  ...topUpOutcomeSchema.options,
]);
export type TopUpStatus = z.output<typeof topUpStatusSchema>;

export const topUpViewSchema = z
  .object({
    partnerReferenceNo: z.string(),
    status: topUpStatusSchema,
    /** ISO 8601: until when the journey waits for the corporate balance; until it has ended. */
    fundsBy: instantSchema.exactOptional(),
    /** Since when it is not known whether what was sent has happened. */
    inDoubtSince: instantSchema.exactOptional(),
    ...stopShape,
    attention: attentionSchema.exactOptional(),
    result: topUpResultSchema.exactOptional(),
  })
  .readonly();
export type TopUpView = z.output<typeof topUpViewSchema>;

/** Money came into the corporate balance: try again now. Each one stays in the journey's history; prefer the update. */
export const fundedSignal = signal('funded');
/** The same, refused and leaving no event where nobody waits for funds, or it was said a moment ago. */
export const fundedUpdate = update('funded', { errors: [notNowError] });
/** DOKU's notification came in: ask DOKU now. */
export const topUpNotifiedSignal = signal('notified');
export const topUpStatusQuery = query('status', { result: topUpViewSchema });
