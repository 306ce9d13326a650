/**
 * Whoever reaches Temporal can answer in a worker's place, without a payload key: by no result, by one in the clear or of another
 * place, by what the call was asked with, or by a failure of such. Workers write a payload where there is nothing to say, encrypt
 * what they say of a failure, and write its type, which decides, there as well.
 *
 * @module
 */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { ANSWER, FAILURE, mayBeEnd, writtenAs } from '../../contract/written-as.js';
import { refusalOf, unreadError, unreadOf } from './refused-payload.js';
import { isBound } from './written-as.js';

/** Of what is turned away. */
export const UNPROVEN_ANSWER = 'UnprovenAnswer';
/** The SDK wants a name of what failed. */
const NAMED = { name: 'unknown' };
const MESSAGE = 'somebody has answered who has no payload key';

interface Details {
  readonly payloads?: readonly Payload[] | null;
}

interface Failure {
  message?: string | null;
  readonly encodedAttributes?: Payload | null;
  cause?: Failure | null;
  readonly activityFailureInfo?: { readonly activityType?: Named } | null;
  readonly childWorkflowExecutionFailureInfo?: {
    readonly workflowType?: Named;
    readonly workflowExecution?: object | null;
  } | null;
  readonly applicationFailureInfo?: {
    readonly type?: string | null;
    readonly nonRetryable?: boolean | null;
    readonly details?: Details | null;
  } | null;
  readonly timeoutFailureInfo?: { lastHeartbeatDetails?: Details | null } | null;
  readonly canceledFailureInfo?: { details?: Details | null } | null;
  readonly terminatedFailureInfo?: object | null;
  readonly serverFailureInfo?: object | null;
}
type Named = { readonly name?: string | null } | null;

/** What an activity, or a child, came to. */
interface Resolution {
  completed?: { readonly result?: Payload | null } | null;
  failed?: { failure?: Failure | null } | null;
  readonly cancelled?: { readonly failure?: Failure | null } | null;
}

/** A part of what woke the workflow up, as far as somebody answered by it. */
interface Job {
  readonly resolveActivity?: { readonly result?: Resolution | null } | null;
  readonly resolveChildWorkflowExecution?: { readonly result?: Resolution | null } | null;
}

/**
 * Has what nobody proves fail, whatever it says. To be called for workflows alone whose input says when it was encrypted: all
 * that their workers answer is encrypted, too. Told by what is in the history alone, so that it is the same on a replay, and
 * under whatever setting.
 *
 * @throws Error where a key is missing: the workflow task waits for it, as what was not read must neither be lost nor guessed.
 */
export function turnAwayUnproven(jobs: readonly Job[]): void {
  for (const { resolveActivity, resolveChildWorkflowExecution } of jobs) {
    turnAway(resolveActivity?.result, [undefined], {
      activityFailureInfo: { activityType: NAMED },
    });
    turnAway(resolveChildWorkflowExecution?.result, [undefined, ANSWER], {
      childWorkflowExecutionFailureInfo: { workflowType: NAMED, workflowExecution: {} },
    });
  }
}

function turnAway(
  result: Resolution | null | undefined,
  as: readonly (number | undefined)[],
  outer: Failure,
): void {
  if (result?.completed && !isWritten(result.completed.result, as)) {
    result.completed = null;
    result.failed = { failure: { message: MESSAGE, ...outer, cause: unproven() } };
  }
  const { failure } = result?.failed ?? {};
  if (failure) failure.cause = ofAnswer(failure);
  for (let each = result?.cancelled?.failure; each; each = each.cause) dropUnprovenDetails(each);
}

/** What failed is wrapped in Temporal's own words of what it was. */
function ofAnswer({ cause, activityFailureInfo }: Failure): Failure {
  // A worker's own failure, or time that ran out: Temporal says otherwise what ended an activity.
  const isOdd = activityFailureInfo && !cause?.applicationFailureInfo && !cause?.timeoutFailureInfo;
  return isOdd || !cause ? unproven() : believedOf(cause);
}

function believedOf(failure: Failure): Failure {
  if (!isBelieved(failure)) return unproven();
  dropUnprovenDetails(failure);
  if (failure.cause) failure.cause = believedOf(failure.cause);
  return failure;
}

