import { Context } from '@temporalio/activity';
import { stillPending } from '../calling/ask.js';

/** What ended a moment ago, Temporal may not list yet. */
const LISTED_WITHIN_MS = 3_000;
/** Whoever asks until now may have a clock that is ahead; whoever asks until tomorrow errs. */
const AHEAD_MS = 60_000;

/**
 * Whether a period can be reconciled at all: what is not over would be reported as if it were.
 *
 * @throws ApplicationFailure, retryable and benign, where it will be in a moment.
 */
export function assertOver(to: string): boolean {
  // Temporal's time, as the schedule tells it too.
  const leftMs =
    Date.parse(to) + LISTED_WITHIN_MS - Context.current().info.currentAttemptScheduledTimestampMs;
  if (leftMs > AHEAD_MS) return false;
  if (leftMs > 0) throw stillPending('the period has hardly ended', leftMs);
  return true;
}
