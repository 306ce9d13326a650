import { allHandlersFinished, condition, workflowInfo } from '@temporalio/workflow';

/** Requests served by one run of an entity: its history keeps every answer, so it hands over before it grows large. */
const REQUESTS_A_RUN = 200;

/**
 * Waits until an entity should continue as new and nobody waits for its answer.
 *
 * @param isOver - the entity has nothing left to hold.
 * @param isReady - it knows all that it is to hand over.
 */
export async function untilHandOver(
  served: () => number,
  isOver: () => boolean = () => false,
  isReady: () => boolean = () => true,
): Promise<void> {
  const isTime = () =>
    isOver() || served() >= REQUESTS_A_RUN || workflowInfo().continueAsNewSuggested;
  await condition(() => isTime() && isReady() && allHandlersFinished());
}
