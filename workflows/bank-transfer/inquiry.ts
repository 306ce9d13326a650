import { proxyActivities } from '@temporalio/workflow';
import type { BankTransferActivities, Beneficiary } from '../../activities/bank-transfer.js';
import type { OfRun } from '../../activities/calling/runs.js';
import type { ParsedBankTransferInput } from '../../contract/bank-transfer.js';
import { QUESTION } from '../mechanisms/call-options.js';
import { interruptible } from '../mechanisms/interruptible.js';
import type { End } from './ends.js';

const inquiries = proxyActivities<Pick<BankTransferActivities, 'inquireBeneficiary'>>(QUESTION);

/** Whose account it is, and whether an earlier run of the transfer asked so before. */
export interface Inquired {
  readonly beneficiary: Beneficiary;
  readonly isLaterRun: boolean;
}

/** Why there is nothing to confirm, and which wallet was asked for, where one was. */
export type NotInquired = End & { readonly reason: string; readonly accountId?: string };

/** @returns the end where there is no such account, DOKU does not answer, or the customer gave up. */
export async function inquire(
  input: ParsedBankTransferInput,
  ofRun: OfRun,
  isAbandoned: () => boolean,
): Promise<Inquired | NotInquired> {
  const { confirmWithin, ...question } = input;
  const summary = `Bank Account Inquiry, account …${input.beneficiaryAccountNumber.slice(-4)}`;
  const asked = await interruptible(
    () => inquiries.inquireBeneficiary.executeWithOptions({ summary }, [{ ...question, ...ofRun }]),
    isAbandoned,
  );
  if (asked.kind === 'interrupted') return { outcome: 'abandoned', reason: 'given up' };
  if (asked.kind === 'failed') return { outcome: 'failed', reason: 'no-answer' };
  if (asked.value.kind === 'refused') {
    const { refusal, accountId } = asked.value;
    return { outcome: 'failed', reason: refusal, ...(accountId && { accountId }) };
  }
  const { response: beneficiary, isLaterRun = false } = asked.value;
  return { beneficiary, isLaterRun };
}
