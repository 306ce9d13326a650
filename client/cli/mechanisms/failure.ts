import { wordsOf } from '../../temporal/failure-words.js';
import { oneLine } from './one-line.js';

/** The command line is used wrongly: nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const USAGE = new Set(['UsageError', 'InvalidInputError']);

/** Why what was there once may not be known any more. */
const FORGOTTEN =
  'one of long ago may be past Temporal\'s retention, and "npm start" or "npm run site" without --keep has forgotten all from before';

/** 2 for what the caller wrote wrongly, 1 for all else. */
export const exitCodeOf = (error: unknown): 1 | 2 =>
  error instanceof Error && USAGE.has(error.name) ? 2 : 1;

/**
 * Why it failed, in one line. Known by name, so that nothing need be loaded to say it.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return oneLine(toldByTemporal(error) ?? error.message);
}

/** Temporal's errors carry what happened in their causes, and some have more to say to operators than to backends. */
function toldByTemporal(error: Error): string | undefined {
  const cause = error.cause as (Error & { details?: string }) | undefined;
  switch (error.name) {
    case 'ServiceError':
      return `Temporal: ${cause?.details || cause?.message || error.message}`;
    // What their workers say is for operators.
    case 'JourneyBrokenError':
    case 'DeadlineExceededError':
    case 'NoWorkerError':
    case 'UnexpectedAnswerError':
      return withInner(error);
    case 'UnknownJourneyError':
      return `${error.message}: ${FORGOTTEN}`;
    case 'WorkflowFailedError':
      return `its journey broke: ${cause ? wordsOf(cause) : error.message}`;
    case 'WorkflowUpdateFailedError':
    case 'WorkflowUpdateRPCTimeoutOrCancelledError':
    case 'QueryNotRegisteredError':
    case 'QueryRejectedError':
      return cause ? wordsOf(cause) : error.message;
    default:
      return undefined;
  }
}

function withInner({ message, cause }: Error): string {
  const inner =
    cause instanceof Error ? (innermost(cause) as { details?: string } & Error) : undefined;
  const why = inner?.details || (inner && wordsOf(inner));
  return why && !message.includes(why) ? `${message} (${why})` : message;
}

const innermost = (error: Error): Error =>
  error.cause instanceof Error ? innermost(error.cause) : error;
