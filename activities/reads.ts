/**
 * Reads that move nothing.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { AccountView, Answer, Balance } from '../contract/reads.js';
import { inquireAccount } from './account-inquiry.js';
import { askUntilAnswered } from './calling/ask.js';
import { amountText, type GivenAmount } from './snap/amount.js';
import type { SnapClient } from './snap/client.js';

export function createReadActivities(snap: SnapClient) {
  return {
    /** Balance Inquiry. */
    async readBalance({ customerId }: { customerId: string }): Promise<Answer<Balance>> {
      const answer = await askUntilAnswered(() =>
        snap.balanceInquiry({ partnerReferenceNo: randomUUID() }, { customerId }),
      );
      if (answer.kind === 'refused') return answer;
      const [info] = answer.response.accountInfos;
      const amount = shown(info?.amount ?? info?.availableBalance);
      return {
        kind: 'answer',
        response: {
          amount,
          availableBalance: info?.availableBalance ? shown(info.availableBalance) : amount,
          holdAmount: shown(info?.holdAmount),
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

const shown = (amount: GivenAmount | undefined) => (amount ? amountText(amount) : '0.00');

export type ReadActivities = ReturnType<typeof createReadActivities>;
