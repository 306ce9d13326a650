import { ApplicationFailure } from '@temporalio/common';

/** What cannot be compared now. */
export class Unaskable extends Error {
  constructor(
    readonly why: string,
    /** Nothing was ever sent, so that there is nothing to ask about. */
    readonly isMoot = false,
  ) {
    super(why);
  }
}

/** Why something cannot be compared. */
interface Why {
  readonly why: string;
  readonly isMoot?: true;
  readonly isUnanswered?: true;
}

/** @returns nothing for an error that says nothing of it. */
export function unaskableBy(error: unknown): Why | undefined {
  if (error instanceof Unaskable)
    return { why: error.why, ...(error.isMoot && { isMoot: true as const }) };
  if (!(error instanceof ApplicationFailure)) return undefined;
  const why = error.message.slice(0, 200);
  if (error.nonRetryable) return { why };
  return { why, isUnanswered: true };
}
