import * as z from 'zod';

/** Why DOKU clearly refused. Works by SNAP case class, so that an unlisted code lands in the right one. */
export const refusalCaseSchema = z.enum([
  /** The request itself is malformed (400xx00-02, 400xx04). */
  'invalid-request',
  /** The wallet or the corporate balance does not hold enough (403xx14). */
  'insufficient-funds',
  /** An amount, count or token limit (403xx02, 403xx04, 403xx17, 403xx20-23). */
  'limit-exceeded',
  /** The account, card or merchant is blocked, dormant or suspected (403xx03, 05, 07-09, 16, 18, 19). */
  'blocked',
  /** The transaction's or bill's time is over (403xx00, 404xx19). */
  'expired',
  /** This partner, or this moment, does not allow it (403xx01, 06, 15 and unlisted 403, 405xx00). */
  'not-permitted',
  /** 404xx15. */
  'wrong-otp',
  /** 403xx11. */
  'otp-blocked',
  /** 403xx12. */
  'otp-expired',
  /** An OTP must be requested first (404xx06). */
  'otp-needed',
  /** DOKU does not know the transaction (404xx01). Only this one proves that it never happened. */
  'not-found',
  /** The account, customer or beneficiary does not exist (404xx11). */
  'invalid-account',
  /** The amount is wrong or above what may be moved (404xx13). */
  'invalid-amount',
  /** Same reference, already succeeded (409xx01, 400xx03, 404xx14). */
  'already-done',
  /** Same reference, other parameters (404xx18). */
  'inconsistent',
  /** The state forbids it now: already settled, refunded or cancelled (404xx00, 404xx04, 405xx01). */
  'not-allowed-now',
  /** Any other clear refusal. */
  'other',
]);
export type RefusalCase = z.output<typeof refusalCaseSchema>;

/** What DOKU refused with, beside its case: members of every result that a refusal can end. */
export const refusedShape = {
  /** DOKU's own code for it, such as `4035402`: it tells the cases of one `refusal` apart, as one limit from another. */
  responseCode: z.string().exactOptional(),
  /** DOKU's own words for it, for people. */
  responseMessage: z.string().exactOptional(),
};
