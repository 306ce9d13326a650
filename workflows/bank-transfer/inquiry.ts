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

/** @returns the end where there is no such account, DOKU does not answer, or the customer gave up. */
export async function inquire(
  input: ParsedBankTransferInput,
  ofRun: OfRun,
  isAbandoned: () => boolean,
): Promise<Inquired | (End & { readonly reason: string })> {
  const { confirmWithin, ...question } = input;
  const summary = `Bank Account Inquiry, account …${input.beneficiaryAccountNumber.slice(-4)}`;
  const asked = await interruptible(
    () => inquiries.inquireBeneficiary.executeWithOptions({ summary }, [{ ...question, ...ofRun }]),
    isAbandoned,
  );
  if (asked.kind === 'interrupted') return { outcome: 'abandoned', reason: 'given up' };
  if (asked.kind === 'failed') return { outcome: 'failed', reason: 'no-answer' };
  if (asked.value.kind === 'refused') return { outcome: 'failed', reason: asked.value.refusal };
  const { response: beneficiary, isLaterRun = false } = asked.value;
  return { beneficiary, isLaterRun };
}
