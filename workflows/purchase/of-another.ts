import type { PurchaseKey } from '../../activities/purchase.js';
import type { Money } from '../../contract/money.js';
import type { Journey } from '../mechanisms/journey.js';
import { inOwnHistory } from '../mechanisms/own-history.js';
import type { End } from './end.js';

/** The refusal of a number under which another customer has paid. */
const ANOTHERS = 'number-used-otherwise';

/**
 * What was paid without a page of this journey was paid in an earlier one, or by another customer, whose payment is none of
 * its own (money rule 7).
 *
 * @returns the end that an operator decides, where it is not known to be this customer's.
 */
export async function endOfAnothers(
  key: PurchaseKey,
  amount: Money,
  // biome-ignore lint/suspicious/noExplicitAny: only an operator is asked
  journey: Journey<any, any>,
): Promise<End | undefined> {
  for (;;) {
    if ((await inOwnHistory(key, amount, 'payment')).found === 'own') return undefined;
    // To reverse it is not offered: that would give another customer's money back.
    const { decision, note } = await journey.park({
      reason: "DOKU has it paid, and this customer's history does not: it may be another's payment",
      check: ["Whose payment is it, by DOKU? Record it as paid only if it is this customer's."],
      decisions: ['ask-again', 'record-paid', 'record-cancelled'],
    });
    if (decision === 'record-paid') return undefined;
    if (decision === 'record-cancelled')
      return { outcome: 'declined', reason: 'operator-resolved', refusal: ANOTHERS, note };
  }
}
