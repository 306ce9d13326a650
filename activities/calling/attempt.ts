import { Context } from '@temporalio/activity';

/**
 * Whether an attempt before this one may have done what the asking activity does: it was lost with its worker, say. Temporal
 * counts from 1 again where somebody resets the activity, but not from the time that it was first scheduled at.
 */
export function mayBeDoneBefore(): boolean {
  const { attempt, scheduledTimestampMs, currentAttemptScheduledTimestampMs } =
    Context.current().info;
  return attempt > 1 || currentAttemptScheduledTimestampMs > scheduledTimestampMs;
}
