/**
 * The contract of events: what a merchant's backend is told when a journey comes to where somebody has to act, or to its
 * end. Delivered to the receiver that the workers are set to (`EVENTS_URL`), signed by the Standard Webhooks convention; or
 * read by `journeys.events.list`. At least once, and in order within a journey.
 *
 * @module
 */
import * as z from 'zod';
import { authorizedPurchaseOutcomeSchema } from './authorized-purchase.js';
import { bankTransferOutcomeSchema } from './bank-transfer.js';
import { closeAccountOutcomeSchema } from './close-account.js';
import { findingKindSchema, findingOutcomeSchema } from './finding.js';
import { instantSchema } from './instant.js';
import { query, signal } from './message.js';
import { amountValueSchema, moneySchema } from './money.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';
import { openAccountOutcomeSchema } from './open-account.js';
import { purchaseOutcomeSchema } from './purchase.js';
import { reconciliationCountsSchema, reconciliationOutcomeSchema } from './reconciliation.js';
import { refundOutcomeSchema } from './refund.js';
import { topUpOutcomeSchema } from './top-up.js';
import { topUpBatchCountsSchema, topUpBatchOutcomeSchema } from './top-up-batch.js';
import { wholeNumber } from './whole-number.js';

/** What is told of journeys of a workflow type: under which name, where they wait for somebody, and how they end. */
interface Told {
  readonly journey: string;
  /** Statuses of an open journey that are told, beside `needs-attention`. */
  readonly open: readonly string[];
  readonly outcomes: readonly string[];
  /** What the business number is called. */
  readonly number: 'partnerReferenceNo' | 'batchReference' | 'reference';
}

/** By workflow types. Of what is not here nobody is told. */
export const TOLD_JOURNEYS = {
  purchase: {
    journey: 'purchase',
    open: ['awaiting-acknowledgement'],
    outcomes: purchaseOutcomeSchema.options,
    number: 'partnerReferenceNo',
  },
  refund: {
    journey: 'refund',
    open: [],
    outcomes: refundOutcomeSchema.options,
    number: 'partnerReferenceNo',
  },
  authorizedPurchase: {
    journey: 'authorized-purchase',
    open: ['authorized'],
    outcomes: authorizedPurchaseOutcomeSchema.options,
    number: 'partnerReferenceNo',
  },
  topUp: {
    journey: 'top-up',
    open: ['awaiting-funds'],
    outcomes: topUpOutcomeSchema.options,
    number: 'partnerReferenceNo',
  },
  topUpBatch: {
    journey: 'top-up-batch',
    open: ['awaiting-funds'],
    outcomes: topUpBatchOutcomeSchema.options,
    number: 'batchReference',
  },
  bankTransfer: {
    journey: 'bank-transfer',
    open: ['awaiting-confirmation'],
    outcomes: bankTransferOutcomeSchema.options,
    number: 'partnerReferenceNo',
  },
  openAccount: {
    journey: 'open-account',
    open: [],
    outcomes: openAccountOutcomeSchema.options,
    number: 'reference',
  },
  closeAccount: {
    journey: 'close-account',
    open: [],
    outcomes: closeAccountOutcomeSchema.options,
    number: 'reference',
  },
  finding: {
    journey: 'finding',
    open: [],
    outcomes: findingOutcomeSchema.options,
    number: 'partnerReferenceNo',
  },
  reconciliation: {
    journey: 'reconciliation',
    open: [],
    outcomes: reconciliationOutcomeSchema.options,
    number: 'reference',
  },
} as const satisfies Readonly<Record<string, Told>>;

/** @returns nothing for a workflow of which nobody is told. */
export const toldOfType = (workflowType: string): Told | undefined =>
  Object.hasOwn(TOLD_JOURNEYS, workflowType)
    ? TOLD_JOURNEYS[workflowType as keyof typeof TOLD_JOURNEYS]
    : undefined;

/** Whether a journey of this type has ended where it stands, though it may still run for as long as it tells so. */
export const isOutcome = (workflowType: string, status: string): boolean =>
  toldOfType(workflowType)?.outcomes.includes(status) === true;

/** Every event that there is: `purchase.paid`, `finding.needs-attention`, … */
export const EVENT_TYPES: readonly string[] = Object.values<Told>(TOLD_JOURNEYS).flatMap(
  ({ journey, open, outcomes }) =>
    [...open, 'needs-attention', ...outcomes].map((status) => `${journey}.${status}`),
);

/** Code words, never a sentence: one may hold what somebody wrote. */
export const codeWordSchema = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

