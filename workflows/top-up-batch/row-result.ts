import type { TopUpResult } from '../../contract/top-up.js';
import type { TopUpRow, TopUpRowResult } from '../../contract/top-up-batch.js';

const keyOf = ({ partnerReferenceNo, customerId, amount }: TopUpRow) => ({
  partnerReferenceNo,
  customerId,
  amount,
});

/** Another amount than was asked for, as an operator recorded it. */
export const creditedIn = ({ creditedAmount }: Pick<TopUpRowResult, 'creditedAmount'>) => ({
  ...(creditedAmount && { creditedAmount }),
});

/** @param referenceNo - DOKU's, where it gave one. */
export const completed = (
  row: TopUpRow,
  referenceNo: string | undefined,
  credited: Pick<TopUpRowResult, 'creditedAmount'> = {},
): TopUpRowResult => ({
  ...keyOf(row),
  outcome: 'completed',
  ...creditedIn(credited),
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
  const { outcome, referenceNo, refusal } = end;
  if (refusal === 'cancelled') return cancelled(row);
  return {
    ...keyOf(row),
    outcome,
    ...creditedIn(end),
    ...(referenceNo && { referenceNo }),
    ...(refusal && { refusal }),
  };
}
