import { Context } from '@temporalio/activity';
import type { HistoryEntry } from '../contract/reads.js';
import { type HistoryBooks, type HistoryOwner, WINDOW_MS } from './history-books.js';

/**
 * What List has under a number, of which Detail tells one entry. It spans many pages where a customer is busy, so that one
 * attempt reads it once, however often that looks.
 *
 * @param paidAt - milliseconds since the epoch, where it is known: nothing before then is meant, nor what is too old to be listed at once.
 */
export type ListedUnder = (
  owner: HistoryOwner,
  number: string,
  paidAt: number | undefined,
) => Promise<readonly HistoryEntry[]>;

export function createListedUnder(books: Pick<HistoryBooks, 'pages'>): ListedUnder {
  const read = new WeakMap<Context, Map<string, readonly HistoryEntry[]>>();
  return async (owner, number, paidAt = 0) => {
    const attempt = Context.current();
    const before = read.get(attempt) ?? new Map<string, readonly HistoryEntry[]>();
    read.set(attempt, before);
    const known = before.get(number);
    if (known) return known;
    const entries: HistoryEntry[] = [];
    for await (const page of books.pages(owner, Math.max(paidAt, Date.now() - WINDOW_MS)))
      entries.push(...page.filter(({ partnerReferenceNo }) => partnerReferenceNo === number));
    before.set(number, entries);
    return entries;
  };
}
