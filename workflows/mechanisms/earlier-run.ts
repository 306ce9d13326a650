import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { RunActivities } from '../../activities/journeys/run.js';
import { ONE_CALL_MS } from './call-options.js';

const { ownRun } = proxyActivities<RunActivities>({
  startToCloseTimeout: ONE_CALL_MS,
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
});

/**
 * Whether another run of this journey came before, whose history an operator's reset handed to this one: it may have been
 * told, and may have sent, what this one knows nothing of (money rule 6).
 *
 * Asked of an activity, as only what is recorded after the reset differs from what was recorded before it, also when the
 * history is replayed.
 */
export async function isReset(): Promise<boolean> {
  const runId = await ownRun.executeWithOptions({ summary: 'Is this the first run?' }, []);
  return runId !== workflowInfo().originalExecutionRunId;
}