export const eventDataSchema = z
  .object({
    /** Such as `purchase`, `top-up`, `open-account`. */
    journey: z.string(),
    /** With an ellipsis for what is personal, in journeys that began before such IDs were refused. */
    workflowId: z.string(),
    /** Counts the events of one run of the journey, from 1. After an operator's reset another run counts anew, with later times. */
    sequence: z.int().min(1),
    /** Where the journey stands, in the words of its contract. */
    status: z.string(),
    customerId: z.string().exactOptional(),
    partnerReferenceNo: z.string().exactOptional(),
    partnerRefundNo: z.string().exactOptional(),
    batchReference: z.string().exactOptional(),
    /** Of an opening, a closing or a reconciliation. */
    reference: z.string().exactOptional(),
    amount: moneySchema.exactOptional(),
    /** ISO 8601: when it was asked to stop, of one that waits for an operator. */
    stopRequestedAt: instantSchema.exactOptional(),
    /** Of a finding. */
    kind: findingKindSchema.exactOptional(),
    /** How it ended. */
    outcome: codeWordSchema.exactOptional(),
    /** Why, in code words of the journey's result, where it has them. */
    reason: codeWordSchema.exactOptional(),
    rejection: codeWordSchema.exactOptional(),
    refusal: codeWordSchema.exactOptional(),
    /** Of an authorised purchase that has ended, "10000.00" IDR each. */
    captured: amountValueSchema.exactOptional(),
    voided: amountValueSchema.exactOptional(),
    /** Of a batch that has ended, how many rows came to what; of a reconciliation, how many journeys. */
    counts: z.union([topUpBatchCountsSchema, reconciliationCountsSchema]).exactOptional(),
  })
  .readonly();
export type EventData = z.output<typeof eventDataSchema>;

export const eventIdSchema = z.string().regex(/^evt_[0-9a-f]{32}$/);

/** As it is delivered, in JSON: the body that is signed. Never a phone number, a token or an OTP is in it. */
export const eventSchema = z
  .object({
    /** The same each time that it is delivered, also after an operator's reset: the header `webhook-id`. */
    id: eventIdSchema,
    /** {@link EVENT_TYPES}. More may come: answer 2xx to those that you do not know. */
    type: z.string(),
    /** ISO 8601 with offset: when the journey came there. */
    timestamp: instantSchema,
    data: eventDataSchema,
  })
  .readonly();
export type JourneyEvent = z.output<typeof eventSchema>;

/** What a journey had to tell so far, oldest first, whether or not there is a receiver. */
export const eventsQuery = query('events', { result: z.array(eventSchema).readonly() });

/** How many journeys are asked for their events at once. */
export const eventLimitSchema = wholeNumber(1, 500).default(100);

/** A run of a journey that could not be asked, such as one whose workers fail on it: it is in nobody else's way. */
export const unreadRunSchema = z
  .object({
    workflowId: z.string(),
    runId: z.string(),
    /** One sentence for people. */
    why: z.string(),
  })
  .readonly();
export type UnreadRun = z.output<typeof unreadRunSchema>;

/** Events as they are read, by `journeys.events.list` and `GET /v1/events`. */
export const eventPageSchema = z
  .object({
    /** Sorted by their time; in order within a journey. May be empty while there are more. */
    events: z.array(eventSchema).readonly(),
    /** What these have told is not in `events`, and does not come by a later page: ask the journey by its number, or have it sent again once it answers. */
    unread: z.array(unreadRunSchema).readonly(),
    /** For the next call's `after`, as it is. */
    next: z.string(),
    /** Whether more are there now; if not, call again after a while. */
    hasMore: z.boolean(),
  })
  .readonly();
export type EventPage = z.output<typeof eventPageSchema>;

/** The workflow that delivers what a receiver did not take at once: `events/{workflow ID of the journey}`. */
export const EVENT_DELIVERY_TYPE = 'eventDelivery';
/** Where it stands as it begins. */
export const EVENT_DELIVERY_STATUS = 'delivering' satisfies EventDeliveryStatus;

/** Of one journey; of more the oldest give way. */
export const MOST_WAITING_EVENTS = 1_000;

/** What is delivered together, oldest first: passed on as it is, also what a newer journey tells beyond this contract. */
export const deliveredEventsSchema = z
  .array(
    z.looseObject({
      id: z.string(),
      type: z.string(),
      data: z.looseObject({ workflowId: z.string() }),
    }),
  )
  .min(1)
  .max(MOST_WAITING_EVENTS)
  .readonly();
/** More events for the delivery that is under way. Those that it has already count once. */
export const deliverSignal = signal('deliver', { argument: deliveredEventsSchema });
/** The receiver is back: the delivery tries at once, also where an operator is asked. */
export const tryNowSignal = signal('tryNow');

export const eventDeliveryStatusSchema = z.enum([
  'delivering',
  'needs-attention',
  'delivered',
  /** An operator gave them up. */
  'dropped',
]);
export type EventDeliveryStatus = z.output<typeof eventDeliveryStatusSchema>;

export const eventDeliveryResultSchema = z
  .object({
    outcome: z.enum(['delivered', 'dropped']),
    /** How many the receiver took. */
    delivered: z.int(),
    /** Those that an operator gave up, or that gave way to newer ones, by their IDs: the last thousand. */
    dropped: z.array(z.string()).readonly(),
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type EventDeliveryResult = z.output<typeof eventDeliveryResultSchema>;

export const eventDeliveryViewSchema = z
  .object({
    status: eventDeliveryStatusSchema,
    /** Those that the receiver has not taken, oldest first. */
    waiting: z.array(eventSchema).readonly(),
    attention: attentionSchema.exactOptional(),
  })
  .readonly();
export type EventDeliveryView = z.output<typeof eventDeliveryViewSchema>;
export const eventDeliveryStatusQuery = query('status', { result: eventDeliveryViewSchema });
