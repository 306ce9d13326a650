/**
 * The OTP part of the contracts of `openAccount` and `closeAccount`: the same updates in both.
 *
 * @module
 */
import { defineUpdate } from '@temporalio/workflow';
import * as z from 'zod';

export const submitOtpSchema = z.strictObject({
  /** Secret: reaches Temporal only encrypted. */
  otp: z.string().regex(/^\d{4,8}$/, 'must be 4 to 8 digits'),
});

/** The customer is to type the OTP that DOKU sent. */
export interface EnterOtp {
  readonly show: 'enter-otp';
  readonly triesLeft: number;
  /** ISO 8601: when the journey stops waiting. */
  readonly expiresAt: string;
}

/** A wrong OTP is an ordinary answer, not an error. */
export type OtpAnswer<Next> =
  | { readonly verified: true; readonly next: Next }
  | {
      readonly verified: false;
      /** `blocked`, `expired` and `unclear` need a new OTP: offer `resendOtp`. */
      readonly reason: 'wrong' | 'blocked' | 'expired' | 'unclear';
      readonly triesLeft: number;
    };

export const submitOtpUpdate = defineUpdate<OtpAnswer<unknown>, [z.output<typeof submitOtpSchema>]>(
  'submitOtp',
);
/** Makes DOKU send another OTP. */
export const resendOtpUpdate = defineUpdate<unknown>('resendOtp');
