/**
 * The contract of `check`, a short workflow that does nothing: a backend that gets its answer can read what workers write,
 * and the other way round. Workflow type `check`, workflow ID `check/{any UUID}`.
 *
 * @module
 */
import * as z from 'zod';

/** Grows by one with each change of the contract that an old backend, or an old worker, cannot do without. */
export const CONTRACT = 1;

export const checkInputSchema = z.strictObject({
  /** The {@link CONTRACT} that the backend was built with. */
  contract: z.int().min(1),
});
export type CheckInput = z.input<typeof checkInputSchema>;

export const checkResultSchema = z
  .object({
    /** The {@link CONTRACT} of the worker that answered. */
    contract: z.int(),
  })
  .readonly();
export type CheckResult = z.output<typeof checkResultSchema>;
