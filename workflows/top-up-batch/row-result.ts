import type { TopUpResult } from '../../contract/top-up.js';
import type { TopUpRow, TopUpRowResult } from '../../contract/top-up-batch.js';

const keyOf = ({ partnerReferenceNo, customerId, amount }: TopUpRow) => ({
  partnerReferenceNo,
  customerId,
  amount,
});

/** @param referenceNo - DOKU's, where it gave one. */
export const completed = (row: TopUpRow, referenceNo: string | undefined): TopUpRowResult => ({
  ...keyOf(row),
  outcome: 'completed',
  ...(referenceNo && { referenceNo }),
});

export const refused = (row: TopUpRow, refusal: string): TopUpRowResult => ({
  ...keyOf(row),
  outcome: refusal === 'insufficient-funds' ? refusal : 'failed',
  refusal,
});

export const cancelled = (row: TopUpRow): TopUpRowResult => ({
  ...keyOf(row),
  outcome: 'cancelled',
});

export const inDoubt = (row: TopUpRow): TopUpRowResult => ({
  ...keyOf(row),
  outcome: 'in-doubt',
  refusal: 'journey-ended',
});

/** The end of the row's own journey. */
export function resultOf(row: TopUpRow, end: TopUpResult): TopUpRowResult {
  const { outcome, creditedAmount, referenceNo, refusal } = end;
  if (refusal === 'cancelled') return cancelled(row);
  return {
    ...keyOf(row),
    outcome,
    ...(creditedAmount && { creditedAmount }),
    ...(referenceNo && { referenceNo }),
    ...(refusal && { refusal }),
  };
}
