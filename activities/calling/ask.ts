/**
 * How an activity asks DOKU: again and again until the answer is clear, by failing and letting Temporal
 * bring it back after a planned delay.
 *
 * @module
 */

import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { customerNotBoundError } from '../../contract/errors.js';
import type { Answer } from '../../contract/reads.js';
import { InvalidRequestError } from '../snap/invalid-request-error.js';
import { NotSentError } from '../snap/not-sent-error.js';
import type { Doubtful, Outcome, RefusalCase } from '../snap/outcome.js';
import { CustomerNotBoundError } from '../snap/token-source.js';
import { BackingOffError } from './backoff.js';
import { TokenUnavailableError } from './fleet-tokens.js';
import { ToldFailure } from './told-failure.js';

/** The planned delays between two questions about the same thing. */
export interface PollingDelays {
  readonly firstMs: number;
  readonly factor: number;
  readonly mostMs: number;
}

/** DOKU did not answer clearly, so the same question is asked again after this delay. */
const UNANSWERED: PollingDelays = { firstMs: 500, factor: 2, mostMs: 60_000 };

/** How long an answer that cannot be read is asked for again before somebody has to look. */
const UNREADABLE_FOR_MS = 5 * 60_000;

/** Up to a fifth more or less, so that journeys which began to wait together do not come back together. */
const jittered = (ms: number) => Math.round(ms * (0.8 + 0.4 * Math.random()));

const delayOf = (attempt: number, { firstMs, factor, mostMs }: PollingDelays) =>
  jittered(Math.min(mostMs, firstMs * factor ** (attempt - 1)));

/** The planned delay for whoever has waited so long by delays of the same plan, in however many attempts. */
export const delayAfter = (waitedMs: number, { firstMs, factor, mostMs }: PollingDelays) =>
  jittered(Math.min(mostMs, firstMs + (factor - 1) * waitedMs));

/** Not before the wait is over, and not all at its end. */
const spread = (waitMs: number, leastMs: number) =>
  Math.round(waitMs + Math.random() * Math.max(waitMs, leastMs));

/**
 * A healthy wait: DOKU answered, and the answer is "not yet". Neither a warning nor an error metric.
 *
 * @param delay - by attempts, or in milliseconds.
 */
export function stillPending(message: string, delay: PollingDelays | number): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: 'StillPending',
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay:
      typeof delay === 'number' ? delay : delayOf(Context.current().info.attempt, delay),
  });
}

/**
 * Asks until DOKU answers or clearly refuses.
 *
 * @throws ApplicationFailure, retryable, while DOKU is silent or unclear; `UnreadableAnswer`, not retryable, where what it
 * says could not be read for minutes.
 */
export async function askUntilAnswered<Response>(
  question: () => Promise<Outcome<Response>>,
): Promise<Answer<Response>> {
  const outcome = await asked(question);
  if (outcome === 'not-bound') return { kind: 'refused', refusal: 'not-bound' };
  switch (outcome.kind) {
    case 'succeeded':
      return { kind: 'answer', response: outcome.response };
    case 'refused': {
      const { refusal, responseCode } = outcome;
      return { kind: 'refused', refusal, ...(responseCode && { responseCode }) };
    }
    case 'throttled':
      throw told(
        `DOKU asks for fewer requests${traceOf(outcome)}`,
        spread(outcome.retryAfterMs, UNANSWERED.firstMs),
      );
    case 'doubtful': {
      const why = `DOKU gave no clear answer: ${outcome.reason}${traceOf(outcome)}`;
      if (isUnreadable(outcome) && askedForMs() > UNREADABLE_FOR_MS)
        throw ApplicationFailure.nonRetryable(why, 'UnreadableAnswer');
      throw told(why);
    }
    case 'pending':
    case 'unauthorized':
      throw told(`DOKU gave no clear answer: ${outcome.kind}${traceOf(outcome)}`);
    default:
      return outcome satisfies never;
  }
}

/**
 * Asks about something that DOKU may not have.
 *
 * @param absence - the refusals with which this endpoint says that there is nothing.
 * @returns DOKU's answer, or `not-found` where DOKU says that it never happened.
 * @throws ApplicationFailure: retryable while DOKU is silent or unclear; `CustomerNotBound` and
 * `RefusedQuestion`, not retryable, where asking again cannot help.
 */
export async function askUntilClear<Response>(
  question: () => Promise<Outcome<Response>>,
  absence: readonly RefusalCase[] = ['not-found'],
): Promise<Response | 'not-found'> {
  let trace = '';
  const answer = await askUntilAnswered(async () => {
    const outcome = await question();
    trace = traceOf(outcome);
    return outcome;
  });
  if (answer.kind === 'answer') return answer.response;
  const { refusal } = answer;
  if (refusal === 'not-bound')
    throw ApplicationFailure.nonRetryable('the customer is not bound', customerNotBoundError.type);
  if (absence.includes(refusal)) return 'not-found';
  throw ApplicationFailure.nonRetryable(
    `DOKU refuses the question: ${refusal}${trace}`,
    'RefusedQuestion',
  );
}

async function asked<Response>(
  question: () => Promise<Outcome<Response>>,
): Promise<Outcome<Response> | 'not-bound'> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof CustomerNotBoundError) return 'not-bound';
    if (error instanceof InvalidRequestError)
      throw ApplicationFailure.nonRetryable(error.message, 'UnsendableRequest');
    if (error instanceof BackingOffError)
      throw unanswered(error.message, spread(error.retryAfterMs, UNANSWERED.firstMs));
    if (error instanceof NotSentError) throw told(error.message);
    if (error instanceof TokenUnavailableError) throw unanswered(error.message);
    throw error;
  }
}

/** DOKU answered, and cannot be understood: it will not become clearer by itself, as silence may. */
const isUnreadable = ({ reason }: Doubtful) => reason === 'wrong-shape' || reason === 'ambiguous';

/** Since the question was first asked, by Temporal's clock. */
function askedForMs(): number {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  return currentAttemptScheduledTimestampMs - scheduledTimestampMs;
}

/** What a ticket at DOKU asks for; also which field could not be read, and what it held: that is no silence. */
function traceOf(outcome: Outcome<unknown>): string {
  const { responseCode, responseMessage, externalId } = outcome;
  const phase = 'phase' in outcome ? outcome.phase : undefined;
  const facts = [responseCode, responseMessage, phase, `X-EXTERNAL-ID ${externalId}`];
  return ` (${facts.filter(Boolean).join(', ')})`;
}

/** A failure that Temporal brings back after a planned delay: there is no answer yet. */
export const unanswered = (message: string, delayMs?: number): ApplicationFailure =>
  ApplicationFailure.create(unansweredOptions(message, delayMs));

/** Whether DOKU gave no clear answer, or there was nothing to ask it with. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.type === 'Unanswered';

/** The same of a call to DOKU, which the log was told of. */
const told = (message: string, delayMs?: number): ApplicationFailure =>
  ToldFailure.create(unansweredOptions(message, delayMs));

const unansweredOptions = (message: string, delayMs?: number) => ({
  message,
  type: 'Unanswered',
  nextRetryDelay: delayMs ?? delayOf(Context.current().info.attempt, UNANSWERED),
});
