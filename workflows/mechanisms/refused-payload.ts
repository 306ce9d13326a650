/**
 * What stands for a payload that a worker refused to decode: the journey goes on without it, where failing the whole workflow
 * task would stop the journey for good.
 *
 * @module
 */

/** Why a payload is not believed. */
export type Refusal = 'not encrypted' | 'encrypted for another workflow' | 'malformed';

const REFUSED = 'refusedPayload';
const UNREAD = 'unreadPayload';

/** What a worker's codec has against a payload whose key it lacks. */
export interface Unread {
  readonly name: string;
  readonly message: string;
}

/** What a worker decodes it to. */
export const refusedPayload = (why: Refusal) => ({ [REFUSED]: why });

/** What a worker decodes it to whose keys do not open it: the right one may yet come. */
export const unreadPayload = ({ name, message }: Unread) => ({ [UNREAD]: { name, message } });

/** @returns what keeps the value from being read; nothing for what was. */
export function unreadOf(value: unknown): Unread | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  return (value as { [UNREAD]?: Unread })[UNREAD];
}

/** By it the workflow task fails, and is tried again: what was not read must neither be lost nor guessed. */
export const unreadError = ({ name, message }: Unread): Error =>
  Object.assign(new Error(message), { name });

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
  const unread = unreadOf(result);
  if (unread !== undefined) throw unreadError(unread);
  const why = refusalOf(result);
  if (why !== undefined) throw new Error(`the result of another workflow is ${why}`);
  return result;
}
