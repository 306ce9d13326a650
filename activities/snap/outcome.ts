/**
 * What an answer of DOKU's means. The union is closed: a journey's decision is a `switch` over
 * `kind`, and nothing outside `activities/snap/` knows HTTP statuses, headers or response codes.
 *
 * @module
 */
import type { RefusalCase } from '../../contract/refusal.js';
import type { Phase } from './phase.js';
import type { Oddity } from './reading.js';

export type { RefusalCase };

/** Why it cannot be known whether DOKU did what was asked. */
export type DoubtReason =
  | 'connection-lost'
  | 'timed-out'
  | 'server-error'
  | 'conflict'
  | 'too-many-requests'
  | 'answer-too-large'
  | 'not-json'
  /** A field that the answer cannot do without is missing or unreadable; `responseMessage` names it. */
  | 'wrong-shape'
  /** A member is there twice: it could be read in two ways. */
  | 'ambiguous'
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
  /** How far this machine's clock is ahead of DOKU's, or behind below 0; only where more than a minute. */
  readonly clockSkewMs?: number;
  /** The account whose token the request carried, where it carried a customer's. */
  readonly accountId?: string;
}

/** DOKU did it, and its answer carried everything the endpoint promises. */
export interface Succeeded<Response> extends Exchange {
  readonly kind: 'succeeded';
  readonly response: Response;
  /** Fields that were not as they should be, and were left out of the response or kept as text. */
  readonly oddities: readonly Oddity[];
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
  /** How far the request came, where no whole answer came back. */
  readonly phase?: Phase;
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
