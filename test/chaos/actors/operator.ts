import { setTimeout } from 'node:timers/promises';
import type { Attention } from '../../../client/index.js';
import { type Cast, type Ending, insist, told } from '../cast.js';
import { netOf } from '../judge/books.js';

/** Decisions that say that the money moved, and that it did not or came back; in the order of preference. */
const MOVED = [
  'record-paid',
  'record-completed',
  'record-refunded',
  'record-done',
  'record-captured',
  'record-unbound',
];
const NOT_MOVED = [
  'reverse',
  'record-cancelled',
  'record-failed',
  'record-not-refunded',
  'record-undone',
  'record-voided',
  'record-bound',
  'record-rejected',
  'give-up',
];

/** Decides as the plan says: by what DOKU's back office shows, or whatever stands first or last. */
export async function decide(cast: Cast, part: Ending, attention: Attention): Promise<void> {
  const { diary } = cast;
  await setTimeout(500);
  for (const decision of await preferred(cast, attention)) {
    const resolution = { decision, operator: 'chaos', note: "what DOKU's back office shows" };
    const isTaken = await told(diary, `an operator decides ${decision}`, () =>
      insist({ until: Date.now() + 20_000 }, () => part.resolve(resolution)),
    );
    if (!isTaken) continue;
    diary.decided.push(resolution);
    return;
  }
}

async function preferred({ site, diary, plan }: Cast, { decisions }: Attention): Promise<string[]> {
  const { operator } = plan.course;
  const again = decisions.filter((name) => name.endsWith('-again'));
  if (operator === 'first') return [...decisions];
  if (operator === 'last') return [...decisions].reverse();
  const { entries } = await site.doku.ledger();
  const own = entries.filter(({ partnerReferenceNo = '' }) =>
    diary.numbers.has(partnerReferenceNo),
  );
  const isMoved = netOf(own, `customer:${diary.accountId}`) !== 0n;
  // A refund's or a reversal's own movement brings the wallet back to where it was.
  const wanted = isMoved ? MOVED : NOT_MOVED;
  const first = diary.decided.length < 2 ? again : [];
  const fitting = wanted.filter((name) => decisions.includes(name));
  return [
    ...first,
    ...fitting,
    ...decisions.filter((name) => !first.includes(name) && !fitting.includes(name)),
  ];
}