function isBelieved(failure: Failure): boolean {
  const { encodedAttributes, applicationFailureInfo } = failure;
  if (!encodedAttributes) return isTemporals(failure);
  return (
    isWritten(encodedAttributes, [undefined, FAILURE]) &&
    isOfItsType(failure, encodedAttributes) &&
    areWritten(applicationFailureInfo?.details) &&
    isWhole(failure)
  );
}

/** Temporal's own words are not encrypted. */
const isTemporals = (failure: Failure): boolean =>
  isWhole(failure) &&
  Boolean(
    failure.activityFailureInfo ||
      failure.childWorkflowExecutionFailureInfo ||
      failure.timeoutFailureInfo ||
      failure.canceledFailureInfo ||
      failure.terminatedFailureInfo ||
      failure.serverFailureInfo,
  );

/** The SDK throws at any other one, and with it the whole workflow task. */
function isWhole(failure: Failure): boolean {
  const { activityFailureInfo: activity, childWorkflowExecutionFailureInfo: child } = failure;
  if (activity && !activity.activityType?.name) return false;
  return !child || Boolean(child.workflowType?.name && child.workflowExecution);
}

/** The type stands in the clear, where anybody could change it. Older workers do not say it within. */
function isOfItsType({ applicationFailureInfo }: Failure, attributes: Payload): boolean {
  const said = valueIn(attributes) as { type?: unknown; non_retryable?: unknown } | undefined;
  if (said?.type === undefined) return true;
  const { type, nonRetryable } = applicationFailureInfo ?? {};
  return said.type === (type ?? '') && said.non_retryable === (nonRetryable ?? false);
}

function dropUnprovenDetails({ timeoutFailureInfo, canceledFailureInfo }: Failure): void {
  if (timeoutFailureInfo && !areWritten(timeoutFailureInfo.lastHeartbeatDetails))
    timeoutFailureInfo.lastHeartbeatDetails = null;
  if (canceledFailureInfo && !areWritten(canceledFailureInfo.details))
    canceledFailureInfo.details = null;
}

const areWritten = (details: Details | null | undefined): boolean =>
  (details?.payloads ?? []).every((payload) => isWritten(payload, [undefined]));

/** Whether a worker has written it here, as one of these. */
function isWritten(
  payload: Payload | null | undefined,
  as: readonly (number | undefined)[],
): payload is Payload {
  if (!payload) return false;
  // What names an update or a query that it answers is neither a call's answer nor a child's.
  if (isBound(payload)) return as.includes(writtenAs(payload)) && mayBeEnd(payload);
  const unread = unreadOf(valueIn(payload));
  if (unread) throw unreadError(unread);
  return false;
}

const unproven = (): Failure => ({
  message: MESSAGE,
  applicationFailureInfo: { type: UNPROVEN_ANSWER, nonRetryable: true },
});

/**
 * For workflows that began before inputs said when they were encrypted, and whose workers may have encrypted nothing.
 *
 * @throws Error for what a worker's codec refused: the workflow task fails, and is tried again.
 */
export function assertTaken(jobs: readonly Job[]): void {
  for (const { resolveActivity } of jobs)
    for (const payload of payloadsIn(resolveActivity?.result)) {
      const why = refusalOf(valueIn(payload));
      if (why !== undefined) throw new Error(`what an activity came to is ${why}`);
    }
}

function payloadsIn(result: Resolution | null | undefined): readonly Payload[] {
  const found = [result?.completed?.result];
  const { failure = result?.cancelled?.failure } = result?.failed ?? {};
  for (let each = failure; each; each = each.cause) {
    const { encodedAttributes, applicationFailureInfo, timeoutFailureInfo, canceledFailureInfo } =
      each;
    found.push(
      encodedAttributes,
      ...(applicationFailureInfo?.details?.payloads ?? []),
      ...(timeoutFailureInfo?.lastHeartbeatDetails?.payloads ?? []),
      ...(canceledFailureInfo?.details?.payloads ?? []),
    );
  }
  return found.filter((payload) => payload !== undefined && payload !== null);
}

/** @returns nothing where it has no value that we could know. */
function valueIn(payload: Payload): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined;
  }
}
