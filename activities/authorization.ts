/**
 * The calls of an authorised purchase: an amount is held, then captured or given back.
 *
 * @module
 */
import type { Money } from '../contract/money.js';
import { mayBeDoneBefore } from './calling/attempt.js';
import { type Move, moveOnce, referenceIn } from './calling/move.js';
import { earlierRunThan, moveOfRun, type OfRun } from './calling/runs.js';
import { unlessBrokenOff } from './journeys/broken-off.js';
import { type Journeys, numberHolder } from './journeys/number-holder.js';
import { accountOfEarlierRuns } from './journeys/run.js';
import { unlessEnded } from './journeys/unless-ended.js';
import { isUnreadable } from './reconciliation/records.js';
import type { SnapClient } from './snap/client.js';
import { whose } from './snap/sender.js';

export interface AuthorizationOrder extends OfRun {
  readonly partnerReferenceNo: string;
  readonly customerId: string;
  /** The account that it is about, once known (money rule 8). */
  readonly accountId?: string;
  readonly amount: Money;
  /** What the customer sees. */
  readonly title: string;
}

/** Which authorisation a capture or void is about. */
export interface AuthorizationKey extends OfRun {
  readonly partnerReferenceNo: string;
  /** DOKU's own reference of it. */
  readonly referenceNo: string;
  readonly customerId: string;
  readonly accountId?: string;
}

export interface CaptureOrder extends AuthorizationKey {
  /** The capture's own identity: however often it is sent, DOKU captures it once. */
  readonly partnerCaptureNo: string;
  readonly captureAmount: Money;
  readonly title: string;
  /** Whether DOKU is to give the rest back. */
  readonly isLast: boolean;
}

export interface VoidOrder extends AuthorizationKey {
  /** The void's own identity. */
  readonly partnerVoidNo: string;
  /** Without it all that is left goes back, whatever DOKU holds. */
  readonly voidAmount?: Money;
  readonly reason: string;
}

/**
 * @param merchantId - the DOKU client ID.
 * @param client - knows what other journeys use numbers for.
 */
export function createAuthorizationActivities(
  snap: SnapClient,
  merchantId: string,
  journeys: Journeys,
) {
  const { client } = journeys;
  /** Sends nothing under a number that another journey has. */
  const unlessHeld = async <Accepted>(
    number: string,
    { customerId }: { readonly customerId: string },
    move: () => Promise<Move<Accepted>>,
  ): Promise<Move<Accepted>> => {
    // An attempt before this one may have sent it: this one sends nothing.
    if (mayBeDoneBefore()) return move();
    try {
      const holder = await numberHolder(journeys, { number, customerId });
      if (holder === undefined) return move();
      return { kind: 'refused', refusal: 'number-used-otherwise', why: `${holder} has it` };
    } catch (error) {
      return {
        kind: 'not-sent',
        why: isUnreadable(error)
          ? `nobody knows whose ${number} is: ${(error as Error).message}`
          : `it is not told at the moment who has ${number}`,
        isOurs: true,
      };
    }
  };
  const moveUnder = <Accepted>(
    number: string,
    order: OfRun & { readonly customerId: string },
    move: () => Promise<Move<Accepted>>,
  ): Promise<Move<Accepted>> => moveOfRun(order, () => unlessHeld(number, order, move));

  return {
    /** Auth Payment: holds the amount on the customer's wallet. */
    async authorizePayment(order: AuthorizationOrder): Promise<Move<{ referenceNo?: string }>> {
      const { partnerReferenceNo, amount, title } = order;
      const send = () =>
        moveOnce(
          () => snap.authPayment({ partnerReferenceNo, merchantId, amount, title }, whose(order)),
          referenceIn,
        );
      // Who else has the number by now says nothing of what a run before this one has sent.
      const answer = await moveOfRun(order, () =>
        unlessBrokenOff(client, order, () =>
          unlessHeld(partnerReferenceNo, order, () => unlessEnded(client, order, send)),
        ),
      );
      if (earlierRunThan(order) === undefined) return answer;
      const accountId = await accountOfEarlierRuns(client);
      return { ...answer, ...(accountId !== undefined && { accountId }) };
    },

    /** Capture: takes from what is held. */
    async capturePayment(order: CaptureOrder): Promise<Move<null>> {
      const { partnerCaptureNo, captureAmount, title, isLast } = order;
      return moveUnder(partnerCaptureNo, order, () =>
        moveOnce(
          () =>
            snap.authCapture(
              {
                ...originalsOf(order),
                partnerCaptureNo,
                captureAmount,
                title,
                merchantId,
                lastCapture: isLast ? 'TRUE' : 'FALSE',
              },
              whose(order),
            ),
          () => null,
        ),
      );
    },

    /** Void: gives back from what is held. */
    async voidPayment(order: VoidOrder): Promise<Move<null>> {
      const { partnerVoidNo, voidAmount, reason } = order;
      const size = voidAmount ? { voidAmount } : { voidRemainingAmount: 'TRUE' as const };
      return moveUnder(partnerVoidNo, order, () =>
        moveOnce(
          () =>
            snap.authVoid(
              { ...originalsOf(order), partnerVoidNo, ...size, reason, merchantId },
              whose(order),
            ),
          () => null,
        ),
      );
    },
  };
}

export type AuthorizationActivities = ReturnType<typeof createAuthorizationActivities>;

const originalsOf = ({ partnerReferenceNo, referenceNo }: AuthorizationKey) => ({
  originalPartnerReferenceNo: partnerReferenceNo,
  originalReferenceNo: referenceNo,
});
