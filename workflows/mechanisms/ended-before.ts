import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { EndedRun } from '../../activities/journeys/ended-run.js';
import type { RunActivities } from '../../activities/journeys/run.js';
import { ONE_CALL_MS } from './call-options.js';

const { endedRunBefore } = proxyActivities<Pick<RunActivities, 'endedRunBefore'>>({
  startToCloseTimeout: ONE_CALL_MS,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/**
 * How this number ended once. Temporal starts none again whose run has completed, unless whoever asks wants it so: no backend does
 * by the protocol, and somebody may by a copy of the input.
 */
export const endedBefore = (): Promise<EndedRun | undefined> =>
  endedRunBefore.executeWithOptions({ summary: 'Has this number ended before?' }, [
    { startedBefore: workflowInfo().startTime.toISOString() },
  ]);
