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

/** Decisions that let DOKU speak. */
const AGAIN = ['ask-again', 'try-again'];

/** Where DOKU goes on contradicting, as it moved another amount, somebody overrules it in the end. */
const INSISTS_AFTER = 4;

/** Decides as the plan says: by what DOKU's back office shows, or whatever stands first or last. */
export async function decide(cast: Cast, part: Ending, attention: Attention): Promise<void> {
  const { diary } = cast;
  await setTimeout(500);
  for (const decision of await preferred(cast, attention)) {
    const resolution = {
      decision,
      operator: 'chaos',
      note: "what DOKU's back office shows",
      ...(diary.decided.length >= INSISTS_AFTER && { force: true }),
    };
    const isTaken = await told(diary, `an operator decides ${decision}`, () =>
      insist({ until: Date.now() + 20_000 }, () => part.resolve(resolution)),
    );
    if (!isTaken) continue;
    diary.decided.push(resolution);
    return;
  }
}

async function preferred(cast: Cast, { decisions }: Attention): Promise<string[]> {
  const { operator } = cast.plan.course;
  const again = decisions.filter((name) => AGAIN.includes(name));
  const others = decisions.filter((name) => !AGAIN.includes(name));
  const ordered = operator === 'last' ? [...others].reverse() : others;
  const { length } = cast.diary.decided;
  // Nobody overrules DOKU without a look.
  const looksUp = operator === 'looks-up' || length >= INSISTS_AFTER;
  const sorted = looksUp ? await byBooks(cast, others) : ordered;
  // Nobody asks the same question for ever.
  const isPatient = length < 2 && operator !== 'last';
  return isPatient ? [...again, ...sorted] : [...sorted, ...again];
}

/** Those that DOKU's ledger confirms first. */
async function byBooks({ site, diary }: Cast, decisions: readonly string[]): Promise<string[]> {
  const { entries } = await site.doku.ledger();
  const { numbers } = diary;
  const own = entries.filter(({ partnerReferenceNo = '' }) => numbers.has(partnerReferenceNo));
  const isMoved = netOf(own, `customer:${diary.accountId}`) !== 0n;
  // In the amount that DOKU shows, where that is offered.
  const shown = decisions.filter((name) => name.startsWith('record-as-shown-'));
  const moved = [...shown, ...MOVED];
  const wanted = (isMoved ? moved : NOT_MOVED).filter((name) => decisions.includes(name));
  return [...wanted, ...decisions.filter((name) => !wanted.includes(name))];
}
