import type { LoadedDataConverter } from '@temporalio/common';
import { wordsOf } from '../../temporal/failure-words.js';
import type { describedRun } from '../../temporal/listing.js';
import type { Desk } from '../mechanisms/desk.js';
import { toldInstant } from '../mechanisms/instant.js';

type Pending = Awaited<ReturnType<typeof describedRun>>['pendingActivities'];

/** What a journey asks DOKU for just now. */
export interface Asking {
  readonly activity: string;
  readonly attempt: number;
  /** What the last attempt came to, with what DOKU's support finds it by. */
  readonly last?: string;
  /** ISO 8601. */
  readonly next?: string;
}

/** By Temporal's own record: no worker need be there to be asked. */
export async function askingIn({ client }: Desk, pendingActivities: Pending): Promise<Asking[]> {
  const { loadedDataConverter } = client.options;
  // Loaded late, as all of Temporal: the command line is to tell its commands at once.
  const { optionalTsToDate } = await import('@temporalio/common');
  return Promise.all(
    pendingActivities.map(async (pending) => {
      const last = await messageOf(loadedDataConverter, pending.lastFailure);
      const next = optionalTsToDate(pending.nextAttemptScheduleTime);
      return {
        activity: pending.activityType?.name ?? '',
        attempt: pending.attempt ?? 1,
        ...(last && { last }),
        ...(next && { next: next.toISOString() }),
      };
    }),
  );
}

/** One that cannot be decrypted hides nothing else. */
async function messageOf(
  converter: LoadedDataConverter,
  failure: Pending[number]['lastFailure'],
): Promise<string | undefined> {
  try {
    const { decodeOptionalFailureToOptionalError } = await import(
      '@temporalio/common/lib/internal-non-workflow/index.js'
    );
    const error = await decodeOptionalFailureToOptionalError(converter, failure);
    return error && wordsOf(error);
  } catch {
    return 'cannot be read';
  }
}

/** One line for people. */
export const toldAsking = ({ activity, attempt, last, next }: Asking) =>
  `${activity}, attempt ${attempt}${last ? `: ${last}` : ''}${next ? `; next at ${toldInstant(next)}` : ''}`;
