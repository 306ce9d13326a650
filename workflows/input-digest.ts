import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import * as z from 'zod';
import { parsed } from './bad-input.js';

/** The argument of the update with which a client starts a journey and asks for its first answer at once. */
export const firstAnswerSchema = z.strictObject({
  /** The client's digest of the whole input: another digest than the first start's is refused. */
  inputDigest: z.string().max(64).optional(),
});
export type FirstAnswerArgument = z.input<typeof firstAnswerSchema>;

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
      'InputMismatch',
    );
  }
}
