import type { Client } from '@temporalio/client';
import { UnknownJourneyError } from '../../client/errors.js';
import { describedRun } from '../../client/temporal/listing.js';

/** Whether Temporal has a journey of this ID. */
export async function inTemporal(client: Client, workflowId: string): Promise<boolean> {
  try {
    await describedRun(client, workflowId);
    return true;
  } catch (error) {
    if (error instanceof UnknownJourneyError) return false;
    throw error;
  }
}
