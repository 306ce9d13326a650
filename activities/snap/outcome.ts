/**
 * What an answer of DOKU's means. The union is closed: a journey's decision is a `switch` over
 * `kind`, and nothing outside `activities/snap/` knows HTTP statuses, headers or response codes.
 *
 * @module
 */

/** Why DOKU clearly refused. Works by SNAP case class, so that an unlisted code lands in the right one. */
export type RefusalCase =
  /** The request itself is malformed (400xx00-02, 400xx04). */
  | 'invalid-request'
  /** The wallet or the corporate balance does not hold enough (403xx14). */
  | 'insufficient-funds'
  /** An amount, count or token limit (403xx02, 403xx04, 403xx17, 403xx20-23). */
  | 'limit-exceeded'
  /** The account, card or merchant is blocked, dormant or suspected (403xx03, 05, 07-09, 16, 18, 19). */
  | 'blocked'
  /** The transaction's or bill's time is over (403xx00, 404xx19). */
  | 'expired'
  /** This partner, or this moment, does not allow it (403xx01, 06, 15 and unlisted 403, 405xx00). */
  | 'not-permitted'
  /** 404xx15. */
  | 'wrong-otp'
  /** 403xx11. */
  | 'otp-blocked'
  /** 403xx12. */
  | 'otp-expired'
  /** An OTP must be requested first (404xx06). */
  | 'otp-needed'
  /** DOKU does not know the transaction (404xx01). Only this one proves that it never happened. */
  | 'not-found'
  /** The account, customer or beneficiary does not exist (404xx11). */
  | 'invalid-account'
  /** The amount is wrong or above what may be moved (404xx13). */
  | 'invalid-amount'
  /** Same reference, already succeeded (409xx01, 400xx03, 404xx14). */
  | 'already-done'
  /** Same reference, other parameters (404xx18). */
  | 'inconsistent'
  /** The state forbids it now: already settled, refunded or cancelled (404xx00, 404xx04, 405xx01). */
  | 'not-allowed-now'
  /** Any other clear refusal. */
  | 'other';

/** Why it cannot be known whether DOKU did what was asked. */
export type DoubtReason =
  | 'connection-lost'
  | 'timed-out'
  | 'server-error'
  | 'conflict'
  | 'too-many-requests'
  | 'answer-too-large'
  | 'not-json'
  | 'wrong-shape'
  | 'codes-disagree'
  | 'wrong-reference'
  | 'redirected'
  | 'worker-lost';

/** Facts about the exchange that an operator may need; never a secret. */
export interface Exchange {
  /** The `X-EXTERNAL-ID` of the last request sent. */
  readonly externalId: string;
  /** DOKU's seven digits, when an answer carried them. */
  readonly responseCode?: string;
  /** DOKU's words, cut to 150 characters and free of digits that could identify a person. */
  readonly responseMessage?: string;
  /**
   * How many requests of this call may have reached DOKU. Above 1 (a token was refused and renewed
   * on the way) a refusal may speak of our own earlier request: ask before believing it.
   */
  readonly sends: number;
}

/** DOKU did it, and its answer carried everything the endpoint promises. */
export interface Succeeded<Response> extends Exchange {
  readonly kind: 'succeeded';
  readonly response: Response;
}

/** DOKU took it and is still working on it (202xx00). Ask later. */
export interface Pending extends Exchange {
  readonly kind: 'pending';
}

/** DOKU clearly did not do it. */
export interface Refused extends Exchange {
  readonly kind: 'refused';
  readonly refusal: RefusalCase;
}

/** DOKU does not accept the credential, even after the token was renewed once. */
export interface Unauthorized extends Exchange {
  readonly kind: 'unauthorized';
  readonly credential: 'b2b-token' | 'customer-token' | 'signature';
}

/** 429 on a call that moves nothing: come back after the delay. For money it is `doubtful`. */
export interface Throttled extends Exchange {
  readonly kind: 'throttled';
  readonly retryAfterMs: number;
}

/** Nobody can say yet whether DOKU did it. A question, never a retry (money rule 2). */
export interface Doubtful extends Exchange {
  readonly kind: 'doubtful';
  readonly reason: DoubtReason;
  /** Present when DOKU said how long to wait. */
  readonly retryAfterMs?: number;
}

export type Outcome<Response> =
  | Succeeded<Response>
  | Pending
  | Refused
  | Unauthorized
  | Throttled
  | Doubtful;
