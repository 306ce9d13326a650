/**
 * What a journey says of itself at its end, to be held against the ledger.
 *
 * @module
 */
import type {
  AuthorizedPurchaseResult,
  BankTransferResult,
  CloseAccountResult,
  OpenAccountResult,
  PurchaseResult,
  RefundResult,
  TopUpBatchResult,
  TopUpResult,
  TopUpRowResult,
} from '../../client/index.js';

/** "10000.00" IDR. */
type Amount = string;

export type Claim =
  | { journey: 'purchase'; accountId: string; amount: Amount; result: PurchaseResult }
  | { journey: 'refund'; accountId: string; amount: Amount; result: RefundResult }
  | { journey: 'authorizedPurchase'; accountId: string; result: AuthorizedPurchaseResult }
  | { journey: 'topUp'; accountId: string; amount: Amount; result: TopUpResult }
  | {
      journey: 'topUpBatch';
      accountId: string;
      rows: readonly TopUpRowResult[];
      result: TopUpBatchResult;
    }
  | { journey: 'bankTransfer'; accountId: string; amount: Amount; result: BankTransferResult }
  | { journey: 'openAccount'; accountId: string; result: OpenAccountResult }
  | { journey: 'closeAccount'; accountId: string; result: CloseAccountResult };

/** The merchant's numbers under which a claim says that money may have moved. */
export function referencesOf(claim: Claim): string[] {
  if (claim.journey === 'topUpBatch')
    return claim.rows.map(({ partnerReferenceNo }) => partnerReferenceNo);
  const { result } = claim;
  return 'partnerReferenceNo' in result ? [result.partnerReferenceNo] : [];
}

/** How it ended; of a batch also how its rows did. */
export const outcomesOf = (claim: Claim): string[] => [
  claim.result.outcome,
  ...(claim.journey === 'topUpBatch' ? claim.rows.map(({ outcome }) => outcome) : []),
];

/** What DOKU's side shows: the ledger, and which accounts are bound. */
export interface Books {
  readonly entries: readonly BookEntry[];
  readonly sum: string;
  readonly boundAccounts: ReadonlySet<string>;
}

export interface BookEntry {
  readonly type: string;
  readonly partnerReferenceNo?: string;
  readonly partnerRefundNo?: string;
  readonly partnerCaptureNo?: string;
  readonly partnerVoidNo?: string;
  readonly legs: readonly { readonly account: string; readonly amount: string }[];
}
