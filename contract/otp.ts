/**
 * The OTP part of the contracts of `openAccount` and `closeAccount`: the same updates in both.
 *
 * @module
 */
import * as z from 'zod';
import {
  answeredError,
  invalidInputError,
  journeyEndedError,
  notNowError,
  otpNotSentError,
  otpUsedUpError,
} from './errors.js';
import { instantSchema } from './instant.js';
import { query, update } from './message.js';

export const submitOtpSchema = z.strictObject({
  /** Secret: reaches Temporal only encrypted. */
  otp: z.string().regex(/^\d{4,8}$/, 'must be 4 to 8 digits'),
});

/** The customer is to type the OTP that DOKU sent. */
export const enterOtpSchema = z
  .object({
    show: z.literal('enter-otp'),
    triesLeft: z.int(),
    /** ISO 8601: when the journey stops waiting. */
    expiresAt: instantSchema,
  })
  .readonly();
export type EnterOtp = z.output<typeof enterOtpSchema>;

export const otpRefusedSchema = z
  .object({
    verified: z.literal(false),
    /** `blocked`, `expired` and `unclear` need a new OTP: offer `resendOtp`. */
    reason: z.enum(['wrong', 'blocked', 'expired', 'unclear']),
    triesLeft: z.int(),
  })
  .readonly();

/** A wrong OTP is an ordinary answer, not an error. The right one of an opening that is being given up has `next` say how it ends. */
export type OtpAnswer<Next> =
  | { readonly verified: true; readonly next: Next }
  | z.output<typeof otpRefusedSchema>;

/** {@link OtpAnswer} of a journey whose next steps are these. */
export const otpAnswerOf = <Next extends z.ZodType>(next: Next) =>
  z.discriminatedUnion('verified', [
    z.object({ verified: z.literal(true), next }).readonly(),
    otpRefusedSchema,
  ]);

/** Answers with what to show next: each journey's own contract says what that may be. */
export const submitOtpUpdate = update('submitOtp', {
  argument: submitOtpSchema,
  result: otpAnswerOf(z.unknown()),
  errors: [invalidInputError, notNowError, otpUsedUpError, answeredError, journeyEndedError],
});
/** Makes DOKU send another OTP. */
export const resendOtpUpdate = update('resendOtp', {
  result: z.unknown(),
  errors: [notNowError, otpNotSentError, journeyEndedError],
});

/** Asked of a journey that takes no updates any more as it has ended, by whoever missed the answer to an OTP. */
export const otpQuery = query('otp', {
  argument: submitOtpSchema,
  /** Whether it was the right one, as far as the journey knows. */
  result: z.object({ wasVerified: z.boolean() }).readonly(),
});
export type OtpBefore = z.output<typeof otpQuery.result>;
