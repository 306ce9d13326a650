import { patched, proxyActivities } from '@temporalio/workflow';
import type { BrokenOffActivities } from '../../activities/journeys/broken-off.js';
import { ONE_CALL_MS } from './call-options.js';

const { isAfterBrokenOff } = proxyActivities<Pick<BrokenOffActivities, 'isAfterBrokenOff'>>({
  startToCloseTimeout: ONE_CALL_MS,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/**
 * Whether this number had another run that was broken off, whose call may be under way: then nobody may say that nothing was sent
 * before DOKU was asked, after the time that takes (money rule 10).
 */
export async function comesAfterBrokenOff(): Promise<boolean> {
  // Journeys that were stopped before asked DOKU once.
  if (!patched('broken-off-runs-are-asked-about')) return false;
  return isAfterBrokenOff.executeWithOptions({ summary: 'Was a run broken off before?' }, []);
}
