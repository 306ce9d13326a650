/**
 * The seven invariants, and that every end is told and no secret is seen. Knows DOKU's books and what the product says, and nothing of how it came about.
 *
 * @module
 */
import type { Replayed } from '../../setting/histories.js';
import type { Report, Waiting } from '../command-line.js';
import { type Books, typed } from './books.js';
import type { Case, Wrong } from './case.js';
import { contradictionOf } from './contradiction.js';
import { eventsWrong, type Told } from './events.js';
import type { Leaks } from './leaks.js';
import { movementsWrong } from './movements.js';

/** A request as the sandbox's control API shows it. */
interface Arrived {
  readonly at: string;
  readonly operation: string;
  readonly partnerReferenceNo?: string;
  readonly verdict?: string;
  readonly fault?: string;
  readonly responseCode?: string;
}

export interface Evidence {
  readonly cases: readonly Case[];
  readonly books: Books;
  /** What waits for an operator once the period is reconciled. */
  readonly waiting: readonly Waiting[];
  readonly report: Report | undefined;
  readonly replayed: Replayed;
  /** What is open at Temporal without anything to wait for, a line each. */
  readonly stuck: readonly string[];
  /** As they arrived at DOKU. */
  readonly requests: readonly Arrived[];
  readonly leaks: Leaks;
  /** What the merchant's backend was told. */
  readonly told: Told;
}

export const MOST_EVENTS = 5_000;
/** Of a thousand journeys, so many may ask an operator although DOKU could tell. */
const PARKED_OF_1000 = 2;

export function judged(evidence: Evidence): Wrong[] {
  return [
    ...movementsWrong(evidence.cases, evidence.books),
    ...evidence.cases.flatMap((item) => caseWrong(item, evidence)),
    ...findingsWrong(evidence),
    ...(evidence.report === undefined
      ? [{ name: undefined, rule: 4 as const, text: 'the reconciliation did not end' }]
      : []),
    ...evidence.stuck.map((text) => ({ name: undefined, rule: 5 as const, text })),
    ...replayWrong(evidence.replayed),
    ...parkedWrong(evidence.cases),
    ...eventsWrong(evidence.cases, evidence.told),
    ...evidence.leaks.found.map((text) => ({ name: undefined, rule: 9 as const, text })),
  ];
}

function caseWrong(item: Case, evidence: Evidence): Wrong[] {
  const { witness, shown, isMain, subject } = item;
  const at = (rule: Wrong['rule'], text: string): Wrong => ({
    name: witness.name,
    rule,
    text: `${subject.workflowId}: ${text}`,
  });
  const problems = isMain ? witness.problems.map((text) => at(ruleIn(text), text)) : [];
  const heard = isMain && shown?.run === 'completed' ? witness.heard : undefined;
  const outcome = shown?.result?.outcome;
  return [
    ...problems,
    ...(item.unshown === undefined ? [] : [at(2, item.unshown)]),
    ...(heard !== undefined && outcome !== undefined && heard !== outcome
      ? [at(2, `the backend heard ${heard}, and show says ${outcome}`)]
      : []),
    ...contradicted(item, evidence).map(({ rule, text }) => at(rule, text)),
    ...reversed(item, evidence).map((text) => at(3, text)),
    ...sentAfterStop(item, evidence).map((text) => at(5, text)),
  ];
}

/** A problem that says its rule keeps it; one that does not is that somebody could not go on. */
const ruleIn = (text: string) => Number(/^([1-7]):/.exec(text)?.[1] ?? 5) as Wrong['rule'];

/** 2, and 4: what the books contradict is a mistake, unless it came later or by an operator's word: then it is raised. */
function contradicted(item: Case, evidence: Evidence): { rule: 2 | 4; text: string }[] {
  const { cases, books } = evidence;
  const text = contradictionOf(item, cases, books);
  if (text === undefined) return [];
  const isExcused =
    item.witness.hasDecided ||
    !item.witness.isDokuClear ||
    item.shown?.run !== 'completed' ||
    isLater(item, books);
  if (!isExcused) return [{ rule: 2, text }];
  // Whoever left cannot be asked about: the reconciliation counts it, and raises it after days.
  if (item.witness.isCustomerGone && (item.witness.hasDecided || isUnknowable(item))) return [];
  return isRaised(item, evidence) ? [] : [{ rule: 4, text: `${text}, and nobody was told` }];
}

/** Forgotten by Temporal and begun again without a binding: it sent nothing, and nobody can be asked what was before. */
function isUnknowable({ witness, shown }: Case): boolean {
  const why = [shown?.result?.refusal, shown?.result?.reason];
  return witness.wasRestarted && why.includes('not-bound');
}

/** Whether the books would fit but for what DOKU did after the journey's end. */
function isLater({ subject, shown }: Case, { entries }: Books): boolean {
  const endedAt = Date.parse(shown?.endedAt ?? '');
  return entries.some(
    ({ partnerReferenceNo, at = '' }) =>
      partnerReferenceNo === (subject.ofOrder ?? subject.number) && Date.parse(at) > endedAt,
  );
}

const numbersOf = ({ subject, witness, isMain }: Case) => [
  subject.number,
  ...(isMain ? witness.moreNumbers : []),
];

