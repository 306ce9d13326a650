import { proxyActivities } from '@temporalio/workflow';
import type { BankTransferActivities, Beneficiary } from '../../activities/bank-transfer.js';
import type { ParsedBankTransferInput } from '../../contract/bank-transfer.js';
import { QUESTION } from '../mechanisms/call-options.js';
import { interruptible } from '../mechanisms/interruptible.js';
import type { End } from './ends.js';

const inquiries = proxyActivities<Pick<BankTransferActivities, 'inquireBeneficiary'>>(QUESTION);

/** @returns whose account it is, or the end where there is none, DOKU does not answer, or the customer gave up. */
export async function inquire(
  input: ParsedBankTransferInput,
  isAbandoned: () => boolean,
): Promise<Beneficiary | (End & { readonly reason: string })> {
  const { confirmWithin, ...question } = input;
  const summary = `Bank Account Inquiry, account …${input.beneficiaryAccountNumber.slice(-4)}`;
  const asked = await interruptible(
    () => inquiries.inquireBeneficiary.executeWithOptions({ summary }, [question]),
    isAbandoned,
  );
  if (asked.kind === 'interrupted') return { outcome: 'abandoned', reason: 'given up' };
  if (asked.kind === 'failed') return { outcome: 'failed', reason: 'no-answer' };
  if (asked.value.kind === 'refused') return { outcome: 'failed', reason: asked.value.refusal };
  return asked.value.response;
}
