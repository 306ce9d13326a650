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

/** Which rules whoever wrote it goes by: see `EventReceiver.rules`. */
const RULES = 2;

export const marked = (payload: Payload): Payload => ({
  ...payload,
  metadata: { ...payload.metadata, [MARK]: new Uint8Array([RULES]) },
});

/** @returns the rules by which it was marked, if it was. */
export const rulesIn = (payload: Payload | null | undefined): number | undefined =>
  payload?.metadata?.[MARK]?.[0];
