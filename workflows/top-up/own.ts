import type { TopUpKey } from '../../activities/top-up.js';
import type { Money } from '../../contract/money.js';
import type { KnownNumber } from '../../contract/top-up.js';
import { inOwnHistory } from '../mechanisms/own-history.js';

/**
 * Whether the top-up that DOKU has under a number went to this customer.
 *
 * @param known - what DOKU said of the number when it was sent.
 * @returns `unknown` where the history cannot be read, or lacks what DOKU did not call another top-up.
 */
export async function ownTopUp(
  key: TopUpKey,
  amount: Money,
  known: KnownNumber | undefined,
): Promise<'own' | 'other' | 'unknown'> {
  const found = await inOwnHistory(key, amount, 'credit');
  if (found === 'own') return 'own';
  return found === 'different' || (found === 'absent' && known === 'other') ? 'other' : 'unknown';
}
