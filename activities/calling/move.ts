/**
 * How an activity that moves money (or makes DOKU act, such as sending an OTP) calls DOKU, whatever it
 * calls: at most once, and with a plain answer for the journey to decide on.
 *
 * @module
 */

import { InvalidRequestError } from '../snap/invalid-request-error.js';
import { NotSentError } from '../snap/not-sent-error.js';
import type { DoubtReason, Outcome, RefusalCase } from '../snap/outcome.js';
import type { Phase } from '../snap/phase.js';
import { CustomerNotBoundError } from '../snap/token-source.js';
import { mayBeDoneBefore } from './attempt.js';
import { TokenUnavailableError } from './fleet-tokens.js';

/**
 * What a journey must know of a call that may have moved money. Where the call was made for an account of the customer's,
 * `accountId` is that account: all that comes after is about it, whatever the customer binds meanwhile (money rule 8).
 */
export type Move<Accepted> = Answered<Accepted> & { readonly accountId?: string } & Traced;

/** What DOKU's support finds the request by; nothing of it where none was sent. */
export interface Traced {
  /** The last request's `X-EXTERNAL-ID`. */
  readonly externalId?: string;
  /** DOKU's words, where it did not accept, without what could be a person's. */
  readonly responseMessage?: string;
  /** How far the request came, where no whole answer came back. */
  readonly phase?: Phase;
}

type Answered<Accepted> =
  | { kind: 'accepted'; response: Accepted }
  /** DOKU clearly did not do it. */
  | {
      kind: 'refused';
      refusal:
        | RefusalCase
        | 'not-bound'
        | 'unsendable'
        | 'number-used-otherwise'
        /** Nothing was sent: an earlier run of the journey ended without it. */
        | 'ended-before';
      responseCode?: string;
      /** Which field cannot be sent, by its path; or who has the number. */
      why?: string;
    }
  /** Certainly nothing reached DOKU: sending again is safe. */
  | {
      kind: 'not-sent';
      why: string;
      /** It was not DOKU that was out of reach. */
      isOurs?: true;
    }
  /** Ask DOKU before anything else (money rule 2). */
  | {
      kind: 'doubtful';
      doubt: Doubt;
      responseCode?: string;
      runId?: string;
      /** DOKU says that it has the reference with other particulars: what it shows of it may be another's (money rule 7). */
      isOtherwise?: true;
    };

export type Doubt =
  | DoubtReason
  | 'in-progress'
  /** Nothing was sent: an earlier run of the journey may have, which an operator reset (`runs.ts`). */
  | 'earlier-run'
  | 'unauthorized'
  /** DOKU's very first answer speaks of an earlier request with this reference. */
  | 'known-to-doku'
  /** Not sent: an earlier run of the journey, before an operator's reset, may have sent it. */
  | 'earlier-run'
  /** Not sent: a part of a batch may be sending a row of this number. */
  | 'claimed-by-batch'
  /** Refused on the second send, after a refused token: the first may have done it. */
  | 'refused-on-second-send';

/**
 * Runs one call that must not be repeated blindly.
 *
 * Temporal runs the activity a second time only when the first attempt was lost with its worker, and that
 * attempt may have reached DOKU. So the second attempt sends nothing: it says that there is doubt.
 *
 * @param picked - what the journey needs of DOKU's answer; histories stay small and free of the rest.
 */
export async function moveOnce<Response, Accepted>(
  call: () => Promise<Outcome<Response>>,
  picked: (response: Response) => Accepted,
): Promise<Move<Accepted>> {
  if (mayBeDoneBefore()) return { kind: 'doubtful', doubt: 'worker-lost' };
  try {
    return asMove(await call(), picked);
  } catch (error) {
    if (error instanceof CustomerNotBoundError) return { kind: 'refused', refusal: 'not-bound' };
    // Sent again it would be as wrong.
    if (error instanceof InvalidRequestError)
      return { kind: 'refused', refusal: 'unsendable', why: error.message };
    if (error instanceof NotSentError || error instanceof TokenUnavailableError) {
      return { kind: 'not-sent', why: error.message };
    }
    throw error;
  }
}

function asMove<Response, Accepted>(
  outcome: Outcome<Response>,
  picked: (response: Response) => Accepted,
): Move<Accepted> {
  const code = {
    ...(outcome.responseCode !== undefined && { responseCode: outcome.responseCode }),
    ...(outcome.accountId !== undefined && { accountId: outcome.accountId }),
    externalId: outcome.externalId,
    ...(outcome.responseMessage && { responseMessage: outcome.responseMessage }),
    ...('phase' in outcome && outcome.phase && { phase: outcome.phase }),
  };
  switch (outcome.kind) {
    case 'succeeded':
      return {
        kind: 'accepted',
        response: picked(outcome.response),
        externalId: outcome.externalId,
        ...(outcome.accountId !== undefined && { accountId: outcome.accountId }),
      };
    case 'pending':
      return { kind: 'doubtful', doubt: 'in-progress', ...code };
    case 'refused': {
      const otherwise = outcome.refusal === 'inconsistent' && { isOtherwise: true as const };
      // "Already done" and "inconsistent" speak of another request with our reference, and after a renewed
      // token any refusal may speak of our own first one.
      if (outcome.sends > 1)
        return { kind: 'doubtful', doubt: 'refused-on-second-send', ...code, ...otherwise };
      return isAboutAnEarlierRequest(outcome.refusal)
        ? { kind: 'doubtful', doubt: 'known-to-doku', ...code, ...otherwise }
        : { kind: 'refused', refusal: outcome.refusal, ...code };
    }
    case 'unauthorized':
      return { kind: 'doubtful', doubt: 'unauthorized', ...code };
    case 'throttled':
      return { kind: 'doubtful', doubt: 'too-many-requests', ...code };
    case 'doubtful':
      return { kind: 'doubtful', doubt: outcome.reason, ...code };
    default:
      return outcome satisfies never;
  }
}

/** DOKU's own reference, for those calls of whose answer nothing else is needed. */
export const referenceIn = ({ referenceNo }: { referenceNo?: string | undefined }) =>
  referenceNo === undefined ? {} : { referenceNo };

const isAboutAnEarlierRequest = (refusal: RefusalCase) =>
  refusal === 'already-done' || refusal === 'inconsistent';
