import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { inputMismatchError } from '../../contract/errors.js';
import { firstAnswerSchema } from '../../contract/first-answer.js';
import { parsed } from './bad-input.js';

/**
 * For the validator of such an update: whoever asks must mean the journey that was started.
 *
 * @throws ApplicationFailure of type `InputMismatch` when the same ID was started with different input.
 */
export function assertSameInput(argument: unknown, name: string): void {
  const { inputDigest } = parsed(firstAnswerSchema, argument ?? {}, name);
  const first = workflowInfo().memo?.inputDigest;
  if (inputDigest && first && inputDigest !== first) {
    throw ApplicationFailure.nonRetryable(
      `${workflowInfo().workflowId} was started with different input`,
      inputMismatchError.type,
    );
  }
}
