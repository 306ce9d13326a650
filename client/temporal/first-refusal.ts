import type { Client } from '@temporalio/client';
import {
  CustomerNotBoundError,
  InputMismatchError,
  InvalidInputError,
  JourneyEndedError,
} from '../errors.js';
import { resultOfRun } from './ended-with.js';
import { mismatchOf } from './mismatch.js';
import { type InputOf, isOriginalRun, originalInput } from './own-input.js';
import type { Start } from './start.js';
import { isNamed, translated } from './translated.js';

/** How every journey that moves money says that nothing was sent, as there was nobody in whose name. */
const NOT_BOUND = 'not-bound';

/** What a journey says in place of its first answer, with all that can be told of it; every other error as it is. */
export async function firstRefusal(client: Client, start: Start, error: unknown): Promise<unknown> {
  const { workflowId } = start;
  const told = isNamed(error, 'WorkflowUpdateFailedError') ? translated(error, workflowId) : error;
  if (told instanceof InputMismatchError && !told.orders)
    return ordersTold(client, start, told).catch(() => told);
  if (told instanceof JourneyEndedError && isNotBound(told.result))
    return new CustomerNotBoundError(
      `the customer has no bound DOKU account; nothing was sent, and ${workflowId} is used up`,
      told.result,
    );
  return told;
}

/** Whether a run that has failed was refused for its input, and goes on from no other, which may have done something. */
export async function hasDoneNothing(client: Client, run: Required<InputOf>): Promise<boolean> {
  if (!(await isOriginalRun(client, run))) return false;
  try {
    await resultOfRun(client, run);
    return false;
  } catch (error) {
    return translated(error, run.workflowId) instanceof InvalidInputError;
  }
}

async function ordersTold(
  client: Client,
  { workflowId, input, schema }: Start,
  { found }: InputMismatchError,
): Promise<InputMismatchError> {
  const { input: existing } = await originalInput(client, { workflowId });
  return mismatchOf(found, { given: input, existing, schema });
}

function isNotBound(result: unknown): boolean {
  const { refusal, reason } = (result ?? {}) as { refusal?: unknown; reason?: unknown };
  return refusal === NOT_BOUND || reason === NOT_BOUND;
}
