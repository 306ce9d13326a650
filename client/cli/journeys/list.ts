import * as z from 'zod';
import { listedRuns } from '../../temporal/listing.js';
import { type Conditions, visibilityQuery } from '../../temporal/visibility-query.js';
import type { Desk } from '../mechanisms/desk.js';
import { JOURNEY_KINDS, type JourneyKind, journeyNameOf, workflowTypeOf } from './name.js';

/** A journey as Temporal lists it; the lists lag a moment behind. */
export interface ListedJourney {
  readonly journey: JourneyKind;
  readonly id: string;
  readonly workflowId: string;
  /** Whose workers run it. */
  readonly taskQueue: string;
  readonly runId: string;
  /** In the words of its contract. */
  readonly status: string;
  /** Temporal's own word: `running`, `completed`, or how it broke, such as `terminated`. */
  readonly run: string;
  readonly customerId?: string;
  readonly partnerReferenceNo?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
}

/** The option that bounds a list. */
export const limitSchema = z.coerce
  .number()
  .int()
  .min(1)
  .max(10_000)
  .default(100)
  .meta({ description: 'how many at most', value: 'COUNT' });

/** Journeys that meet all conditions, newest first. `isCut`: there are more than the limit. */
export async function listedJourneys(
  { client }: Desk,
  { journey, ...conditions }: Omit<Conditions, 'workflowTypes'> & { journey?: JourneyKind },
  limit: number,
): Promise<{ journeys: ListedJourney[]; isCut: boolean }> {
  const kinds = journey ? [journey] : JOURNEY_KINDS;
  const query = visibilityQuery({ ...conditions, workflowTypes: kinds.map(workflowTypeOf) });
  const journeys: ListedJourney[] = [];
  for await (const listed of listedRuns(client, query)) {
    if (journeys.length === limit) return { journeys, isCut: true };
    const name = journeyNameOf(listed.type, listed.workflowId);
    if (name === undefined) continue;
    const {
      workflowId,
      taskQueue,
      runId,
      status,
      run,
      customerId,
      partnerReferenceNo,
      startedAt,
      endedAt,
    } = listed;
    journeys.push({
      ...name,
      workflowId,
      taskQueue,
      runId,
      status,
      run,
      ...(customerId && { customerId }),
      ...(partnerReferenceNo && { partnerReferenceNo }),
      startedAt: startedAt.toISOString(),
      ...(endedAt && { endedAt: endedAt.toISOString() }),
    });
  }
  return { journeys, isCut: false };
}

/** Whether it was broken off: its status is where it stood last, and says nothing of where it is. */
export const isBroken = ({ run }: Pick<ListedJourney, 'run'>) =>
  run !== 'running' && run !== 'completed';

export const toldStatus = (journey: Pick<ListedJourney, 'status' | 'run'>) =>
  isBroken(journey) ? brokenOff(journey.run, journey.status) : journey.status;

export const brokenOff = (run: string, lastStatus: string | undefined) =>
  lastStatus ? `${run}; last known: ${lastStatus}` : run;
