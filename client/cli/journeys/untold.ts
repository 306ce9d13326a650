import { eventDeliveryWorkflowId } from '../../../contract/identity.js';
import { UnknownJourneyError } from '../../errors.js';
import { describedRun } from '../../temporal/listing.js';
import type { Desk } from '../mechanisms/desk.js';
import { PROGRAM } from '../mechanisms/program.js';
import { askingIn } from './asking.js';

/**
 * What of a journey's events waits for their receiver, and why.
 *
 * @param workflowId - of the journey.
 * @returns nothing where none wait.
 */
export async function untoldEvents(desk: Desk, workflowId: string): Promise<string | undefined> {
  const delivery = eventDeliveryWorkflowId(workflowId);
  try {
    const { run, pendingActivities } = await describedRun(desk.client, delivery);
    if (run !== 'running') return undefined;
    const [asking] = await askingIn(desk, pendingActivities);
    const why = asking?.last ? ` (${asking.last})` : '';
    return `wait for their receiver${why}: ${PROGRAM} show events ${workflowId}`;
  } catch (error) {
    if (error instanceof UnknownJourneyError) return undefined;
    throw error;
  }
}
