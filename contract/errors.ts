/**
 * What a journey answers with instead of a result: the `type` of Temporal's `ApplicationFailure`, the same word in every
 * language. None of them is worth sending the same again without a change, but for `HandedOver`, `Stale` and `TooManyWaiting`, and for
 * `PayloadKey` once the workers have that key.
 *
 * @module
 */
import * as z from 'zod';
import { fieldIssueSchema } from './issues.js';

/**
 * One way in which a journey refuses. The failure's message is for people.
 *
 * A journey that has ended runs no more, so an update to it is refused by Temporal itself, as "not found"; its result
 * then says how it ended.
 */
export interface JourneyError {
  readonly type: string;
  /** The failure's details, a tuple. Without it there are none. */
  readonly details?: z.ZodType;
}

/** One a bad field. Journeys that began before it was told have no details. */
export const invalidInputDetailsSchema = z.tuple([z.array(fieldIssueSchema).readonly()]);

/**
 * The input, or what an update brought, is wrong; nothing was done. The message names each bad field by its path and
 * never by its value, and so do the details.
 */
export const invalidInputError = {
  type: 'InvalidInput',
  details: invalidInputDetailsSchema,
} as const satisfies JourneyError;

/** The journey of this business ID was started with different input. */
export const inputMismatchError = { type: 'InputMismatch' } as const satisfies JourneyError;

/** What was asked for will never be there, as the journey ended before. The details hold its result. */
export const journeyEndedError = {
  type: 'JourneyEnded',
  details: z.tuple([z.unknown()]),
} as const satisfies JourneyError;

/** {@link journeyEndedError} of a journey with this result. */
export const endedWith = <Result extends z.ZodType>(result: Result) => ({
  ...journeyEndedError,
  details: z.tuple([result]),
});

/**
 * A long journey goes on in another run, which has the answer, or a run that a reset made has yet to learn what one before has taken: ask
 * again, with the same update ID.
 */
export const handedOverError = { type: 'HandedOver' } as const satisfies JourneyError;

/** Said too often, and known already: the details hold the answer, as if it had been taken once more. */
export const answeredError = {
  type: 'Answered',
  details: z.tuple([z.unknown()]),
} as const satisfies JourneyError;

/**
 * As many calls wait for the journey's answers as may, so that an operator is heard: this one was not taken. Send it again, with the
 * same update ID; what those that wait have asked for goes on.
 */
export const tooManyWaitingError = { type: 'TooManyWaiting' } as const satisfies JourneyError;

/** {@link answeredError} of an update with this answer. */
export const answeredWith = <Answer extends z.ZodType>(answer: Answer) => ({
  ...answeredError,
  details: z.tuple([answer]),
});

/** The journey's state forbids it now. */
export const notNowError = { type: 'NotNow' } as const satisfies JourneyError;

/** There is no payment to acknowledge, or its reversal has begun: do not deliver. */
export const notAcknowledgeableError = {
  type: 'NotAcknowledgeable',
} as const satisfies JourneyError;

/** The payment was acknowledged, so it is refunded rather than cancelled. */
export const notCancellableError = { type: 'NotCancellable' } as const satisfies JourneyError;

/** The OTP's tries are used up, or it is no longer valid: send a new one. */
export const otpUsedUpError = { type: 'OtpUsedUp' } as const satisfies JourneyError;

/** DOKU sent no other OTP, or too many were sent. The one before still counts. */
export const otpNotSentError = { type: 'OtpNotSent' } as const satisfies JourneyError;

/** The journey is not in `needs-attention`, or somebody else has just decided. */
export const notNeededError = { type: 'NotNeeded' } as const satisfies JourneyError;

/** DOKU says otherwise than the operator's decision, which takes `force` to stand all the same. */
export const contradictedError = { type: 'Contradicted' } as const satisfies JourneyError;

/** DOKU gave no token in time. Nothing was sent with an old one. */
export const tokenUnavailableError = { type: 'TokenUnavailable' } as const satisfies JourneyError;

/** The customer has no bound DOKU account, or the binding has ended at DOKU. */
export const customerNotBoundError = { type: 'CustomerNotBound' } as const satisfies JourneyError;

/** The authCode belongs to another DOKU account than the one to be bound. */
export const foreignAuthCodeError = { type: 'ForeignAuthCode' } as const satisfies JourneyError;

/** Nothing at DOKU tells whose account the authCode is of. */
export const unprovenAuthCodeError = { type: 'UnprovenAuthCode' } as const satisfies JourneyError;

/** The DOKU account is bound by another customer of this merchant. */
export const accountTakenError = { type: 'AccountTaken' } as const satisfies JourneyError;

/** The finding has this very report already. */
export const knownError = { type: 'Known' } as const satisfies JourneyError;

/** The finding holds as many reports as an operator reads. */
export const fullError = { type: 'Full' } as const satisfies JourneyError;

/**
 * The update's argument, or the query's, was encrypted with a key that the worker lacks; nothing was done. The message names the
 * key by its ID, and stands in the clear.
 */
export const payloadKeyError = { type: 'PayloadKey' } as const satisfies JourneyError;

/**
 * The update's argument was encrypted more than five minutes ago, or ahead; nothing was done. Encrypted anew it may be sent again, with
 * the same update ID: it waited for its worker. Where it stays so, a clock is wrong.
 */
export const staleError = { type: 'Stale' } as const satisfies JourneyError;

/** All of them, so that whoever translates them can be held to leave none out. */
export const errorTypeSchema = z.enum([
  invalidInputError.type,
  inputMismatchError.type,
  journeyEndedError.type,
  handedOverError.type,
  answeredError.type,
  tooManyWaitingError.type,
  notNowError.type,
  notAcknowledgeableError.type,
  notCancellableError.type,
  otpUsedUpError.type,
  otpNotSentError.type,
  notNeededError.type,
  contradictedError.type,
  tokenUnavailableError.type,
  customerNotBoundError.type,
  foreignAuthCodeError.type,
  unprovenAuthCodeError.type,
  accountTakenError.type,
  knownError.type,
  fullError.type,
  payloadKeyError.type,
  staleError.type,
]);
export type ErrorType = z.output<typeof errorTypeSchema>;
