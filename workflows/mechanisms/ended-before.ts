import { ApplicationFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { EndedRun } from '../../activities/journeys/ended-run.js';
import type { RunActivities } from '../../activities/journeys/run.js';
import { notNowError } from '../../contract/errors.js';
import { ONE_CALL_MS } from './call-options.js';

const { endedRunBefore } = proxyActivities<Pick<RunActivities, 'endedRunBefore'>>({
  startToCloseTimeout: ONE_CALL_MS,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/**
 * How this number ended once. Temporal starts none again whose run has completed, unless whoever asks wants it so: no backend does
 * by the protocol, and somebody may by a copy of the input.
 *
 * @throws ApplicationFailure, `NotNow`, of a number that was broken off: what it has sent may be on its way still, and a reset of
 *   that run asks DOKU about it. A journey that begins its own child again knows that.
 */
export async function endedBefore(): Promise<EndedRun | undefined> {
  const { startTime, parent } = workflowInfo();
  const before = await endedRunBefore.executeWithOptions(
    { summary: 'Has this number ended before?' },
    [{ startedBefore: startTime.toISOString() }],
  );
  if (before === undefined || 'result' in before) return before;
  if (parent !== undefined) return undefined;
  throw ApplicationFailure.nonRetryable(
    'this number was broken off in an earlier run: have that run reset',
    notNowError.type,
  );
}
