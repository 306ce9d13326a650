/**
 * What a journey's failure may say to people. Its own words are encrypted; whoever has no payload key can have it fail with any, and
 * none of those is passed on (money rule 13).
 *
 * @module
 */
import type { ApplicationFailure, TemporalFailure } from '@temporalio/common';

/** What workers say of what is not encrypted, in the clear: whoever sent it lacks the key. */
const IN_THE_CLEAR =
  /^\w{1,64}: (?:is (?:not encrypted|encrypted for another workflow|malformed)|its headers are not encrypted)$/;
/** What they say of a key that they lack, likewise. */
const OF_KEYS = new Set(['UnknownPayloadKeyError', 'WrongPayloadKeyError', 'PayloadKey']);

/** Whether workers say so in the clear of what they refuse. */
export const isInTheClear = (message: string): boolean => IN_THE_CLEAR.test(message);

/** @returns its message, or that it is nobody's. What Temporal itself says, such as of a time-out, stays as it is. */
export function wordsOf(error: Error): string {
  if (error.name !== 'ApplicationFailure') return error.message;
  const { failure } = error as TemporalFailure;
  const { message, type } = error as ApplicationFailure;
  const isBelieved =
    Boolean(failure?.encodedAttributes) ||
    isInTheClear(message) ||
    (OF_KEYS.has(type ?? '') && /^(?:no )?payload key "[A-Za-z0-9._-]{1,64}" /.test(message));
  return isBelieved ? message : 'nobody with a payload key says why';
}
