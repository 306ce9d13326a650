/**
 * What a batch would do: which of its rows are new, and which were paid before, by all that Temporal still has.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import * as z from 'zod';
import { resultOfRun } from '../../client/temporal/ended-with.js';
import { heardFrom } from '../../client/temporal/heard.js';
import { type ListedRun, listedRuns } from '../../client/temporal/listing.js';
import { ownInput } from '../../client/temporal/own-input.js';
import { GRPC, grpcOf } from '../../client/temporal/translated.js';
import { visibilityQuery } from '../../client/temporal/visibility-query.js';
import { totalOf } from '../../client/top-up-rows.js';
import { topUpWorkflowId } from '../../contract/identity.js';
import { amountValueSchema } from '../../contract/money.js';
import { topUpInputSchema, topUpResultSchema } from '../../contract/top-up.js';
import {
  partResultsQuery,
  type TopUpRow,
  type TopUpRowResult,
  topUpBatchPartResultSchema,
  topUpRowSchema,
} from '../../contract/top-up-batch.js';
import { ofQuery } from '../../contract/written-as.js';

/** Numbers in one question to Temporal's lists. */
const NUMBERS_AT_ONCE = 100;
/** Questions at once. */
const AT_ONCE = 20;
const MOST_NAMED = 100;

/** Whether a row is new, and if not what became of its number. */
const kindSchema = z.enum([
  /** No top-up of this number is known, but for rows of another customer or amount that ended without a credit. */
  'new',
  /** The same was credited under this number: it is not sent again. */
  'paidBefore',
  /** The same is on its way. */
  'underWay',
  /** The same ended without a credit: as a row it is sent again, where a top-up of its own takes another number. */
  'failedBefore',
  /**
   * The number is another customer's or amount's, or that of a top-up that these payload keys do not read: such a row fails as
   * `number-used-otherwise`, also where that top-up ended without a credit.
   */
  'conflicting',
]);
type Kind = z.output<typeof kindSchema>;

const groupSchema = z
  .object({
    rows: z.int(),
    /** "10000.00", rupiah. */
    total: amountValueSchema,
    /** The first hundred of their numbers. */
    partnerReferenceNos: z.array(z.string()).readonly(),
  })
  .readonly();

export const dryRunSchema = z
  .object({
    batchReference: z.string(),
    rows: z.int(),
    total: amountValueSchema,
    new: groupSchema,
    paidBefore: groupSchema,
    underWay: groupSchema,
    failedBefore: groupSchema,
    conflicting: groupSchema,
    /**
     * The first hundred workflow IDs of what has a number asked for, or is a part of a batch, and cannot be read or believed: nobody
     * with these payload keys has begun it, or ended it so. It decides nothing.
     */
    unread: z.array(z.string()).readonly(),
  })
  .readonly();

/** A top-up of before. */
interface Known {
  readonly customerId: string;
  readonly value: string;
  readonly became: 'paidBefore' | 'underWay' | 'failedBefore';
  /** It was refused as another's, or is a row that was not credited: of another payout it says nothing of the number. */
  readonly keepsNone: boolean;
}

type Execution = Pick<ListedRun, 'workflowId' | 'runId'>;

/** Starts nothing. @throws as Temporal does. */
export async function dryRun(
  client: Client,
  batchReference: string,
  rows: readonly TopUpRow[],
  signal: AbortSignal | undefined,
): Promise<z.output<typeof dryRunSchema>> {
  const known = new KnownTopUps(rows);
  await inTurn(chunked(rows), signal, (chunk) => addOwn(client, chunk, known, signal));
  const parts: ListedRun[] = [];
  for await (const run of listedRuns(
    client,
    visibilityQuery({ workflowTypes: ['topUpBatchPart'] }),
  ))
    parts.push(run);
  await inTurn(parts, signal, (part) => addPart(client, part, known));
  const of = (kind: Kind) => groupOf(rows.filter((row) => known.kindOf(row) === kind));
  return {
    batchReference,
    rows: rows.length,
    total: totalOf(rows).value,
    new: of('new'),
    paidBefore: of('paidBefore'),
    underWay: of('underWay'),
    failedBefore: of('failedBefore'),
    conflicting: of('conflicting'),
    unread: known.unread,
  };
}

