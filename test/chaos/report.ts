import type { Case, Wrong } from './judge/case.js';
import { type Evidence, parkedOf } from './judge/judge.js';
import type { Played } from './run.js';
import type { Site } from './site.js';

/** What a run came to, in a line or two. */
export function summaryOf(
  site: Site,
  { diaries }: Played,
  evidence: Evidence,
  wrong: readonly Wrong[],
): string {
  const faults = diaries.reduce((sum, { plan }) => sum + plan.faults.length, 0);
  const temperaments = diaries.reduce((sum, { plan }) => sum + plan.temperaments.length, 0);
  const acts = diaries.reduce((sum, { done }) => sum + done.size, 0);
  const { replayed, cases, leaks, told } = evidence;
  const histories =
    replayed.replayed === replayed.found
      ? `${replayed.replayed} histories replayed in ${replayed.seconds.toFixed(0)} s`
      : `${replayed.replayed} of ${replayed.found} histories replayed (a sample)`;
  return [
    `${diaries.length} journeys, ${faults} faults, ${temperaments} temperaments, ${acts} kinds of acts, ${site.kills} kills`,
    `${parkedOf(cases).length} parked where DOKU could tell, ${wrong.length} wrong, ${histories}, the largest of ${replayed.largest} events (${replayed.largestId})`,
    `${told.taken.length} events taken, in ${told.deliveries} deliveries; ${told.forged.taken.length} of ${told.forged.sent} forged ones taken`,
    `${leaks.sought} secrets looked for in ${leaks.looked} logs, histories, lists, metrics and words (${Math.round(leaks.bytes / 1e6)} MB)`,
  ].join('\n');
}

/** A wrong one with its story, and a command that repeats it. */
export function storyOf(
  name: string,
  played: Played,
  evidence: Evidence,
  wrong: readonly Wrong[],
): string {
  const diary = played.diaries.find(({ plan }) => plan.name === name);
  if (!diary) return '';
  const { plan } = diary;
  const cases = evidence.cases.filter(({ witness }) => witness.name === name);
  const entries = evidence.books.entries.filter(({ partnerReferenceNo = '' }) =>
    diary.numbers.has(partnerReferenceNo),
  );
  const arrived = evidence.requests.filter(({ partnerReferenceNo = '' }) =>
    diary.numbers.has(partnerReferenceNo),
  );
  return [
    `${wrong.some((one) => one.name === name) ? 'WRONG' : 'right'} ${name}`,
    ...wrong.filter((one) => one.name === name).map(({ rule, text }) => `  ${rule}: ${text}`),
    `  course: ${JSON.stringify(plan.course)}, ${plan.amount}`,
    ...plan.faults.map((fault) => `  fault: ${JSON.stringify(fault)}`),
    ...plan.temperaments.map((one) => `  temperament: ${JSON.stringify(one)}`),
    ...plan.acts.map((act) => `  act: ${JSON.stringify(act)}`),
    ...diary.lines.map((line) => `    ${line}`),
    '  arrived at DOKU:',
    ...arrived.map(
      ({ at, operation, verdict, fault = '', responseCode = '' }) =>
        `    ${at} ${operation} ${verdict} ${fault} ${responseCode}`,
    ),
    ...cases.flatMap(shownLines),
    `  DOKU's books: ${entries.map(({ type, at, partnerRefundNo = '' }) => `${at} ${type} ${partnerRefundNo}`).join('; ') || 'nothing'}`,
  ].join('\n');
}

const shownLines = ({ subject, shown }: Case): string[] => [
  `  show ${subject.shownAs.join(' ')}: ${shown ? `${shown.status} (${shown.run}) ${JSON.stringify(shown.result)}` : 'unknown'}`,
  ...(shown?.details ?? '')
    .split('\n')
    .filter((line) => /^- \d{4}-/.test(line))
    .map((line) => `    ${line}`),
];
