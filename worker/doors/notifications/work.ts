/**
 * What a notification does: it nudges its journey, and DOKU's own query decides. Through Temporal alone, so that it is
 * done once for the whole fleet.
 *
 * @module
 */
import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { raiseFinding } from '../../../activities/journeys/findings.js';
import { isWorkedOn } from '../../../activities/journeys/mute.js';
import {
  currentRun,
  type ListedJourney,
} from '../../../activities/reconciliation/listed-journeys.js';
import { filedReference } from '../../../activities/reconciliation/odd-reference.js';
import { OwnRuns } from '../../../activities/reconciliation/own-runs.js';
import { startRecheck } from '../../../activities/reconciliation/start-recheck.js';
import type { FindingInput } from '../../../contract/finding.js';
import {
  authorizedPurchaseWorkflowId,
  bankTransferWorkflowId,
  partnerReferenceFormSchema,
  purchaseWorkflowId,
  recheckWorkflowId,
  topUpWorkflowId,
} from '../../../contract/identity.js';
import { type RecheckNews, recheckNewsUpdate } from '../../../contract/recheck.js';
import type { Notification } from './checks.js';
import { contradicts } from './contradiction.js';

/** Journeys that DOKU may speak of. */
const WORKFLOW_IDS = [
  purchaseWorkflowId,
  topUpWorkflowId,
  bankTransferWorkflowId,
  authorizedPurchaseWorkflowId,
];

const GRPC_NOT_FOUND = 5;
/** DOKU waits ten seconds at least. */
const HELD_WITHIN_MS = 8_000;

/** What became of a notification. */
export type Nudged =
  | 'nudged'
  /** It goes with how its journey ended. */
  | 'ended-before'
  /** It does not: DOKU is asked about it. */
  | 'looked-at-again'
  | 'raised';

/**
 * @returns a function that acts on a notification, and returns once Temporal holds what there is to do; acting again on
 * the same one changes nothing.
 */
export function notificationWork(client: Client, taskQueue: string) {
  const act = async (notification: Notification): Promise<Nudged> => {
    const journeys = await journeysOf(client, notification);
    if (journeys.length === 0) {
      await raise(client, taskQueue, notification);
      return 'raised';
    }
    const became = await Promise.all(
      journeys.map((journey) =>
        told({ client, taskQueue }, journey, notification, journeys.length > 1),
      ),
    );
    const order: Nudged[] = ['looked-at-again', 'nudged', 'ended-before', 'raised'];
    return order.find((one) => became.includes(one)) ?? 'ended-before';
  };
  return (notification: Notification) =>
    client.withDeadline(Date.now() + HELD_WITHIN_MS, () => act(notification));
}

/** All that have the number: a purchase and a top-up may share it. */
async function journeysOf(
  client: Client,
  { partnerReferenceNo }: Notification,
): Promise<ListedJourney[]> {
  // No journey can have it.
  if (!partnerReferenceFormSchema.safeParse(partnerReferenceNo).success) return [];
  const runs = await Promise.all(
    WORKFLOW_IDS.map((idOf) => currentRun(client, idOf(partnerReferenceNo))),
  );
  return runs.filter((run) => run !== undefined);
}

/** @param isShared - several journeys have the number: the news may be another's. */
async function told(
  ground: { readonly client: Client; readonly taskQueue: string },
  journey: ListedJourney,
  notification: Notification,
  isShared: boolean,
): Promise<Nudged> {
  const { client, taskQueue } = ground;
  const isNudged =
    journey.status === 'RUNNING' && (await nudge(client, journey.workflowId, notification));
  // One that anybody has begun elsewhere hears of it, and says nothing of how the merchant's own has ended.
  if (isNudged && (journey.taskQueue ?? taskQueue) === taskQueue) return 'nudged';
  // It may have ended between the look and the nudge.
  const own = new OwnRuns(client, taskQueue);
  const counting = await own.counting(journey.workflowId);
  if (counting.kind === 'open') return 'nudged';
  if (counting.kind === 'nobodys' && (await own.begunAs(journey.workflowId)).length === 0) {
    await raise(client, taskQueue, notification);
    return 'raised';
  }
  const ended = counting.kind === 'ended' ? counting.run : undefined;
  if (ended === undefined || !(await contradicts(client, notification, ended)))
    return isNudged ? 'nudged' : 'ended-before';
  const { latestTransactionStatus, amount } = notification;
  await lookAgain({ client, taskQueue: await queueFor(ground, ended) }, ended, {
    latestTransactionStatus,
    ...(amount && { amount }),
    ...(isShared && { isShared }),
  });
  return 'looked-at-again';
}

/** Another look stands where its journey does, as what it finds then does; but where nobody polls that any more. */
async function queueFor(
  { client, taskQueue }: { readonly client: Client; readonly taskQueue: string },
  { taskQueue: its = taskQueue }: ListedJourney,
): Promise<string> {
  return its === taskQueue || (await isWorkedOn(client, its)) ? its : taskQueue;
}

/** Has a running journey ask DOKU now. @returns whether it took it: one that has ended does not. */
async function nudge(
  client: Client,
  workflowId: string,
  { digest }: Notification,
): Promise<boolean> {
  try {
    await client.workflowService.signalWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId },
      signalName: 'notified',
      // Temporal takes a signal of the same request once, whichever worker sends it.
      requestId: digest,
      identity: 'notification',
    });
    return true;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return false;
    throw error;
  }
}

/** Has DOKU asked about an ended journey; by whoever looks at it already, if anybody does. */
async function lookAgain(
  ground: { readonly client: Client; readonly taskQueue: string },
  journey: ListedJourney,
  news: RecheckNews,
): Promise<void> {
  if (await startRecheck(ground, journey, { news })) return;
  try {
    await ground.client.workflow
      .getHandle(recheckWorkflowId(journey.workflowId))
      .executeUpdate(recheckNewsUpdate.name, { args: [news] });
  } catch (error) {
    // It has the same news already.
    if ((error as Error).name === 'WorkflowUpdateFailedError') return;
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    // It ended between the two.
    await startRecheck(ground, journey, { news });
  }
}

/** Kept for the reconciliation, and shown to an operator. */
const raise = async (client: Client, taskQueue: string, notification: Notification) =>
  raiseFinding(client, taskQueue, await strayFinding(notification));

/** What an operator is asked about a notification that no journey knows. */
export async function strayFinding(notification: Notification): Promise<FindingInput> {
  const { latestTransactionStatus, amount } = notification;
  const { partnerReferenceNo, asWritten } = await filedReference(notification.partnerReferenceNo);
  return {
    kind: 'unknown-notification',
    partnerReferenceNo,
    ...(amount && { amount }),
    facts: [
      `DOKU notified status ${latestTransactionStatus}${amount ? ` over ${amount}` : ''}`,
      ...(asWritten === undefined ? [] : [`DOKU's reference: ${asWritten}`]),
    ].map((fact) => fact.slice(0, 300)),
    check:
      `Look up ${asWritten ?? partnerReferenceNo} in DOKU's back office: who asked for it, and has it moved money?`.slice(
        0,
        300,
      ),
  };
}
