import type { WorkflowExecutionDescription } from '@temporalio/client';
import { searchAttributes } from '../../contract/search-attributes.js';

/** Where a journey stands, as Temporal's lists have it. */
export const statusOf = ({ typedSearchAttributes }: WorkflowExecutionDescription) =>
  typedSearchAttributes.get(searchAttributes.journeyStatus);

/** Where an open journey stands, and what it waits for. */
export function openAs(description: WorkflowExecutionDescription): string {
  const { raw, historyLength } = description;
  const waits = (raw.pendingActivities ?? []).map(
    ({ activityType, attempt }) => `${activityType?.name}, attempt ${attempt}`,
  );
  const children = (raw.pendingChildren ?? []).map(({ workflowId }) => `its child ${workflowId}`);
  const task = raw.pendingWorkflowTask;
  if (task) waits.push(`a workflow task, attempt ${task.attempt}`);
  return `${statusOf(description)}, ${historyLength} events, waits for ${[...waits, ...children].join('; ') || 'no activity'}`;
}
