/**
 * How an activity asks DOKU: again and again until the answer is clear, by failing and letting Temporal
 * bring it back after a planned delay.
 *
 * @module
 */

import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { TokenUnavailableError } from './fleet-tokens.js';
import { NotSentError } from './snap/not-sent-error.js';
import type { Outcome, RefusalCase } from './snap/outcome.js';
import { CustomerNotBoundError } from './snap/token-source.js';

/** The planned delays between two questions about the same thing. */
export interface PollingDelays {
  readonly firstMs: number;
  readonly factor: number;
  readonly mostMs: number;
}

const delayOf = (attempt: number, { firstMs, factor, mostMs }: PollingDelays) =>
  Math.round(Math.min(mostMs, firstMs * factor ** (attempt - 1)));

/** A healthy wait: DOKU answered, and the answer is "not yet". Neither a warning nor an error metric. */
export function stillPending(message: string, delays: PollingDelays): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: 'StillPending',
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: delayOf(Context.current().info.attempt, delays),
  });
}

/** DOKU did not answer clearly, so the same question is asked again after this delay. */
const UNANSWERED: PollingDelays = { firstMs: 500, factor: 2, mostMs: 60_000 };

/**
 * @param absence - the refusals with which this endpoint says that there is nothing.
 * @returns DOKU's answer, or `not-found` where DOKU says that it never happened.
 * @throws ApplicationFailure: retryable while DOKU is silent or unclear; `CustomerNotBound` and
 * `RefusedQuestion`, not retryable, where asking again cannot help.
 */
export async function askUntilClear<Response>(
  question: () => Promise<Outcome<Response>>,
  absence: readonly RefusalCase[] = ['not-found'],
): Promise<Response | 'not-found'> {
  const outcome = await asked(question);
  switch (outcome.kind) {
    case 'succeeded':
      return outcome.response;
    case 'refused':
      if (absence.includes(outcome.refusal)) return 'not-found';
      throw ApplicationFailure.nonRetryable(
        `DOKU refuses the question: ${outcome.refusal} (${outcome.responseCode ?? 'no code'})`,
        'RefusedQuestion',
      );
    case 'throttled':
      throw unanswered('DOKU asks for fewer requests', outcome.retryAfterMs);
    case 'pending':
    case 'unauthorized':
    case 'doubtful':
      throw unanswered(`DOKU gave no clear answer: ${outcome.kind}`);
    default:
      return outcome satisfies never;
  }
}

async function asked<Response>(
  question: () => Promise<Outcome<Response>>,
): Promise<Outcome<Response>> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof CustomerNotBoundError) {
      throw ApplicationFailure.nonRetryable(error.message, 'CustomerNotBound');
    }
    if (error instanceof NotSentError || error instanceof TokenUnavailableError) {
      throw unanswered(error.message);
    }
    throw error;
  }
}

function unanswered(message: string, delayMs?: number): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: 'Unanswered',
    nextRetryDelay: delayMs ?? delayOf(Context.current().info.attempt, UNANSWERED),
  });
}
