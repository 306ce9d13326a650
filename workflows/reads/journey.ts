import { proxyActivities, uuid4 } from '@temporalio/workflow';
import type * as z from 'zod';
import type { BankTransferActivities } from '../../activities/bank-transfer.js';
import type { HistoryActivities } from '../../activities/history.js';
import type { ReadActivities } from '../../activities/reads.js';
import {
  type AccountView,
  type Answer,
  accountInquirySchema,
  type Balance,
  type BankAccountView,
  balanceInquirySchema,
  bankAccountInquirySchema,
  type HistoryEntry,
  type HistoryPage,
  historyDetailSchema,
  historyPageSchema,
} from '../../contract/reads.js';
import { parsed } from '../mechanisms/bad-input.js';
import { READ } from '../mechanisms/call-options.js';

const reads = proxyActivities<
  ReadActivities &
    Pick<HistoryActivities, 'readHistoryPage' | 'readHistoryDetail'> &
    Pick<BankTransferActivities, 'inquireBeneficiary'>
>(READ);

/** Balance Inquiry of a customer's wallet. */
export async function balanceInquiry(
  input: z.input<typeof balanceInquirySchema>,
): Promise<Answer<Balance>> {
  return reads.readBalance(parsed(balanceInquirySchema, input, 'input'));
}

/** Account Inquiry: whether a DOKU account is bound to this merchant. */
export async function accountInquiry(
  input: z.input<typeof accountInquirySchema>,
): Promise<Answer<AccountView>> {
  return reads.readAccount(parsed(accountInquirySchema, input, 'input'));
}

/** Bank Account Inquiry: whose bank account it is. */
export async function bankAccountInquiry(
  input: z.input<typeof bankAccountInquirySchema>,
): Promise<Answer<BankAccountView>> {
  const question = parsed(bankAccountInquirySchema, input, 'input');
  const answer = await reads.inquireBeneficiary({ ...question, partnerReferenceNo: uuid4() });
  if (answer.kind === 'refused') return answer;
  const { beneficiaryAccountName, beneficiaryBankName } = answer.response;
  return {
    kind: 'answer',
    response: { beneficiaryAccountName, ...(beneficiaryBankName && { beneficiaryBankName }) },
  };
}

/** One page of Transaction History List, newest first. */
export async function transactionHistoryPage(
  input: z.input<typeof historyPageSchema>,
): Promise<Answer<HistoryPage>> {
  return reads.readHistoryPage(parsed(historyPageSchema, input, 'input'));
}

/** Transaction History Detail. */
export async function transactionHistoryDetail(
  input: z.input<typeof historyDetailSchema>,
): Promise<Answer<HistoryEntry>> {
  return reads.readHistoryDetail(parsed(historyDetailSchema, input, 'input'));
}
