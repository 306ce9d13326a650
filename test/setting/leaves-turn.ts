import { ParentClosePolicy, startChild } from '@temporalio/workflow';

/** Starts what holds a refund's turn, and ends without it: as a refund that an operator reset in that very moment. */
export async function leavesTurn(workflowId: string): Promise<void> {
  await startChild('refundTurn', {
    workflowId,
    taskQueue: 'doku-journeys',
    parentClosePolicy: ParentClosePolicy.ABANDON,
  });
}
