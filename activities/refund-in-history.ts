import { ApplicationFailure } from '@temporalio/common';
import type { HistoryEntry } from '../contract/reads.js';
import type { Absence } from './calling/absence.js';
import type { HistoryBooks } from './history-books.js';
import { fits, historyStatusOf, isKnownAs } from './history-entry.js';
import type { GiveBackAsked, GiveBackHolder } from './journeys/give-back-holders.js';
import type { ListedUnder } from './listed-under.js';
import type { PurchaseFact, PurchaseKey, RefundFact } from './purchase-fact.js';
import { mayBeUnnamed } from './purchase-shown.js';
import { isInstant } from './snap/instant.js';

/** A history that is down for longer is not waited for. */
const DOWN_FOR_MS = 120_000;
/** DOKU's times are cut to the second, of the payment and of what it gave back. */
const CUT_MS = 2_000;

/** What it says of a refund. What happened wins over what failed or is open under the same number. */
const STATUSES = {
  success: 'success',
  open: 'pending',
  closed: 'failed',
  cancelled: 'failed',
} as const;
const BEST: readonly RefundFact['status'][] = ['success', 'pending', 'unknown', 'failed'];
/** What may be somebody else's is done. */
const LEAST: readonly RefundFact['status'][] = ['pending', 'unknown', 'success', 'failed'];

/** A refund that DOKU's status does not list. */
interface Unlisted extends PurchaseKey {
  /** A reversal has its purchase's number. */
  readonly partnerRefundNo: string;
  /** "10000.00", where whoever asks says it. */
  readonly amount?: string;
}

interface Dependencies {
  readonly books: Pick<HistoryBooks, 'detailOf'>;
  readonly listed: ListedUnder;
  /** The other journeys whose movement it may be. */
  readonly holdersOf: (asked: GiveBackAsked) => Promise<readonly GiveBackHolder[]>;
  readonly absence: Pick<Absence, 'mayAskAgain'>;
}

/** What a customer's history says of a refund: neither it nor its absence is proven where there is a doubt. */
type InHistory = { readonly refund?: RefundFact; readonly doubt?: string };

/**
 * Query Purchase may list refunds late, without their numbers, or not at all (doku-api §10.13): the customer's history, which has a
 * lag of its own, is asked before one is believed not to have happened (money rule 3). Its entries name no purchase: what may be
 * another journey's is a doubt, and no absence (money rule 7).
 *
 * @returns the fact with the refund, or with what may be it, where history has that.
 */
export function createRefundInHistory({ books, listed, holdersOf, absence }: Dependencies) {
  const judgedOf = async (key: Unlisted, fact: PurchaseFact): Promise<InHistory> => {
    const { partnerRefundNo, partnerReferenceNo, customerId } = key;
    const paidAt = isInstant(fact.paidTime) ? Date.parse(fact.paidTime) : undefined;
    const isCandidate = (entry: HistoryEntry) => mayBe(entry, key, paidAt);
    const holdersFor = (entries: readonly HistoryEntry[]) =>
      holdersOf({
        ...{ number: partnerRefundNo, customerId, partnerReferenceNo },
        isAnyKind: !entries.every(({ type }) => isKnownAs(type, 'give-back')),
      });
    const detail = await books.detailOf(key, partnerRefundNo);
    const shown = detail && isCandidate(detail) ? [detail] : [];
    const isDone = shown.some((entry) => BEST.indexOf(refundIn(entry).status) < 2);
    // Detail tells of one entry: another of the same number is in List alone.
    const holders = isDone ? await holdersFor(shown) : undefined;
    if (holders?.length === 0) return judged(shown, [], key.amount);
    const found = (await listed(key, partnerRefundNo, paidAt)).filter(isCandidate);
    const entries = [
      ...found,
      ...shown.filter((one) => !found.some((entry) => isSame(entry, one))),
    ];
    if (entries.length === 0) return {};
    return judged(entries, await holdersFor(entries), key.amount);
  };

  return async (key: Unlisted, fact: PurchaseFact): Promise<PurchaseFact> => {
    try {
      const { refund, doubt } = await judgedOf(key, fact);
      if (refund === undefined) return doubt === undefined ? fact : { ...fact, doubt };
      if (isAmongOthers(fact, key)) return { ...fact, doubt: UNLISTED_BESIDE_OTHERS };
      return { ...fact, refunds: { ...fact.refunds, [key.partnerRefundNo]: refund } };
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      // Of a customer who is not bound any more it tells nothing; nor does one that is down hold the status up for long.
      if (!error.nonRetryable && absence.mayAskAgain(DOWN_FOR_MS)) throw error;
      return fact;
    }
  };
}

