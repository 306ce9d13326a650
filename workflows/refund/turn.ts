import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  condition,
  ParentClosePolicy,
  patched,
  proxyActivities,
  sleep,
  startChild,
} from '@temporalio/workflow';
import type { OpenJourneyActivities } from '../../activities/journeys/open.js';
import { refundTurnWorkflowId } from '../../contract/identity.js';
import { WAIT } from '../mechanisms/call-options.js';
import { interruptible } from '../mechanisms/interruptible.js';
import type { Story } from '../mechanisms/story.js';

const { awaitJourneyClosed } =
  proxyActivities<Pick<OpenJourneyActivities, 'awaitJourneyClosed'>>(WAIT);

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5 * 60_000;

/** Holds a turn until the refund that took it has closed, however it closed: Temporal then terminates its children. */
export async function refundTurn(): Promise<void> {
  await condition(() => false);
}

/**
 * Waits until no other refund of the same purchase is on its way. A cancel has no number of its own, so two refunds
 * at once could each take the other's cancel for theirs. Temporal runs one workflow of an ID at a time: that is the lock.
 *
 * @returns whether the turn was had: not so once the wait is stopped.
 */
export async function takeRefundTurn(
  partnerReferenceNo: string,
  story: Story,
  isStopped: () => boolean,
): Promise<boolean> {
  const workflowId = refundTurnWorkflowId(partnerReferenceNo);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    if (isStopped()) return false;
    try {
      await startChild(refundTurn, {
        workflowId,
        parentClosePolicy: ParentClosePolicy.TERMINATE,
        staticSummary: `Refunds of ${partnerReferenceNo}, one at a time`,
      });
      return !isStopped();
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      story.tell('another refund of this purchase comes first');
    }
    // Journeys that began before this patch asked again every few minutes, which days of waiting make a long history.
    if (patched('refund-turn-awaited'))
      await interruptible(
        () => awaitJourneyClosed.executeWithOptions({ summary: workflowId }, [{ workflowId }]),
        isStopped,
      );
    else await sleep(pause, { summary: 'before the turn is asked for again' });
  }
}
