/**
 * The calls of a bank transfer, from a customer's wallet to a bank account.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import type { Money } from '../contract/money.js';
import type { Answer } from '../contract/reads.js';
import { askUntilAnswered } from './calling/ask.js';
import { type Move, moveOnce, referenceIn } from './calling/move.js';
import { earlierRunThan, moveOfRun, type OfRun } from './calling/runs.js';
import { unlessBrokenOff } from './journeys/broken-off.js';
import { accountOfEarlierRuns } from './journeys/run.js';
import { unlessEnded } from './journeys/unless-ended.js';
import { boundTo } from './journeys/wallet.js';
import type { SnapClient } from './snap/client.js';

export interface BeneficiaryQuestion {
  readonly partnerReferenceNo: string;
  readonly customerId: string;
  readonly amount: Money;
  readonly beneficiaryAccountNumber: string;
  readonly beneficiaryBankCode: string;
}

/** Whose bank account it is, as DOKU's bank switch says. */
export interface Beneficiary {
  readonly beneficiaryAccountName: string;
  readonly beneficiaryBankName?: string;
  /** What Payment repeats of the inquiry. */
  readonly accountType?: string;
  readonly sessionId?: string;
  readonly referenceNo?: string;
  /** The sender's wallet: a DOKU ID. */
  readonly customerNumber: string;
}

export type BeneficiaryAnswer = Answer<Beneficiary> & {
  /** Asked by a run that is not the first, an earlier one may have sent the transfer. */
  readonly isLaterRun?: true;
  /** The wallet that was asked for: that of the runs before this one, where there were any. */
  readonly accountId?: string;
};

export type TransferOrder = BeneficiaryQuestion & Omit<Beneficiary, 'beneficiaryBankName'> & OfRun;

/** What DOKU documents no values of (doku-api §10.9): sent where the inquiry names none. */
const DEFAULT_ACCOUNT_TYPE = 'SAVINGS';

export function createBankTransferActivities(snap: SnapClient, client: Client) {
  return {
    /** Bank Account Inquiry: the name that the customer has to confirm. */
    async inquireBeneficiary(question: BeneficiaryQuestion & OfRun): Promise<BeneficiaryAnswer> {
      const { partnerReferenceNo, customerId, amount, beneficiaryAccountNumber } = question;
      const isLaterRun = earlierRunThan(question) !== undefined;
      const accountId =
        (isLaterRun && (await accountOfEarlierRuns(client))) ||
        (await boundTo(client, customerId))?.accountId;
      if (accountId === undefined) return { kind: 'refused', refusal: 'not-bound' };
      const answer = await askUntilAnswered(() =>
        snap.bankAccountInquiry(
          {
            partnerReferenceNo,
            customerNumber: accountId,
            amount,
            beneficiaryAccountNumber,
            additionalInfo: { bankCode: question.beneficiaryBankCode },
          },
          { customerId, accountId },
        ),
      );
      if (answer.kind === 'refused') return { ...answer, accountId };
      const { beneficiaryAccountName, beneficiaryBankName, accountType, sessionId, referenceNo } =
        answer.response;
      return {
        kind: 'answer',
        accountId,
        ...(isLaterRun && { isLaterRun }),
        response: {
          customerNumber: accountId,
          beneficiaryAccountName,
          ...(beneficiaryBankName && { beneficiaryBankName }),
          ...(accountType && { accountType }),
          ...(sessionId && { sessionId }),
          ...(referenceNo && { referenceNo }),
        },
      };
    },

    /** Payment. Whether it worked is for DOKU's history to say where the answer does not. */
    async sendTransfer(order: TransferOrder): Promise<Move<{ referenceNo?: string }>> {
      const send = () =>
        moveOnce(
          () =>
            snap.transferBank(
              {
                partnerReferenceNo: order.partnerReferenceNo,
                customerNumber: order.customerNumber,
                accountType: order.accountType ?? DEFAULT_ACCOUNT_TYPE,
                beneficiaryAccountNumber: order.beneficiaryAccountNumber,
                beneficiaryBankCode: order.beneficiaryBankCode,
                amount: order.amount,
                ...(order.sessionId && { sessionId: order.sessionId }),
                additionalInfo: order.referenceNo ? { referenceNo: order.referenceNo } : {},
              },
              { customerId: order.customerId, accountId: order.customerNumber },
            ),
          referenceIn,
        );
      return moveOfRun(order, () =>
        unlessBrokenOff(client, order, () => unlessEnded(client, order, send)),
      );
    },
  };
}

export type BankTransferActivities = ReturnType<typeof createBankTransferActivities>;