class KnownTopUps {
  readonly #asked: ReadonlySet<string>;
  readonly #known = new Map<string, Known[]>();
  readonly #locked = new Set<string>();
  readonly #unread = new Set<string>();

  constructor(rows: readonly TopUpRow[]) {
    this.#asked = new Set(rows.map(({ partnerReferenceNo }) => partnerReferenceNo));
  }

  add(
    {
      partnerReferenceNo,
      customerId,
      amount,
    }: Pick<TopUpRow, keyof TopUpRowResult & keyof TopUpRow>,
    became: Known['became'],
    keepsNone = false,
  ): void {
    if (!this.#asked.has(partnerReferenceNo)) return;
    const before = this.#known.get(partnerReferenceNo) ?? [];
    const more = { customerId, value: amount.value, became, keepsNone };
    this.#known.set(partnerReferenceNo, [...before, more]);
  }

  /** What has the number may be anything: these keys do not read it. */
  addLocked(partnerReferenceNo: string): void {
    this.#locked.add(partnerReferenceNo);
  }

  addUnread(workflowId: string): void {
    this.#unread.add(workflowId);
  }

  get unread(): readonly string[] {
    return [...this.#unread].sort().slice(0, MOST_NAMED);
  }

  /** Rows that have ended. */
  addEnds(results: readonly TopUpRowResult[]): void {
    for (const row of results) {
      const became = becameOf(row.outcome);
      if (row.outcome !== 'cancelled') this.add(row, became, became === 'failedBefore');
    }
  }

  kindOf({ partnerReferenceNo, customerId, amount }: TopUpRow): Kind {
    const all = this.#known.get(partnerReferenceNo) ?? [];
    const isSame = (one: Known) => one.customerId === customerId && one.value === amount.value;
    const became = new Set(all.filter(isSame).map((one) => one.became));
    // Whoever else asked for the number since was refused.
    if (became.has('paidBefore')) return 'paidBefore';
    if (all.some((one) => !isSame(one) && !one.keepsNone)) return 'conflicting';
    if (this.#locked.has(partnerReferenceNo)) return 'conflicting';
    for (const kind of ['underWay', 'failedBefore'] as const) if (became.has(kind)) return kind;
    return 'new';
  }
}

/** Top-ups that are journeys of their own. */
async function addOwn(
  client: Client,
  rows: readonly TopUpRow[],
  known: KnownTopUps,
  signal: AbortSignal | undefined,
): Promise<void> {
  const numbers = rows.map(({ partnerReferenceNo }) => `'${partnerReferenceNo}'`).join(', ');
  const query = `${visibilityQuery({ workflowTypes: ['topUp'] })} AND PartnerReferenceNo IN (${numbers})`;
  const found: ListedRun[] = [];
  for await (const run of listedRuns(client, query)) found.push(run);
  await inTurn(found, signal, (run) => addTopUp(client, run, known));
}

/** One run of a top-up. Its list is anybody's to write: what began it and what it ended with are believed as they are encrypted. */
async function addTopUp(client: Client, run: ListedRun, known: KnownTopUps): Promise<void> {
  const { partnerReferenceNo = '' } = run;
  // One of another ID is no journey of the number.
  if (run.workflowId !== topUpWorkflowId(partnerReferenceNo))
    return known.addUnread(run.workflowId);
  const input = await believed(known, run, () => ownInput(client, run), topUpInputSchema);
  if (input === 'locked') return known.addLocked(partnerReferenceNo);
  if (input === undefined) return;
  if (!(await hasCompleted(client, run))) return known.add(input, 'underWay');
  const result = await believed(known, run, () => endOf(client, run), topUpResultSchema);
  if (result === 'locked') return known.addLocked(partnerReferenceNo);
  if (result === undefined) return;
  const isOfNumber = result.partnerReferenceNo === partnerReferenceNo;
  if (!isOfNumber) return known.addUnread(run.workflowId);
  known.add(input, becameOf(result.outcome), result.refusal === 'number-used-otherwise');
}

/** Temporal's number for the status. */
const COMPLETED = 2;

/** Lists lag: what has just ended may stand there as running. */
async function hasCompleted(
  client: Client,
  { workflowId, runId, run }: ListedRun,
): Promise<boolean> {
  if (run !== 'running') return run === 'completed';
  const { workflowExecutionInfo } = await client.workflowService.describeWorkflowExecution({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
  });
  return workflowExecutionInfo?.status === COMPLETED;
}

/** The rows of one part of a batch. */
async function addPart(client: Client, part: ListedRun, known: KnownTopUps): Promise<void> {
  if (part.run === 'completed') {
    const read = () => endOf(client, part);
    const result = await believed(known, part, read, topUpBatchPartResultSchema);
    if (result && result !== 'locked') known.addEnds(result.results);
    return;
  }
  const given = await believed(known, part, () => ownInput(client, part), partSchema);
  if (given === undefined || given === 'locked') return;
  // One that was ended from outside says no more than it has seen.
  const ended = await endedSoFar(client, part);
  const numbers = new Set(ended.map(({ partnerReferenceNo }) => partnerReferenceNo));
  known.addEnds(ended);
  for (const row of given.rows)
    if (!numbers.has(row.partnerReferenceNo)) known.add(row, 'underWay');
}

/** What the payload codec says of a key that it lacks. */
const OF_ANOTHER_KEY = new Set(['UnknownPayloadKeyError', 'WrongPayloadKeyError']);

const partSchema = z.object({ rows: z.array(topUpRowSchema) });

const endOf = (client: Client, { workflowId, runId }: Execution): Promise<unknown> =>
  resultOfRun(client, { workflowId, runId });

/**
 * What Temporal keeps of a run. One that is odd is named, and costs no other row its answer.
 *
 * @returns nothing where that is nobody's with a payload key, and `locked` where it may be somebody's with another one.
 * @throws what Temporal throws where it does not tell.
 */
async function believed<Believed>(
  known: KnownTopUps,
  { workflowId }: Execution,
  read: () => Promise<unknown>,
  schema: z.ZodType<Believed>,
): Promise<Believed | 'locked' | undefined> {
  try {
    const { success, data } = schema.safeParse(await read());
    if (success) return data;
    known.addUnread(workflowId);
    return undefined;
  } catch (error) {
    const { code } = grpcOf(error) ?? {};
    // Forgotten meanwhile.
    if (code === GRPC.NOT_FOUND) return undefined;
    if (code !== undefined) throw error;
    known.addUnread(workflowId);
    return OF_ANOTHER_KEY.has((error as Error).name) ? 'locked' : undefined;
  }
}

/** How long a part may take to say so; then all its rows count as under way, as they do by workers of before. */
const SAID_WITHIN_MS = 5_000;

async function endedSoFar(
  client: Client,
  { workflowId, runId }: Pick<ListedRun, 'workflowId' | 'runId'>,
): Promise<readonly TopUpRowResult[]> {
  const asked = { workflowId, as: ofQuery(partResultsQuery.name) };
  try {
    const said = await client.withDeadline(Date.now() + SAID_WITHIN_MS, () =>
      heardFrom(client, asked, (workflow) =>
        workflow.getHandle(workflowId, runId).query(partResultsQuery.name),
      ),
    );
    return partResultsQuery.result.parse(said);
  } catch {
    return [];
  }
}

function becameOf(outcome: string): Known['became'] {
  if (outcome === 'completed') return 'paidBefore';
  return outcome === 'failed' || outcome === 'insufficient-funds' ? 'failedBefore' : 'underWay';
}

const groupOf = (rows: readonly TopUpRow[]) => ({
  rows: rows.length,
  total: totalOf(rows).value,
  partnerReferenceNos: rows
    .slice(0, MOST_NAMED)
    .map(({ partnerReferenceNo }) => partnerReferenceNo),
});

function chunked(rows: readonly TopUpRow[]): TopUpRow[][] {
  const chunks: TopUpRow[][] = [];
  for (let at = 0; at < rows.length; at += NUMBERS_AT_ONCE)
    chunks.push(rows.slice(at, at + NUMBERS_AT_ONCE));
  return chunks;
}

/** A few at a time. */
async function inTurn<Item>(
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) {
    signal?.throwIfAborted();
    await Promise.all(items.slice(at, at + AT_ONCE).map(work));
  }
}
