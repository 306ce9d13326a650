import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { condition, ParentClosePolicy, sleep, startChild } from '@temporalio/workflow';
import { refundTurnWorkflowId } from '../../contract/identity.js';
import type { Story } from '../mechanisms/story.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5 * 60_000;

/** Holds a turn until the refund that took it has closed, however it closed: Temporal then terminates its children. */
export async function refundTurn(): Promise<void> {
  await condition(() => false);
}

/**
 * Waits until no other refund of the same purchase is on its way. A cancel has no number of its own, so two refunds
 * at once could each take the other's cancel for theirs. Temporal runs one workflow of an ID at a time: that is the lock.
 */
export async function takeRefundTurn(partnerReferenceNo: string, story: Story): Promise<void> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      await startChild(refundTurn, {
        workflowId: refundTurnWorkflowId(partnerReferenceNo),
        parentClosePolicy: ParentClosePolicy.TERMINATE,
        staticSummary: `Refunds of ${partnerReferenceNo}, one at a time`,
      });
      return;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      story.tell('another refund of this purchase comes first');
      await sleep(pause, { summary: 'before the turn is asked for again' });
    }
  }
}