const isRaised = (item: Case, { waiting }: Evidence) =>
  waiting.some(
    ({ journey, id }) =>
      (journey === 'finding' && numbersOf(item).some((number) => id.endsWith(`/${number}`))) ||
      // A question that is open is told, too.
      (journey === item.subject.shownAs[0] && id === item.subject.shownAs[1]),
  );

/** The void of an authorisation's rest has a number that is made from the authorisation's. */
const OF_THE_REST = '-void-';

/** 4, the other way round: a finding about what fits wakes an operator for nothing. */
function findingsWrong(evidence: Evidence): Wrong[] {
  const { cases, books, waiting } = evidence;
  return waiting.flatMap(({ journey, id, reason = '' }) => {
    if (journey !== 'finding') return [];
    const about = cases.filter((item) =>
      numbersOf(item).some(
        (number) => id.endsWith(`/${number}`) || id.includes(`/${number}${OF_THE_REST}`),
      ),
    );
    const fits = about.every(
      (item) =>
        item.shown?.run === 'completed' && contradictionOf(item, cases, books) === undefined,
    );
    // An operator's word may be wrong, as of two refunds that both went back by one cancel; and what was raised while it was
    // stopped stays raised when it is run again.
    if (!fits || about.some(({ witness }) => witness.hasDecided || witness.wasRestarted)) return [];
    return [
      {
        name: about[0]?.witness.name,
        rule: 4 as const,
        text: `finding ${id} is about what fits: ${reason}`,
      },
    ];
  });
}

/** 3: never acknowledged and reversed, and no reversal without its reason. */
function reversed({ subject, witness, shown }: Case, { books, cases }: Evidence): string[] {
  if (subject.kind !== 'purchase') return [];
  const own = books.entries.filter(
    ({ partnerReferenceNo }) => partnerReferenceNo === subject.number,
  );
  const refunds = cases.filter(({ subject: other }) => other.ofOrder === subject.number);
  const isReversed = typed(own, 'purchaseCancel', 'purchaseRefund').length > 0;
  if (!isReversed || refunds.some((refund) => refund.shown?.result?.outcome === 'refunded'))
    return [];
  const { reason = 'none' } = (shown?.result ?? {}) as { reason?: string };
  const told = [];
  // A run that came after retention asks who delivered: what an operator says to that is theirs to answer for.
  const isDecided = reason === 'operator-resolved' && witness.hasDecided;
  if (witness.wasAcknowledged && !isDecided) told.push(`acknowledged, and reversed (${reason})`);
  const isUnasked =
    (reason === 'acknowledge-within-elapsed' && witness.acknowledgeSeconds === undefined) ||
    (reason === 'cancel-requested' && !witness.wasCancelAsked && !witness.wasMeddledWith) ||
    (shown?.result !== undefined && reason === 'none');
  if (isUnasked) told.push(`reversed without a reason: ${reason}`);
  return told;
}

/** A call that was begun when it was stopped, and waited for its token, may take so long: nobody can call it back. */
const ON_THE_WAY_MS = 25_000;
const MOVES = new Set(['topUp', 'transferBank', 'authPayment', 'authCapture', 'purchase']);

/** 5: a stopped thing sends nothing more. What was sent before may be asked about and sent again, on proof. */
function sentAfterStop({ subject, witness, isMain }: Case, { requests }: Evidence): string[] {
  const { stoppedAt } = witness;
  // A reset runs what was stopped again.
  if (!isMain || stoppedAt === undefined || witness.wasRestarted) return [];
  const numbers = new Set(subject.kind === 'topUpBatch' ? witness.moreNumbers : [subject.number]);
  const first = new Map<string, { at: number; operation: string }>();
  for (const { at, operation, partnerReferenceNo = '' } of requests) {
    if (!MOVES.has(operation) || !numbers.has(partnerReferenceNo)) continue;
    if (!first.has(partnerReferenceNo))
      first.set(partnerReferenceNo, { at: Date.parse(at), operation });
  }
  return [...first].flatMap(([number, { at, operation }]) =>
    at > stoppedAt + ON_THE_WAY_MS
      ? [
          `${operation} ${number} was first sent ${((at - stoppedAt) / 1_000).toFixed(1)} s after the stop`,
        ]
      : [],
  );
}

/** 6 */
const replayWrong = ({ failed, largest, largestId }: Replayed): Wrong[] => [
  ...failed.map(({ workflowId, runId, error }) => ({
    name: undefined,
    rule: 6 as const,
    text: `${workflowId} (${runId}) does not replay: ${error}`,
  })),
  ...(largest > MOST_EVENTS
    ? [{ name: undefined, rule: 6 as const, text: `${largestId} has ${largest} events` }]
    : []),
];

/** Journeys that asked an operator without anybody's having meddled with them. */
export const parkedOf = (cases: readonly Case[]): Case[] =>
  cases.filter(
    ({ witness, isMain }) =>
      isMain && witness.parked > 0 && !witness.wasMeddledWith && witness.isDokuClear,
  );

/** 7: one in a small run may be chance. */
function parkedWrong(cases: readonly Case[]): Wrong[] {
  const parked = parkedOf(cases);
  const most = Math.max(1, Math.floor((cases.length * PARKED_OF_1000) / 1_000));
  if (parked.length <= most) return [];
  return parked.map(({ witness, subject }) => ({
    name: witness.name,
    rule: 7 as const,
    text: `${subject.workflowId} asked an operator where DOKU could tell`,
  }));
}