/** Whether an entry under the number may be what is looked for. */
function mayBe(
  { type, dateTime }: HistoryEntry,
  { partnerRefundNo, partnerReferenceNo }: Unlisted,
  paidAt: number | undefined,
): boolean {
  // Under the purchase's own number its payment stands, too.
  const isOfKind = partnerRefundNo === partnerReferenceNo ? isKnownAs : fits;
  if (!isOfKind(type, 'give-back') || type.trim().toUpperCase() === 'VOID') return false;
  // What was given back before it was paid is of another purchase.
  return paidAt === undefined || !isInstant(dateTime) || Date.parse(dateTime) >= paidAt - CUT_MS;
}

const isSame = (one: HistoryEntry, other: HistoryEntry) =>
  one.dateTime === other.dateTime && one.amount === other.amount;

/**
 * @param entries - all that may be it.
 * @param holders - of the same number: each may account for one of them.
 * @param amount - "10000.00", where it is known what was asked for.
 */
function judged(
  entries: readonly HistoryEntry[],
  holders: readonly GiveBackHolder[],
  amount: string | undefined,
): InHistory {
  const left = [...entries];
  const others = holders.filter((holder) => {
    const isIts = (entry: HistoryEntry) =>
      holder.amount !== undefined && entry.amount === holder.amount && holder.amount !== amount;
    const index = amount === undefined ? -1 : left.findIndex(isIts);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  const [first] = left;
  if (first === undefined) return {};
  const may = others.filter((holder) => left.some((entry) => mayBeOf(holder, entry)));
  const isOneOwn = left.length > may.length && left.every((entry) => entry.amount === first.amount);
  if (isOneOwn) return { refund: chosen(left.map(refundIn), may.length > 0 ? LEAST : BEST) };
  const [holder] = may;
  const which = holder ? `which may be that of ${holder.workflowId}` : 'beside another amount';
  return { doubt: `a ${told(first)} in its history under the same number, ${which}` };
}

const mayBeOf = ({ amount }: GiveBackHolder, entry: HistoryEntry) =>
  amount === undefined || entry.amount === undefined || amount === entry.amount;

const told = ({ type, amount }: HistoryEntry) =>
  `${type.slice(0, 32)}${amount ? ` of ${amount}` : ''}`;

const chosen = (refunds: readonly RefundFact[], order: readonly RefundFact['status'][]) =>
  [...refunds].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status))[0] as RefundFact;

function refundIn({ status, amount }: HistoryEntry): RefundFact {
  const known = historyStatusOf(status);
  const said = known in STATUSES ? STATUSES[known as keyof typeof STATUSES] : 'unknown';
  return {
    status: said,
    ...(said === 'unknown' && { statusCode: status.slice(0, 32) }),
    ...(amount && { amount }),
  };
}

/** A status that lists refunds would list this one, too, but for a lag: history has the same number of another purchase's. */
const isAmongOthers = (fact: PurchaseFact, key: Unlisted): boolean => {
  const { unnamedRefunds: unnamed = [] } = fact;
  const isListing = Object.keys(fact.refunds).length > 0 || unnamed.length > 0;
  const mayBeListed = key.amount === undefined ? unnamed.length > 0 : mayBeUnnamed(fact, key);
  return isListing && !mayBeListed;
};

const UNLISTED_BESIDE_OTHERS =
  'a refund under the same number in its history, which its status does not list beside others';
