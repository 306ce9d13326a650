/**
 * Whether anybody is to be told of a journey's events. Only its workers know, from their settings, which a workflow cannot
 * read. So those that have a receiver mark what they write, within what is encrypted, and a journey learns of it by answers
 * that its activities bring anyway. The marks are in the history, so that a replay learns the same; without a receiver there
 * are none, and histories are as if there were no events.
 *
 * @module
 */
import type { Payload } from '@temporalio/common';

/** The name in a payload's metadata. Workers that know nothing of it pass it over. */
const MARK = 'events-receiver';

export const marked = (payload: Payload): Payload => ({
  ...payload,
  metadata: { ...payload.metadata, [MARK]: new Uint8Array([1]) },
});

export const isMarked = (payload: Payload | null | undefined): boolean =>
  payload?.metadata?.[MARK] !== undefined;
