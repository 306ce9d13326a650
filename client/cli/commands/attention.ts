import * as z from 'zod';
import type { Attention } from '../../../contract/needs-attention.js';
import { hasWorker } from '../../temporal/unanswered.js';
import { amountOf } from '../journeys/amount.js';
import { type ListedJourney, limitSchema, listedJourneys } from '../journeys/list.js';
import { type StatusView, stateOf } from '../journeys/state.js';
import { type Counted, summaryOf } from '../journeys/summary.js';
import { commandOf } from '../mechanisms/command.js';
import type { Desk } from '../mechanisms/desk.js';
import { toldInstant } from '../mechanisms/instant.js';
import { tableOf } from '../mechanisms/table.js';

/** Questions to workers, or to Temporal, at once. */
const AT_ONCE = 20;
const ENOUGH_SILENCES = 3;
/** Beyond them a sum would take minutes; the counts stay right. */
const MOST_SUMMED = 20_000;
const MOST_COUNTED = 1_000_000;

export const attention = commandOf({
  positionals: [],
  input: z.strictObject({ limit: limitSchema }),
  onlyReads: true,
  notes:
    'The oldest come first. What is in doubt is asked about without an operator, and only counted: find --status in-doubt.',
  async run({ limit }, desk) {
    const parked = await counted(desk, 'needs-attention');
    const doubtful = await counted(desk, 'in-doubt');
    const page = parked.slice(0, limit);
    if (page.length < parked.length)
      desk.tell(`only the oldest ${limit} of ${parked.length} are listed: raise --limit`);
    const waiting = await waitingOf(desk, page);
    if (waiting.length + doubtful.length === 0)
      return { data: [], text: 'nothing waits for an operator' };
    const sums = summaryOf([
      ...parked.map((each) => ({ ...each, what: kindOf(each.journey) })),
      ...doubtful.map((each) => ({ ...each, what: `${each.journey.journey}, in doubt` })),
    ]);
    return { data: waiting, text: [sums, asTable(waiting)].filter(Boolean).join('\n\n') };
  },
});

/** A journey that waits for an operator. */
interface Waiting extends ListedJourney, Partial<Attention> {
  /** ISO 8601. */
  readonly since: string;
  readonly amount?: string;
}

/** Findings are told apart by what they found. */
const kindOf = ({ journey, id }: ListedJourney) =>
  journey === 'finding' ? `finding ${id.split('/')[0]}` : journey;

/** All of a status, the oldest first, with what they are about. */
async function counted(desk: Desk, status: string): Promise<Omit<Counted, 'what'>[]> {
  const { journeys } = await listedJourneys(desk, { isRunning: true, status }, MOST_COUNTED);
  const amounts = await inTurn(journeys.slice(-MOST_SUMMED), (journey) => amountOf(desk, journey));
  const unsummed = journeys.length - amounts.length;
  return journeys
    .map((journey, index) => ({ journey, amount: amounts[index - unsummed] }))
    .reverse();
}

/** With what each of them asks. One that cannot be asked is told all the same. */
async function waitingOf(desk: Desk, page: readonly Omit<Counted, 'what'>[]): Promise<Waiting[]> {
  const queues = new Silences();
  const named = [...new Set(page.map(({ journey }) => journey.taskQueue))];
  await inTurn(named, async (taskQueue) => {
    // Where nobody works there is nobody to wait for.
    if (!(await hasWorker(desk.client, taskQueue))) queues.left(taskQueue);
  });
  const waiting = await inTurn(page, async ({ journey, amount }): Promise<Waiting | undefined> => {
    const known = { ...journey, since: journey.startedAt, ...(amount && { amount }) };
    const unknown = (reason: string) => ({ ...known, reason, known: [], check: [], decisions: [] });
    const silence = queues.of(journey.taskQueue);
    if (silence !== undefined) return unknown(silence);
    try {
      const { attention: asked } = await stateOf<StatusView>(desk, journey);
      queues.heard(journey.taskQueue);
      // Temporal's lists lag: what was decided a moment ago waits no more.
      return asked && { ...known, since: sinceIn(asked) ?? known.since, ...asked };
    } catch (error) {
      const { name, message } = error as Error;
      // Neither does what was broken off.
      if (name === 'JourneyBrokenError') return undefined;
      if (name === 'NoWorkerError' && message.startsWith('no worker'))
        queues.silent(journey.taskQueue, message);
      return unknown(`its state cannot be read: ${message}`);
    }
  });
  return waiting
    .filter((each) => each !== undefined)
    .sort((one, other) => one.since.localeCompare(other.since));
}

/** Task queues whose workers do not answer: each question to one would take as long again. */
class Silences {
  readonly #heard = new Set<string>();
  readonly #silences = new Map<string, string[]>();

  /** One journey that cannot be asked says nothing of the others: several have to, and none that can. */
  of(taskQueue: string): string | undefined {
    const silences = this.#silences.get(taskQueue) ?? [];
    if (this.#heard.has(taskQueue) || silences.length < ENOUGH_SILENCES) return undefined;
    return silences[0];
  }

  /** Nobody polls it. */
  left(taskQueue: string): void {
    const reason = `its state cannot be read: no worker polls the task queue ${taskQueue}`;
    this.#silences.set(taskQueue, Array(ENOUGH_SILENCES).fill(reason));
  }

  heard(taskQueue: string): void {
    this.#heard.add(taskQueue);
  }

  silent(taskQueue: string, message: string): void {
    this.#silences.set(taskQueue, [...(this.#silences.get(taskQueue) ?? []), message]);
  }
}

/** When it was asked last; what it heard since makes it no younger. */
const sinceIn = ({ known }: Attention) =>
  known.filter(({ fact }) => fact.startsWith('needs attention:')).at(-1)?.at;

async function inTurn<Item, Made>(
  items: readonly Item[],
  make: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  for (let index = 0; index < items.length; index += AT_ONCE)
    made.push(...(await Promise.all(items.slice(index, index + AT_ONCE).map(make))));
  return made;
}

function asTable(rows: readonly Waiting[]): string {
  if (rows.length === 0) return '';
  return tableOf([
    ['SINCE', 'JOURNEY', 'ID', 'AMOUNT', 'REASON', 'DECISIONS'],
    ...rows.map((row) => [
      toldInstant(row.since),
      row.journey,
      row.id,
      row.amount ?? '',
      row.reason ?? '',
      (row.decisions ?? []).join(', '),
    ]),
  ]);
}
