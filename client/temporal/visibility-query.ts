/** Which journeys. All that are given must hold. Checked before: a condition must hold no character of a query's own, but for names of task queues. */
export interface Conditions {
  readonly workflowTypes: readonly string[];
  readonly isRunning?: boolean;
  readonly startedFrom?: Date | undefined;
  readonly startedBefore?: Date | undefined;
  readonly status?: string | undefined;
  readonly customerId?: string | undefined;
  readonly partnerReferenceNo?: string | undefined;
  /** Whose workers run them. As anybody may have named it. */
  readonly taskQueue?: string | undefined;
  /** Those of other task queues than these. */
  readonly exceptTaskQueues?: readonly string[] | undefined;
}

/** What Temporal lists journeys by. */
export function visibilityQuery(conditions: Conditions): string {
  const { workflowTypes, isRunning, startedFrom, startedBefore } = conditions;
  const { status, customerId, partnerReferenceNo, taskQueue, exceptTaskQueues } = conditions;
  return [
    `WorkflowType IN (${workflowTypes.map((type) => `'${type}'`).join(', ')})`,
    // An entity that went on in another run has not ended.
    isRunning ? "ExecutionStatus = 'Running'" : "ExecutionStatus != 'ContinuedAsNew'",
    ...(startedFrom ? [`StartTime >= '${startedFrom.toISOString()}'`] : []),
    ...(startedBefore ? [`StartTime < '${startedBefore.toISOString()}'`] : []),
    ...(status ? [`JourneyStatus = '${status}'`] : []),
    ...(customerId ? [`CustomerId = '${customerId}'`] : []),
    ...(partnerReferenceNo ? [`PartnerReferenceNo = '${partnerReferenceNo}'`] : []),
    ...(taskQueue === undefined ? [] : [`TaskQueue = ${quoted(taskQueue)}`]),
    ...(exceptTaskQueues ?? []).map((other) => `TaskQueue != ${quoted(other)}`),
  ].join(' AND ');
}

const quoted = (name: string) => `'${name.replace(/[\\']/g, '\\$&')}'`;
