/**
 * What must hold whatever went wrong. Knows DOKU's books and the journeys' results, and nothing of how they came about.
 *
 * @module
 */
import { type BookEntry, type Books, type Claim, referencesOf } from './claims.js';

const sen = (amount: string) => BigInt(amount.replace('.', ''));

/** @returns a line for each invariant that does not hold; none when all is right. */
export function violations(claims: readonly Claim[], books: Books): string[] {
  return [
    ...(books.sum === '0.00' ? [] : [`5: the ledger sums to ${books.sum}`]),
    ...repeatedMovements(books.entries),
    ...claims.flatMap((claim) => claimViolations(claim, books)),
    ...sharedCancels(claims),
    ...unclaimedMovements(claims, books.entries),
  ];
}

/** 1: at most one debit a reference, one credit a top-up or refund number. */
function repeatedMovements(entries: readonly BookEntry[]): string[] {
  const seen = new Map<string, number>();
  for (const entry of entries) {
    const number =
      entry.partnerRefundNo ??
      entry.partnerCaptureNo ??
      entry.partnerVoidNo ??
      entry.partnerReferenceNo;
    // DOKU's own giving back of what a last capture left has no number.
    const isUnnumbered = entry.type === 'authVoid' && entry.partnerVoidNo === undefined;
    if (number === undefined || isUnnumbered) continue;
    const key = `${entry.type} ${number}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen].flatMap(([key, times]) => (times > 1 ? [`1: ${key} moved ${times} times`] : []));
}

/** 1, for cancels, which have no number of their own: one cancel cannot be two refunds. */
function sharedCancels(claims: readonly Claim[]): string[] {
  const claimed = new Map<string, number>();
  for (const claim of claims) {
    if (claim.journey !== 'refund' || claim.result.by !== 'cancel') continue;
    const { partnerReferenceNo } = claim.result;
    claimed.set(partnerReferenceNo, (claimed.get(partnerReferenceNo) ?? 0) + 1);
  }
  return [...claimed].flatMap(([reference, times]) =>
    times > 1 ? [`1: ${times} refunds claim the one cancel of ${reference}`] : [],
  );
}

/** 2: nothing moves under a reference that no journey speaks of. */
function unclaimedMovements(claims: readonly Claim[], entries: readonly BookEntry[]): string[] {
  const claimed = new Set(claims.flatMap(referencesOf));
  return entries
    .filter(({ type }) => type !== 'opening')
    .filter(({ partnerReferenceNo }) => !claimed.has(partnerReferenceNo ?? ''))
    .map(({ type, partnerReferenceNo }) => `2: ${type} ${partnerReferenceNo} is nobody's`);
}

/** 2 and 4: the outcome is what the books say, and everything else moved nothing. */
function claimViolations(claim: Claim, books: Books): string[] {
  const wrong = (rule: number, text: string) => [
    `${rule}: ${claim.journey} ended ${claim.result.outcome}, ${text}`,
  ];
  switch (claim.journey) {
    case 'purchase': {
      const { partnerReferenceNo, outcome, reason } = claim.result;
      const entries = entriesOf(books, partnerReferenceNo);
      const net = netOf(entries, claim.accountId);
      const due = outcome === 'paid' ? -sen(claim.amount) : 0n;
      const isReversed = entries.some(({ type }) => type !== 'purchase');
      return [
        ...(net === due ? [] : wrong(2, `but its wallet moved ${net} sen, not ${due}`)),
        ...(outcome === 'refunded' && !entries.some(({ type }) => type === 'purchaseRefund')
          ? wrong(2, 'but nothing was refunded')
          : []),
        ...(reason === 'merchant-acknowledged' && isReversed
          ? wrong(4, 'acknowledged and reversed')
          : []),
        ...(isReversed && !reason ? wrong(4, 'reversed without a reason') : []),
      ];
    }
    case 'refund': {
      const { partnerReferenceNo, partnerRefundNo, outcome, by } = claim.result;
      const entries = entriesOf(books, partnerReferenceNo);
      const own = entries.filter((entry) => entry.partnerRefundNo === partnerRefundNo);
      const cancels = entries.filter(({ type }) => type === 'purchaseCancel');
      const credited = netOf(by === 'cancel' ? cancels : own, claim.accountId);
      const due = outcome === 'refunded' ? sen(claim.amount) : 0n;
      const isAbovePaid = netOf(entries, claim.accountId) > 0n;
      return [
        ...(credited === due ? [] : wrong(2, `but ${credited} sen came back, not ${due}`)),
        ...(isAbovePaid ? wrong(1, 'and more came back than was paid') : []),
        ...(outcome === 'rejected' && !claim.result.rejection
          ? wrong(4, 'rejected without a reason')
          : []),
      ];
    }
    case 'authorizedPurchase': {
      const { partnerReferenceNo, captured, voided } = claim.result;
      const entries = entriesOf(books, partnerReferenceNo);
      const taken = netOf(entries, claim.accountId);
      const held = netOf(entries, undefined, 'held');
      const given = -netOf(
        entries.filter(({ type }) => type === 'authVoid'),
        undefined,
        'held',
      );
      return [
        ...(taken === -sen(captured) ? [] : wrong(2, `captured ${captured}, wallet ${taken} sen`)),
        ...(given === sen(voided) ? [] : wrong(2, `voided ${voided}, given back ${given} sen`)),
        ...(held === 0n ? [] : wrong(3, `${held} sen are still held`)),
      ];
    }
    case 'topUp':
    case 'bankTransfer': {
      const { partnerReferenceNo, outcome } = claim.result;
      const net = netOf(entriesOf(books, partnerReferenceNo), claim.accountId);
      const sign = claim.journey === 'topUp' ? 1n : -1n;
      const due = outcome === 'completed' ? sign * sen(claim.amount) : 0n;
      return net === due ? [] : wrong(2, `but its wallet moved ${net} sen, not ${due}`);
    }
    case 'topUpBatch':
      return batchViolations(claim, books);
    case 'openAccount': {
      const isBound = books.boundAccounts.has(claim.accountId);
      return claim.result.outcome !== 'bound' || isBound
        ? []
        : wrong(2, 'but is not bound at DOKU');
    }
    case 'closeAccount': {
      const isBound = books.boundAccounts.has(claim.accountId);
      return (claim.result.outcome === 'unbound') === !isBound
        ? []
        : wrong(2, `but is ${isBound ? 'still' : 'no longer'} bound at DOKU`);
    }
    default:
      return claim satisfies never;
  }
}

/** 2, row by row; and the counts are those of the rows. */
function batchViolations(
  { accountId, rows, result }: Extract<Claim, { journey: 'topUpBatch' }>,
  books: Books,
): string[] {
  const completed = rows.filter(({ outcome }) => outcome === 'completed').length;
  const isCounted = result.rows === rows.length && result.counts.completed === completed;
  return [
    ...(isCounted ? [] : [`2: topUpBatch counts ${result.counts.completed} of ${completed} rows`]),
    ...rows.flatMap(({ partnerReferenceNo, outcome, amount }) => {
      const net = netOf(entriesOf(books, partnerReferenceNo), accountId);
      const due = outcome === 'completed' ? sen(amount.value) : 0n;
      const row = `row ${partnerReferenceNo} ended ${outcome}`;
      return net === due ? [] : [`2: ${row}, but its wallet moved ${net} sen, not ${due}`];
    }),
  ];
}

const entriesOf = (books: Books, partnerReferenceNo: string) =>
  books.entries.filter((entry) => entry.partnerReferenceNo === partnerReferenceNo);

function netOf(
  entries: readonly BookEntry[],
  accountId: string | undefined,
  account = `customer:${accountId}`,
): bigint {
  return entries
    .flatMap((entry) => entry.legs)
    .filter((leg) => leg.account === account)
    .reduce((sum, leg) => sum + sen(leg.amount), 0n);
}
