/**
 * What stands for a payload that a worker refused to decode: the journey goes on without it, where failing the whole workflow
 * task would stop the journey for good.
 *
 * @module
 */

/** Why a payload is not believed. */
export type Refusal = 'not encrypted' | 'encrypted for another workflow' | 'malformed';

const REFUSED = 'refusedPayload';

/** What a worker decodes it to. */
export const refusedPayload = (why: Refusal) => ({ [REFUSED]: why });

/** @returns why the value was refused; nothing for what was believed. */
export function refusalOf(value: unknown): Refusal | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  return (value as { [REFUSED]?: Refusal })[REFUSED];
}

/**
 * Holds a result that came from another workflow.
 *
 * @throws Error, by which the workflow task fails and is tried again: nothing may follow from what nobody vouches for.
 */
export function believed<Result>(result: Result): Result {
  const why = refusalOf(result);
  if (why !== undefined) throw new Error(`the result of another workflow is ${why}`);
  return result;
}
