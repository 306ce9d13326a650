import type { HistoryFact } from '../../activities/history.js';
import type { BankTransferResult } from '../../contract/bank-transfer.js';
import type { RefusedWith } from '../mechanisms/refused-with.js';
import type { Known } from '../mechanisms/truth.js';

export type End = Pick<BankTransferResult, 'outcome' | 'reason' | 'accountId' | 'sentAmount'> &
  RefusedWith;

/** An operator says that what DOKU has under the number is another transfer. */
export const ANOTHERS: Known<HistoryFact> = { status: 'other', isOperatorsWord: true };

/** How a transfer ended, by what DOKU's history or an operator says. */
export function endOf(fact: Known<HistoryFact>): End {
  const { accountId, amount: sentAmount, isOperatorsWord } = fact;
  if (fact.status === 'success')
    return {
      outcome: 'completed',
      ...(accountId && { accountId }),
      ...(isOperatorsWord && sentAmount && { sentAmount }),
    };
  if (fact === ANOTHERS) return { outcome: 'failed', reason: 'number-used-otherwise' };
  if (isOperatorsWord) return { outcome: 'failed', reason: 'operator-resolved' };
  return { outcome: 'failed', reason: fact.status === 'absent' ? 'never-executed' : fact.status };
}
