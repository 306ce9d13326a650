/** Which journeys. All that are given must hold. Checked before: a condition must hold no character of a query's own. */
export interface Conditions {
  readonly workflowTypes: readonly string[];
  readonly isRunning?: boolean;
  readonly startedFrom?: Date | undefined;
  readonly startedBefore?: Date | undefined;
  readonly status?: string | undefined;
  readonly customerId?: string | undefined;
  readonly partnerReferenceNo?: string | undefined;
  /** Whose workers run it. A name that a query could not quote is no condition: whoever lists looks at it again. */
  readonly taskQueue?: string | undefined;
}

/** What Temporal lists journeys by. */
export function visibilityQuery(conditions: Conditions): string {
  const { workflowTypes, isRunning, startedFrom, startedBefore } = conditions;
  const { status, customerId, partnerReferenceNo, taskQueue } = conditions;
  return [
    `WorkflowType IN (${workflowTypes.map((type) => `'${type}'`).join(', ')})`,
    // An entity that went on in another run has not ended.
    isRunning ? "ExecutionStatus = 'Running'" : "ExecutionStatus != 'ContinuedAsNew'",
    ...(startedFrom ? [`StartTime >= '${startedFrom.toISOString()}'`] : []),
    ...(startedBefore ? [`StartTime < '${startedBefore.toISOString()}'`] : []),
    ...(status ? [`JourneyStatus = '${status}'`] : []),
    ...(customerId ? [`CustomerId = '${customerId}'`] : []),
    ...(partnerReferenceNo ? [`PartnerReferenceNo = '${partnerReferenceNo}'`] : []),
    ...(taskQueue && !/['"`\\]/.test(taskQueue) ? [`TaskQueue = '${taskQueue}'`] : []),
  ].join(' AND ');
}
