/**
 * What Temporal Cloud bills, by its published list of actions: https://docs.temporal.io/evaluate/cloud/actions
 *
 * @module
 */
import proto from '@temporalio/proto';

const { EventType } = proto.temporal.api.enums.v1;
type History = proto.temporal.api.history.v1.IHistory;
type Event = proto.temporal.api.history.v1.IHistoryEvent;

/** Events that stand for one action each. */
const ONE_EACH = new Set<unknown>([
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
  EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
  EventType.EVENT_TYPE_TIMER_STARTED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
  EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED,
]);

/**
 * Billable actions of one run, as far as its history shows them. Queries, heartbeats and refused updates leave no event:
 * whoever sends them adds them. Retries of an activity that was cancelled between two attempts leave none either.
 */
export function billableActions({ events }: History): number {
  const all = events ?? [];
  return all.reduce((sum, event) => sum + actionsOf(event), markedTasks(all));
}

function actionsOf(event: Event): number {
  if (ONE_EACH.has(event.eventType)) return isVersionMark(event) ? 0 : 1;
  // The first attempt is billed as scheduled, each later one as a retry.
  const attempt = event.activityTaskStartedEventAttributes?.attempt ?? 1;
  const { nonfirstLocalActivityExecutionAttempts: localRetries } =
    event.workflowTaskCompletedEventAttributes?.meteringMetadata ?? {};
  return attempt - 1 + (localRetries ?? 0);
}

/** All markers of one workflow task, of local activities say, are one action. */
const markedTasks = (events: readonly Event[]) =>
  new Set(
    events.flatMap(({ markerRecordedEventAttributes: marker }) =>
      marker ? [String(marker.workflowTaskCompletedEventId)] : [],
    ),
  ).size;

/** The search attribute by which the SDK marks versions is not billed. */
const isVersionMark = ({ upsertWorkflowSearchAttributesEventAttributes: upsert }: Event) =>
  'TemporalChangeVersion' in (upsert?.searchAttributes?.indexedFields ?? {});
