/**
 * What a notification does: it nudges its journey, and DOKU's own query decides. Through Temporal alone, so that it is
 * done once for the whole fleet.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  authorizedPurchaseWorkflowId,
  bankTransferWorkflowId,
  findingWorkflowId,
  purchaseWorkflowId,
  topUpWorkflowId,
} from '../../../contract/identity.js';
import type { Notification } from './checks.js';

/** Journeys that DOKU may speak of, the likeliest first. */
const WORKFLOW_IDS = [
  purchaseWorkflowId,
  topUpWorkflowId,
  bankTransferWorkflowId,
  authorizedPurchaseWorkflowId,
];

const GRPC_NOT_FOUND = 5;

/** What became of a notification. */
export type Nudged = 'nudged' | 'ended-before' | 'raised';

/** @returns a function that acts on a notification; acting again on the same one changes nothing. */
export function notificationWork(client: Client, taskQueue: string) {
  return async (notification: Notification): Promise<Nudged> => {
    for (const idOf of WORKFLOW_IDS) {
      const found = await nudge(client, idOf(notification.partnerReferenceNo), notification);
      if (found) return found;
    }
    await raise(client, taskQueue, notification);
    return 'raised';
  };
}

/** @returns nothing where there is no such journey. */
async function nudge(
  client: Client,
  workflowId: string,
  notification: Notification,
): Promise<Nudged | undefined> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') return 'ended-before';
    await client.workflowService.signalWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId },
      signalName: 'notified',
      // Temporal takes a signal of the same request once, whichever worker sends it.
      requestId: requestIdOf(notification),
      identity: 'notification',
    });
    return 'nudged';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    // It ended between the look and the nudge.
    if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return 'ended-before';
    throw error;
  }
}

/** Kept for the reconciliation, and shown to an operator. */
async function raise(client: Client, taskQueue: string, notification: Notification): Promise<void> {
  const { partnerReferenceNo, latestTransactionStatus } = notification;
  try {
    await client.workflow.start('finding', {
      workflowId: findingWorkflowId('unknown-notification', partnerReferenceNo),
      taskQueue,
      args: [
        {
          kind: 'unknown-notification',
          partnerReferenceNo,
          facts: [`DOKU notified status ${latestTransactionStatus}`],
          check: `Look up ${partnerReferenceNo} in DOKU's back office: who asked for it, and has it moved money?`,
        },
      ],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `Notification of ${partnerReferenceNo}, which no journey knows`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function requestIdOf({ externalId, partnerReferenceNo, latestTransactionStatus }: Notification) {
  return createHash('sha256')
    .update(`${externalId}|${partnerReferenceNo}|${latestTransactionStatus}`)
    .digest('hex');
}
