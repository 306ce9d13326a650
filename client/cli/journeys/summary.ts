import { amountValueSchema, moneyOf, senOf } from '../../../contract/money.js';
import { toldInstant } from '../mechanisms/instant.js';
import { tableOf } from '../mechanisms/table.js';
import type { ListedJourney } from './list.js';

/** A journey that is counted. */
export interface Counted {
  /** What it is counted as. */
  readonly what: string;
  readonly journey: ListedJourney;
  /** "10000.00"; nothing where it is not known, or is about none. */
  readonly amount: string | undefined;
}

interface Sum {
  count: number;
  oldest: string;
  sen: bigint;
  /** Those whose amount is not in the sum. */
  without: number;
}

/** How many of what there are, since when, and what they come to. */
export function summaryOf(counted: readonly Counted[]): string {
  const sums = new Map<string, Sum>();
  for (const each of counted) for (const what of [each.what, 'all']) add(sums, what, each);
  const rows = [...sums].filter(([what]) => what !== 'all' || sums.size > 2);
  return tableOf([
    ['KIND', 'COUNT', 'OLDEST', 'SUM'],
    ...rows
      .sort(([one], [other]) => Number(one === 'all') - Number(other === 'all'))
      .map(([what, sum]) => [what, String(sum.count), toldInstant(sum.oldest), told(sum)]),
  ]);
}

function add(sums: Map<string, Sum>, what: string, { journey, amount }: Counted): void {
  const sum = sums.get(what) ?? { count: 0, oldest: journey.startedAt, sen: 0n, without: 0 };
  sums.set(what, sum);
  sum.count += 1;
  if (journey.startedAt < sum.oldest) sum.oldest = journey.startedAt;
  if (amountValueSchema.safeParse(amount).success) sum.sen += senOf(amount as string);
  else sum.without += 1;
}

function told({ count, sen, without }: Sum): string {
  if (without === count) return '';
  const sum = moneyOf(sen).value;
  return without === 0 ? sum : `${sum}, and ${without} of no known amount`;
}
