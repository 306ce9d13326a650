import type { Client } from '@temporalio/client';
import { listedRuns } from '../../temporal/listing.js';
import { ownInput } from '../../temporal/own-input.js';
import { visibilityQuery } from '../../temporal/visibility-query.js';
import { JOURNEY_KINDS, workflowTypeOf } from '../journeys/name.js';

/** One that was written with another key, or by somebody without any, says nothing of the others. */
const MOST_TRIED = 5;

/**
 * Holds the keys against the newest journeys: one that is told what its workers cannot read is stuck until they can.
 *
 * @throws UnknownPayloadKeyError, WrongPayloadKeyError where they fit none of them.
 */
export async function assertKeysFit(client: Client): Promise<void> {
  const query = visibilityQuery({ workflowTypes: JOURNEY_KINDS.map(workflowTypeOf) });
  let misfit: Error | undefined;
  let tried = 0;
  for await (const run of listedRuns(client, query)) {
    try {
      await ownInput(client, run);
      return;
    } catch (error) {
      const { name } = error as Error;
      if (name === 'UnknownPayloadKeyError') misfit ??= error as Error;
      // Of the workers' own key ID, it says more.
      if (name === 'WrongPayloadKeyError') misfit = error as Error;
    }
    tried += 1;
    if (tried === MOST_TRIED) break;
  }
  if (misfit) throw misfit;
}
