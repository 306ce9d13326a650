/**
 * A customer's transactions, page by page.
 *
 * @module
 */
import * as z from 'zod';
import { instantSchema } from '../../contract/instant.js';
import { type HistoryEntry, historyEntrySchema } from '../../contract/reads.js';
import { wholeNumber } from '../../contract/whole-number.js';
import { queryNumber } from './query-number.js';

const MOST = 500;
/** The end of the year 9999, after which no instant is written as all others are. */
const LAST_MS = Date.UTC(10_000, 0) - 1;

/** Where a page ended: the last entry's second, and how many of that second were told. */
const cursorSchema = z
  .string()
  .max(200)
  .transform((text, context) => {
    const [, toMs = '', told = ''] = /^(\d{1,15})-(\d{1,6})$/.exec(text) ?? [];
    if (toMs !== '' && Number(toMs) <= LAST_MS)
      return { to: new Date(Number(toMs)), told: Number(told) };
    context.addIssue({ code: 'custom', message: 'must be the `next` of an answer before' });
    return z.NEVER;
  });

export const historyQuerySchema = z.strictObject({
  from: instantSchema.describe('ISO 8601: inclusive, a year back at most'),
  to: instantSchema.optional().describe('ISO 8601: inclusive. Without it: now'),
  limit: queryNumber(wholeNumber(1, MOST)).default(100),
  after: cursorSchema.optional().describe('The `next` of the answer before'),
});

export const historySchema = z
  .object({
    entries: z.array(historyEntrySchema).readonly(),
    /** To go on with, by `?after=`; absent where there is no more. */
    next: z.string().exactOptional(),
  })
  .readonly();

type History = (range: { from: Date; to?: Date }) => AsyncIterable<HistoryEntry>;

export async function firstEntries(
  { from, to, limit, after }: z.output<typeof historyQuerySchema>,
  history: History,
): Promise<z.output<typeof historySchema>> {
  const until = after?.to ?? (to === undefined ? undefined : new Date(to));
  const entries: HistoryEntry[] = [];
  let toSkip = after?.told ?? 0;
  for await (const entry of history({ from: new Date(from), ...(until && { to: until }) })) {
    // Of the second at which the page before ended.
    if (toSkip > 0) {
      toSkip -= 1;
      continue;
    }
    if (entries.length === limit) return { entries, next: nextOf(entries, after) };
    entries.push(entry);
  }
  return { entries };
}

function nextOf(
  entries: readonly HistoryEntry[],
  after: z.output<typeof cursorSchema> | undefined,
): string {
  const secondOf = ({ dateTime }: HistoryEntry) => Math.floor(Date.parse(dateTime) / 1_000);
  const last = secondOf(entries.at(-1) as HistoryEntry);
  const ofLast = entries.filter((entry) => secondOf(entry) === last).length;
  const toldBefore = after && Math.floor(after.to.getTime() / 1_000) === last ? after.told : 0;
  return `${last * 1_000 + 999}-${ofLast + toldBefore}`;
}
