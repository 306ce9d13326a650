import { proxyActivities } from '@temporalio/workflow';
import type { ClaimActivities } from '../../activities/journeys/claimed-numbers.js';
import { WAIT } from '../mechanisms/call-options.js';
import { interruptible } from '../mechanisms/interruptible.js';
import type { Story } from '../mechanisms/story.js';

const { awaitNumberFree } = proxyActivities<Pick<ClaimActivities, 'awaitNumberFree'>>(WAIT);

/**
 * A part of a batch may be sending a row of this number: what that came to is asked once it no longer does.
 *
 * @param claimedBy - the part; nothing to wait for without one.
 */
export async function untilFree(
  number: string,
  claimedBy: string | undefined,
  story: Story,
  isStopped: () => boolean,
): Promise<void> {
  if (claimedBy === undefined) return;
  story.tell(`${claimedBy} has a row of this number`);
  const summary = `Until ${claimedBy} does not send ${number} any more`;
  const waited = await interruptible(
    () => awaitNumberFree.executeWithOptions({ summary }, [{ number }]),
    isStopped,
  );
  if (waited.kind === 'failed') throw waited.error;
}
