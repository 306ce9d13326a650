/**
 * Reads that move nothing.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { type Answer, askUntilAnswered } from './ask.js';
import { inquireAccount } from './recovered-auth-code.js';
import type { SnapClient } from './snap/client.js';

/** A wallet's balance, "10000.00" IDR each. */
export interface Balance {
  readonly amount: string;
  /** What the customer can spend. */
  readonly availableBalance: string;
  readonly holdAmount: string;
  /** DOKU's code: `0001` active, `0007` frozen, … */
  readonly status?: string;
}

/** What DOKU says of an account's binding to this merchant. */
export interface AccountView {
  readonly accountId: string;
  readonly isBound: boolean;
  readonly linkId?: string;
}

export function createReadActivities(snap: SnapClient) {
  return {
    /** Balance Inquiry. */
    async readBalance({ customerId }: { customerId: string }): Promise<Answer<Balance>> {
      const answer = await askUntilAnswered(() =>
        snap.balanceInquiry({ partnerReferenceNo: randomUUID() }, { customerId }),
      );
      if (answer.kind === 'refused') return answer;
      const [info] = answer.response.accountInfos;
      const amount = info?.amount?.value ?? info?.availableBalance?.value ?? '0.00';
      return {
        kind: 'answer',
        response: {
          amount,
          availableBalance: info?.availableBalance?.value ?? amount,
          holdAmount: info?.holdAmount?.value ?? '0.00',
          ...(info?.status && { status: info.status }),
        },
      };
    },

    /** Account Inquiry: whether a DOKU account is bound to this merchant. */
    async readAccount({ accountId }: { accountId: string }): Promise<Answer<AccountView>> {
      const answer = await askUntilAnswered(() => inquireAccount(snap, accountId));
      if (answer.kind === 'refused' && answer.refusal === 'not-found')
        return { kind: 'answer', response: { accountId, isBound: false } };
      if (answer.kind === 'refused') return answer;
      const linkId = answer.response.additionalInfo?.linkId;
      return {
        kind: 'answer',
        response: { accountId, isBound: true, ...(linkId && { linkId }) },
      };
    },
  };
}

export type ReadActivities = ReturnType<typeof createReadActivities>;
