/**
 * Whoever reaches Temporal can answer in a worker's place, without a payload key, as long as the answer says nothing: by no result,
 * or by a failure in the clear. Workers write a payload where there is nothing to say, and encrypt what they say of a failure.
 *
 * @module
 */
import type { Payload } from '@temporalio/common';

/** Of what is turned away. */
export const UNPROVEN_ANSWER = 'UnprovenAnswer';
/** The SDK wants a name of what failed. */
const NAMED = { name: 'unknown' };
const MESSAGE = 'somebody has answered who has no payload key';

interface Failure {
  message?: string | null;
  encodedAttributes?: Payload | null;
  cause?: Failure | null;
  activityFailureInfo?: object | null;
  childWorkflowExecutionFailureInfo?: object | null;
  applicationFailureInfo?: { type?: string | null; nonRetryable?: boolean | null } | null;
}

/** What an activity, or a child, came to. */
interface Resolution {
  completed?: { readonly result?: Payload | null } | null;
  failed?: { failure?: Failure | null } | null;
}

/** A part of what woke the workflow up, as far as somebody answered by it. */
interface Job {
  readonly resolveActivity?: { readonly result?: Resolution | null } | null;
  readonly resolveChildWorkflowExecution?: { readonly result?: Resolution | null } | null;
}

/**
 * Has what nobody proves fail, whatever it says. To be called for workflows alone whose input says when it was encrypted: all
 * that their workers answer is encrypted, too. Told by what is in the history alone, so that it is the same on a replay.
 */
export function turnAwayUnproven(jobs: readonly Job[]): void {
  for (const { resolveActivity, resolveChildWorkflowExecution } of jobs) {
    turnAway(resolveActivity?.result, { activityFailureInfo: { activityType: NAMED } });
    turnAway(resolveChildWorkflowExecution?.result, {
      childWorkflowExecutionFailureInfo: { workflowType: NAMED, workflowExecution: {} },
    });
  }
}

function turnAway(result: Resolution | null | undefined, outer: Partial<Failure>): void {
  if (result?.completed && !result.completed.result) {
    result.completed = null;
    result.failed = { failure: { message: MESSAGE, ...outer, cause: unproven({}) } };
  }
  for (let failure = result?.failed?.failure; failure; failure = failure.cause)
    if (failure.applicationFailureInfo && !failure.encodedAttributes) unproven(failure);
}

function unproven(failure: Failure): Failure {
  failure.message = MESSAGE;
  failure.applicationFailureInfo = { type: UNPROVEN_ANSWER, nonRetryable: true };
  return failure;
}
