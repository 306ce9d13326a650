import { ActivityFailure, patched, proxyActivities } from '@temporalio/workflow';
import type { TopUpActivities, TopUpKey } from '../../activities/top-up.js';
import type { Money } from '../../contract/money.js';
import type { KnownNumber } from '../../contract/top-up.js';
import { QUESTION } from '../mechanisms/call-options.js';
import { inOwnHistory } from '../mechanisms/own-history.js';

const { formerAccountsOf } = proxyActivities<Pick<TopUpActivities, 'formerAccountsOf'>>({
  ...QUESTION,
  scheduleToCloseTimeout: '1 hour',
});

/**
 * Whether the top-up that DOKU has under a number went to this customer, be it to an account that they had before.
 *
 * @param known - what DOKU said of the number when it was sent.
 * @param isAmountTold - DOKU's status has said the amount, and it fits.
 * @returns `unknown` where the history cannot be read, or lacks what DOKU did not call another top-up.
 */
export async function ownTopUp(
  key: TopUpKey,
  amount: Money,
  known: KnownNumber | undefined,
  isAmountTold: boolean,
): Promise<'own' | 'other' | 'unknown'> {
  const found = await inOwnHistory(key, amount, 'credit', isAmountTold);
  if (found === 'own' || found === 'unknown') return found;
  const isOther = found === 'different' || known === 'other';
  if (!patched('former-accounts-are-asked')) return isOther ? 'other' : 'unknown';
  const earlier = await ofFormerAccounts(key, amount, isAmountTold);
  return earlier ?? (isOther ? 'other' : 'unknown');
}

/** An earlier life of the top-up may have paid it before the customer bound another account. */
async function ofFormerAccounts(
  { partnerReferenceNo, customerId }: TopUpKey,
  amount: Money,
  isAmountTold: boolean,
): Promise<'own' | 'unknown' | undefined> {
  try {
    const accountIds = await formerAccountsOf.executeWithOptions(
      { summary: `Earlier accounts, for ${partnerReferenceNo}` },
      [{ customerId }],
    );
    const found: string[] = [];
    for (const accountId of accountIds) {
      const former = { partnerReferenceNo, customerId, accountId };
      found.push(await inOwnHistory(former, amount, 'credit', isAmountTold));
    }
    if (found.includes('own')) return 'own';
    return found.includes('unknown') ? 'unknown' : undefined;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return 'unknown';
  }
}
