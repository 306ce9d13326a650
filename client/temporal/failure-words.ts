/**
 * What a journey's failure may say to people. Its own words are encrypted; whoever has no payload key can have it fail with any, and
 * none of those is passed on (money rule 13).
 *
 * @module
 */

import type { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { invalidInputError } from '../../contract/errors.js';
import { ownMember } from '../../contract/own-member.js';

/** What workers say of what is not encrypted, in the clear: whoever sent it lacks the key. */
const IN_THE_CLEAR =
  /^\w{1,64}: (?:is (?:not encrypted|encrypted for another workflow|malformed)|its headers are not encrypted)$/;
/** What they say of a key that they lack, likewise. */
const OF_KEYS = new Set(['UnknownPayloadKeyError', 'WrongPayloadKeyError', 'PayloadKey']);

/** Whether workers say so in the clear of what they refuse. */
export const isInTheClear = (message: string): boolean => IN_THE_CLEAR.test(message);

const NOBODYS = 'nobody with a payload key says why';

/** What stands for words that anybody who reaches Temporal may have written: a reason for terminating, say. */
const UNENCRYPTED: Readonly<Record<string, string>> = {
  CancelledFailure: 'cancelled in Temporal',
  TerminatedFailure: 'terminated in Temporal',
  TimeoutFailure: 'a time-out of Temporal',
  ServerFailure: NOBODYS,
  ActivityFailure: NOBODYS,
  ChildWorkflowFailure: NOBODYS,
  NexusOperationFailure: NOBODYS,
  TemporalFailure: NOBODYS,
};

/** @returns its message, or what is known without it where nobody has encrypted that. */
export function wordsOf(error: Error): string {
  const { failure } = error as TemporalFailure;
  if (failure?.encodedAttributes) return error.message;
  if (error.name !== 'ApplicationFailure')
    return ownMember(UNENCRYPTED, error.name) ?? error.message;
  const { message } = error;
  const isBelieved = isInTheClear(message) || isOfKeys(error as ApplicationFailure);
  return isBelieved ? message : NOBODYS;
}

/** Whether workers say so in the clear, to whoever has a key that they lack. */
export const isOfKeys = ({ type, message }: ApplicationFailure): boolean =>
  OF_KEYS.has(type ?? '') && /^(?:no )?payload key "[A-Za-z0-9._-]{1,64}" /.test(message);

/** Likewise to whoever has sent what is not encrypted. */
export const isOfNoKey = ({ type, message }: ApplicationFailure): boolean =>
  type === invalidInputError.type && isInTheClear(message);
