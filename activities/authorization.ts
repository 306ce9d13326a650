/**
 * The calls of an authorised purchase: an amount is held, then captured or given back.
 *
 * @module
 */
import type { Money } from '../contract/money.js';
import { type Move, moveOnce, referenceIn } from './calling/move.js';
import type { SnapClient } from './snap/client.js';

export interface AuthorizationOrder {
  readonly partnerReferenceNo: string;
  readonly customerId: string;
  readonly amount: Money;
  /** What the customer sees. */
  readonly title: string;
}

/** Which authorisation a capture or void is about. */
export interface AuthorizationKey {
  readonly partnerReferenceNo: string;
  /** DOKU's own reference of it. */
  readonly referenceNo: string;
  readonly customerId: string;
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
  readonly voidAmount: Money;
  readonly reason: string;
}

/** @param merchantId - the DOKU client ID. */
export function createAuthorizationActivities(snap: SnapClient, merchantId: string) {
  return {
    /** Auth Payment: holds the amount on the customer's wallet. */
    async authorizePayment(order: AuthorizationOrder): Promise<Move<{ referenceNo?: string }>> {
      const { partnerReferenceNo, customerId, amount, title } = order;
      return moveOnce(
        () => snap.authPayment({ partnerReferenceNo, merchantId, amount, title }, { customerId }),
        referenceIn,
      );
    },

    /** Capture: takes from what is held. */
    async capturePayment(order: CaptureOrder): Promise<Move<null>> {
      const { partnerReferenceNo, referenceNo, customerId, isLast, ...capture } = order;
      return moveOnce(
        () =>
          snap.authCapture(
            {
              ...capture,
              originalPartnerReferenceNo: partnerReferenceNo,
              originalReferenceNo: referenceNo,
              merchantId,
              lastCapture: isLast ? 'TRUE' : 'FALSE',
            },
            { customerId },
          ),
        () => null,
      );
    },

    /** Void: gives back from what is held. */
    async voidPayment(order: VoidOrder): Promise<Move<null>> {
      const { partnerReferenceNo, referenceNo, customerId, ...voided } = order;
      return moveOnce(
        () =>
          snap.authVoid(
            {
              ...voided,
              originalPartnerReferenceNo: partnerReferenceNo,
              originalReferenceNo: referenceNo,
              merchantId,
            },
            { customerId },
          ),
        () => null,
      );
    },
  };
}

export type AuthorizationActivities = ReturnType<typeof createAuthorizationActivities>;
