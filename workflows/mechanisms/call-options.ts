/**
 * How the journeys call their activities. Priorities are Temporal's, 1 first: when DOKU's rate is the limit, money
 * goes before questions, questions before waiting, and reads come last.
 *
 * @module
 */
import type { ActivityOptions } from '@temporalio/workflow';

/** Leaves room for one renewal of a token and two 10 s requests cut short by it. */
export const ONE_CALL_MS = 20_000;
/** A renewal of a customer's token may take three calls: refresh, Account Inquiry, exchange. */
export const CUSTOMER_TOKEN_MS = 35_000;
/** How long DOKU may fail to answer one question before an operator is asked to look. */
export const PATIENCE = '24 hours';

/**
 * A call that may move money, or makes DOKU act towards the customer, runs once: any later attempt only tells that the
 * first was lost with its worker (see `activities/calling/move.ts`). So there may be as many as it takes.
 */
export const MOVE = {
  startToCloseTimeout: ONE_CALL_MS,
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  priority: { priorityKey: 1 },
} satisfies ActivityOptions;

/** The activity plans its own delays; the retry interval only follows a lost worker. */
export const QUESTION = {
  startToCloseTimeout: ONE_CALL_MS,
  scheduleToCloseTimeout: PATIENCE,
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  priority: { priorityKey: 2 },
} satisfies ActivityOptions;

/** Several calls of DOKU's history in a row; each one heartbeats, so that a lost worker is noticed all the same. */
export const HISTORY_QUESTION = {
  ...QUESTION,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: ONE_CALL_MS,
} satisfies ActivityOptions;

/** Open as long as the journey waits; the journey's own timer ends it. */
export const WAIT = {
  startToCloseTimeout: ONE_CALL_MS,
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  priority: { priorityKey: 3 },
} satisfies ActivityOptions;

/** Somebody waits for the answer, and may ask again. */
export const READ = {
  startToCloseTimeout: ONE_CALL_MS,
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '500 ms', backoffCoefficient: 2, maximumInterval: '5 seconds' },
  priority: { priorityKey: 5 },
} satisfies ActivityOptions;

/** An event to the merchant's backend, while its journey waits for nothing else: once, and not for long. */
export const DELIVERY = {
  startToCloseTimeout: '4 seconds',
  scheduleToCloseTimeout: '5 seconds',
  retry: { maximumAttempts: 1 },
  priority: { priorityKey: 4 },
} satisfies ActivityOptions;

/** The same where no worker has said yet whether there is a receiver: it is asked until one does. */
export const FIRST_DELIVERY = {
  ...DELIVERY,
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
} satisfies ActivityOptions;

/** The same by `eventDelivery`, until the receiver takes it; the activity plans its own delays. */
export const PATIENT_DELIVERY = {
  startToCloseTimeout: ONE_CALL_MS,
  scheduleToCloseTimeout: '3 days',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  priority: { priorityKey: 5 },
} satisfies ActivityOptions;

/** The same once, before another run goes on with it. */
export const ONE_DELIVERY = {
  startToCloseTimeout: ONE_CALL_MS,
  scheduleToCloseTimeout: '3 minutes',
  retry: { maximumAttempts: 1 },
  priority: { priorityKey: 5 },
} satisfies ActivityOptions;
