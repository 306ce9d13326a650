/**
 * Holds the story's ends against the sandbox's ledger.
 *
 * @module
 */
import type { PurchaseResult } from '../../client/index.js';

interface LedgerEntry {
  readonly type: string;
  readonly partnerReferenceNo?: string;
  readonly legs: readonly { readonly account: string; readonly amount: string }[];
}
/** The sandbox's ledger, as its control API shows it. */
export interface LedgerView {
  readonly entries: readonly LedgerEntry[];
  readonly sum: string;
}

/** @returns nothing, or the mistake in words. */
export const expected = (what: string, seen: string, wanted: string): string[] =>
  seen === wanted ? [] : [`${what} came to ${seen}, not ${wanted}`];

/** What the ledger shows of purchases that it should not: each is given with its end, and what it cost the customer. */
export function mistakesIn(
  ledger: LedgerView,
  accountId: string,
  endings: readonly (readonly [PurchaseResult, PurchaseResult['outcome'], number])[],
): string[] {
  const mistakes = ledger.sum === '0.00' ? [] : [`the ledger sums to ${ledger.sum}`];
  for (const [{ partnerReferenceNo, outcome }, wanted, due] of endings) {
    mistakes.push(...expected(partnerReferenceNo, outcome, wanted));
    const net = ledger.entries
      .filter((entry) => entry.partnerReferenceNo === partnerReferenceNo)
      .flatMap((entry) => entry.legs)
      .filter((leg) => leg.account === `customer:${accountId}`)
      .reduce((sum, leg) => sum + Number(leg.amount), 0);
    if (net !== due)
      mistakes.push(`${partnerReferenceNo} moved ${net} on the customer's wallet, not ${due}`);
  }
  return mistakes;
}
