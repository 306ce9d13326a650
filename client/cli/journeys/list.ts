import * as z from 'zod';
import { reconciliationNameOf } from '../../../contract/reconciliation-name.js';
import { allBegunWith, type BegunWith } from '../../temporal/begun-with.js';
import { type ListedRun, listedRuns } from '../../temporal/listing.js';
import { type Conditions, visibilityQuery } from '../../temporal/visibility-query.js';
import type { Desk } from '../mechanisms/desk.js';
import {
  isOfKind,
  JOURNEY_KINDS,
  type JourneyKind,
  type JourneyName,
  journeyNameOf,
  workflowIdOf,
  workflowTypeOf,
} from './name.js';

/** A journey as Temporal lists it; the lists lag a moment behind. */
export interface ListedJourney {
  readonly journey: JourneyKind;
  readonly id: string;
  readonly workflowId: string;
  /** Whose workers run it. */
  readonly taskQueue: string;
  readonly runId: string;
  /** In the words of its contract. */
  readonly status: string;
  /** Temporal's own word: `running`, `completed`, or how it broke, such as `terminated`. */
  readonly run: string;
  readonly customerId?: string;
  readonly partnerReferenceNo?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
}

/** The option that bounds a list. */
export const limitSchema = z.coerce
  .number()
  .int()
  .min(1)
  .max(10_000)
  .default(100)
  .meta({ description: 'how many at most', value: 'COUNT' });

/** Beyond them it would take minutes to look who has begun each. */
const MOST_LOOKED_AT = 20_000;
const LOOKED_AT_ONCE = 100;

interface Listed {
  readonly journeys: ListedJourney[];
  /** There are more than the limit. */
  readonly isCut: boolean;
}

/**
 * Journeys of the workers' task queue that meet all conditions, newest first. Anybody who reaches Temporal can write into its lists
 * (money rule 13): what nobody with these payload keys has begun is told apart, and takes no place; whose each is, is taken from what it
 * was begun with.
 */
export async function listedJourneys(
  desk: Desk,
  { journey, ...conditions }: Omit<Conditions, 'workflowTypes'> & { journey?: JourneyKind },
  limit: number,
): Promise<Listed> {
  const { client, taskQueue } = desk;
  const kinds = journey ? [journey] : JOURNEY_KINDS;
  const asked = { ...conditions, workflowTypes: kinds.map(workflowTypeOf) };
  const apart = new Apart(desk);
  const journeys: ListedJourney[] = [];
  let isCut = false;
  for await (const runs of inChunks(listedRuns(client, visibilityQuery({ ...asked, taskQueue })))) {
    const named = runs.filter((run) => run.taskQueue === taskQueue && nameOf(run) !== undefined);
    apart.add(runs.length - named.length);
    for (const { run, begun } of await lookedAt(client, named, journeys.length)) {
      const believed = journeyIn(run, begun);
      if (believed === undefined) apart.add(1);
      else if (journeys.length === limit) isCut = true;
      else journeys.push(believed);
    }
    if (isCut) break;
  }
  apart.tell();
  await tellOfOthers(desk, asked);
  return { journeys, isCut };
}

/** What is not listed, as nobody with these payload keys has begun it, or its ID is none of a journey. */
class Apart {
  readonly #desk: Pick<Desk, 'tell'>;
  #count = 0;

  constructor(desk: Pick<Desk, 'tell'>) {
    this.#desk = desk;
  }

  add(count: number): void {
    this.#count += count;
  }

  tell(): void {
    if (this.#count > 0)
      this.#desk.tell(
        `${this.#count} more are not listed: nobody with these payload keys has begun them, or not under an ID of ours`,
      );
  }
}

/** Of a rehearsal, of another merchant in the namespace, or of anybody. */
async function tellOfOthers(
  { client, taskQueue, tell }: Desk,
  asked: Omit<Conditions, 'taskQueue'>,
): Promise<void> {
  const counts = [asked, { ...asked, taskQueue }].map((conditions) =>
    client.workflow.count(visibilityQuery(conditions)),
  );
  const [all, own] = await Promise.all(counts);
  const others = (all?.count ?? 0) - (own?.count ?? 0);
  if (others > 0)
    tell(
      `${others} on other task queues than ${taskQueue} are not listed: DOKU_TASK_QUEUE says which`,
    );
}

async function lookedAt(client: Desk['client'], runs: readonly ListedRun[], before: number) {
  if (before < MOST_LOOKED_AT) return allBegunWith(client, runs);
  return runs.map((run) => ({ run, begun: { kind: 'locked' } as const }));
}

async function* inChunks(runs: AsyncIterable<ListedRun>): AsyncGenerator<ListedRun[]> {
  let chunk: ListedRun[] = [];
  for await (const run of runs) {
    chunk.push(run);
    if (chunk.length < LOOKED_AT_ONCE) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Nothing for what is of no form of ours. */
function nameOf({ type, workflowId }: ListedRun): JourneyName | undefined {
  const name = journeyNameOf(type, workflowId);
  return name && isOfKind(name) && workflowIdOf(name) === workflowId ? name : undefined;
}

function journeyIn(run: ListedRun, begun: BegunWith): ListedJourney | undefined {
  const name = nameOf(run);
  // A schedule begins it with nothing.
  const isDaily = reconciliationNameOf(run.workflowId).kind === 'daily';
  const isOurs = begun.kind !== 'nobodys' || (name?.journey === 'reconciliation' && isDaily);
  if (name === undefined || !isOurs) return undefined;
  const { workflowId, taskQueue, runId, status, startedAt, endedAt } = run;
  const { customerId, partnerReferenceNo } = begunFor(name, run, begun);
  return {
    ...name,
    workflowId,
    taskQueue,
    runId,
    status: isWord(status) ? status : '',
    run: run.run,
    ...(customerId && { customerId }),
    ...(partnerReferenceNo && { partnerReferenceNo }),
    startedAt: startedAt.toISOString(),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
  };
}

/** As a contract writes where a journey stands. */
const isWord = (status: string) => /^[a-z-]{1,40}$/.test(status);

/** Whose it is, and of which number, as it was begun; a number that stands in its ID needs no other proof. */
function begunFor({ id }: JourneyName, run: ListedRun, begun: BegunWith) {
  const input = (begun.kind === 'own' ? begun.input : {}) as Record<string, unknown>;
  const { customerId, partnerReferenceNo } = input;
  const isInId = run.partnerReferenceNo !== '' && id.includes(run.partnerReferenceNo);
  return {
    ...(typeof customerId === 'string' && { customerId }),
    ...(typeof partnerReferenceNo === 'string'
      ? { partnerReferenceNo }
      : isInId && { partnerReferenceNo: run.partnerReferenceNo }),
  };
}

/** Whether it was broken off: its status is where it stood last, and says nothing of where it is. */
export const isBroken = ({ run }: Pick<ListedJourney, 'run'>) =>
  run !== 'running' && run !== 'completed';

export const toldStatus = (journey: Pick<ListedJourney, 'status' | 'run'>) =>
  isBroken(journey) ? brokenOff(journey.run, journey.status) : journey.status;

export const brokenOff = (run: string, lastStatus: string | undefined) =>
  lastStatus ? `${run}; last known: ${lastStatus}` : run;
