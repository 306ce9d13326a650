import type { WorkflowHandle } from '@temporalio/client';
import { UnexpectedAnswerError } from '../errors.js';

/**
 * Waits for a journey's result.
 *
 * @throws UnexpectedAnswerError where it has none: each journey ends with one, and what nobody encrypted is no result (money
 *   rule 13).
 */
export async function endedWith<Result>(handle: WorkflowHandle): Promise<Result> {
  const result = (await handle.result()) as Result | undefined;
  if (result !== undefined && result !== null) return result;
  throw new UnexpectedAnswerError(
    `${handle.workflowId} has ended without a result: whoever ended it so has no payload key`,
  );
}
