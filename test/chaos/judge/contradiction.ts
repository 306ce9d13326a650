/**
 * Invariant 2: what a journey's result says, held against DOKU's books.
 *
 * @module
 */
import { type Books, type Entry, netOf, sen, typed } from './books.js';
import type { Case, Row } from './case.js';

/** What its own result would have to be judged with. */
interface Held {
  readonly item: Case;
  readonly cases: readonly Case[];
  readonly entries: readonly Entry[];
  readonly wallet: string;
  readonly books: Books;
}

/** @returns how the books contradict the case's result; nothing where they agree. */
export function contradictionOf(
  item: Case,
  cases: readonly Case[],
  books: Books,
): string | undefined {
  const { subject, witness, shown } = item;
  const entries = books.entries.filter(({ partnerReferenceNo }) =>
    subject.kind === 'refund'
      ? partnerReferenceNo === subject.ofOrder
      : partnerReferenceNo === subject.number,
  );
  if (shown === undefined) return undefined;
  const { result } = shown;
  if (result === undefined) {
    const own = subject.kind === 'refund' ? [] : entries;
    return own.length > 0 && shown.run !== 'running'
      ? `it is ${shown.run}, and ${own.map(({ type }) => type).join(', ')} moved`
      : undefined;
  }
  const wallet = `customer:${witness.accountId}`;
  const told = TESTS[subject.kind]({ item, cases, entries, wallet, books });
  return told && `it ended ${result.outcome}, ${told}`;
}

const moved = (entries: readonly Entry[], wallet: string, due: bigint) => {
  const net = netOf(entries, wallet);
  return net === due ? undefined : `but its wallet moved ${net} sen, not ${due}`;
};

const outcomeOf = ({ item }: Held) => item.shown?.result?.outcome;
const field = ({ item }: Held, name: string) => String(item.shown?.result?.[name] ?? '0.00');
/** What was asked for, or what an operator recorded that DOKU moved instead. */
const recorded = ({ item }: Held, name: string) =>
  sen(String(item.shown?.result?.[name] ?? item.subject.amount));

const TESTS: Readonly<Record<Case['subject']['kind'], (held: Held) => string | undefined>> = {
  purchase: (held) => {
    const own = withoutRefunds(held);
    const isPaid = outcomeOf(held) === 'paid';
    const taken = sen(held.item.subject.amount) + sen(field(held, 'feeAmount'));
    const wrong = moved(own, held.wallet, isPaid ? -taken : 0n);
    if (wrong) return wrong;
    const isRefunded = typed(own, 'purchaseRefund').length > 0;
    return outcomeOf(held) === 'refunded' && !isRefunded ? 'but nothing was refunded' : undefined;
  },
  refund: (held) => {
    const { item, entries, wallet } = held;
    const { number } = item.subject;
    const by = item.shown?.result?.by;
    const own = entries.filter((entry) => entry.partnerRefundNo === number);
    const credited = netOf(by === 'cancel' ? typed(entries, 'purchaseCancel') : own, wallet);
    const due = outcomeOf(held) === 'refunded' ? recorded(held, 'refundedAmount') : 0n;
    if (credited !== due) return `but ${credited} sen came back, not ${due}`;
    return netOf(entries, wallet) > 0n ? 'and more came back than was paid' : undefined;
  },
  authorizedPurchase: (held) => {
    const { entries, wallet } = held;
    const taken = -netOf(entries, wallet);
    const given = -netOf(typed(entries, 'authVoid'), 'held');
    const left = netOf(entries, 'held');
    if (taken !== sen(field(held, 'captured')))
      return `captured ${field(held, 'captured')}, but its wallet gave ${taken} sen`;
    // Where the last capture ends the authorisation, DOKU does not say whether the rest went back, and the result says so.
    const mayBeGiven = sen(field(held, 'voided')) + sen(field(held, 'unaccounted'));
    if (given !== sen(field(held, 'voided')) && given !== mayBeGiven)
      return `voided ${field(held, 'voided')}, but ${given} sen were given back`;
    return left === 0n ? undefined : `but ${left} sen are still held`;
  },
  topUp: (held) =>
    moved(
      held.entries,
      held.wallet,
      outcomeOf(held) === 'completed' ? recorded(held, 'creditedAmount') : 0n,
    ),
  bankTransfer: (held) =>
    moved(
      held.entries,
      held.wallet,
      outcomeOf(held) === 'completed' ? -recorded(held, 'sentAmount') : 0n,
    ),
  topUpBatch: ({ item, books, wallet }) => {
    const { rows } = item.witness;
    const wrong = rows.flatMap((row) => rowContradiction(row, books, wallet) ?? []);
    const completed = rows.filter(({ outcome }) => outcome === 'completed').length;
    const counts = item.shown?.result?.counts as { completed?: number } | undefined;
    if (rows.length > 0 && counts?.completed !== completed)
      wrong.push(`counts ${counts?.completed} completed rows of ${completed}`);
    return wrong.length > 0 ? wrong.join('; ') : undefined;
  },
  openAccount: ({ item, books }) => {
    const accountId = String(item.shown?.result?.accountId ?? item.witness.accountId);
    const isBound = books.bound.get(accountId) ?? false;
    return item.shown?.result?.outcome === 'bound' && !isBound
      ? 'but is not bound at DOKU'
      : undefined;
  },
  closeAccount: ({ item, cases, books }) => {
    const { accountId } = item.witness;
    const isBound = books.bound.get(accountId) ?? false;
    const result = item.shown?.result;
    // One that finds nothing to close says so.
    const saysUnbound = result?.outcome === 'unbound' || result?.reason === 'not-bound';
    const isClosedByAnother = cases.some(
      ({ subject: { kind, number }, witness, shown }) =>
        kind === 'closeAccount' &&
        number !== item.subject.number &&
        witness.accountId === accountId &&
        shown?.result?.outcome === 'unbound',
    );
    if (isClosedByAnother && !isBound) return undefined;
    return saysUnbound === isBound
      ? `but is ${isBound ? 'still' : 'no longer'} bound at DOKU`
      : undefined;
  },
};

/** @returns how the books contradict one row of a batch. */
function rowContradiction(row: Row, { entries }: Books, wallet: string): string | undefined {
  const own = entries.filter(
    ({ partnerReferenceNo }) => partnerReferenceNo === row.partnerReferenceNo,
  );
  const credited = sen(row.creditedAmount ?? row.amount.value);
  const wrong = moved(own, wallet, row.outcome === 'completed' ? credited : 0n);
  return wrong && `row ${row.partnerReferenceNo} ${row.outcome}, ${wrong}`;
}

/** What refunds of their own, by other journeys, took back from an order is theirs. */
function withoutRefunds({ item, cases, entries }: Held): Entry[] {
  const refunds = cases.filter(
    ({ subject }) => subject.kind === 'refund' && subject.ofOrder === item.subject.number,
  );
  const isCancelled = refunds.some(({ shown }) => shown?.result?.by === 'cancel');
  const numbers = new Set(refunds.map(({ subject }) => subject.number));
  return entries.filter(
    ({ type, partnerRefundNo = '' }) =>
      !(type === 'purchaseCancel' && isCancelled) && !numbers.has(partnerRefundNo),
  );
}
