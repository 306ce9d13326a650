/**
 * Which run of a journey counts. Whoever reaches Temporal can begin any workflow ID once more, on a queue of his own and with any
 * search attributes: by that alone nothing that has ended is superseded, and no number is known (money rule 13).
 *
 * @module
 */

import { type Client, isGrpcServiceError } from '@temporalio/client';
import * as z from 'zod';
import {
  authorizedPurchaseWorkflowId,
  bankTransferWorkflowId,
  openingReferenceSchema,
  partnerReferenceFormSchema,
  purchaseWorkflowId,
  refundWorkflowId,
  topUpBatchPartWorkflowId,
  topUpWorkflowId,
  walletWorkflowId,
} from '../../contract/identity.js';
import { ownMember } from '../../contract/own-member.js';
import { readableResult } from '../journeys/ended-run.js';
import { PART } from './batch-rows.js';
import { currentRun, type ListedJourney, listed, onQueue } from './listed-journeys.js';
import { inputOf, isUnreadable, wasTaken } from './records.js';

/** More runs of one ID are somebody's attempt to hide one. */
const MOST_LOOKED_AT = 100;
const GRPC_NOT_FOUND = 5;
const GRPC_UNIMPLEMENTED = 12;
/** What the payload codec says of a key that it lacks. */
export const OF_A_KEY: ReadonlySet<string> = new Set([
  'UnknownPayloadKeyError',
  'WrongPayloadKeyError',
]);

/** Workflow IDs by the journeys' own numbers. */
const ID_OF: Readonly<Record<string, (number: string) => string>> = {
  purchase: purchaseWorkflowId,
  authorizedPurchase: authorizedPurchaseWorkflowId,
  refund: refundWorkflowId,
  topUp: topUpWorkflowId,
  bankTransfer: bankTransferWorkflowId,
  wallet: walletWorkflowId,
};

const inputSchema = z.object({
  partnerReferenceNo: partnerReferenceFormSchema,
  customerId: z.string().min(1),
  partnerRefundNo: partnerReferenceFormSchema.optional(),
  amount: z.object({ value: z.string(), currency: z.string() }).optional(),
});
const walletSchema = z.object({ customerId: partnerReferenceFormSchema });
const partSchema = z.object({ rows: z.array(z.unknown()) });

/** What a journey was begun with, by somebody with the workers' key. */
export interface Given {
  readonly partnerReferenceNo: string;
  readonly customerId: string;
  /** "10000.00", where it is rupiah. */
  readonly amount?: string;
}

/** A run of this merchant's. Number and customer are those that it was begun with. */
export interface OwnRun extends ListedJourney {
  /** What a worker ended it with. */
  readonly end?: { readonly result: unknown };
  /** "10000.00", as it was asked for. */
  readonly amount?: string;
  /** These payload keys do not read what it was begun with: number and customer are those that a list has. */
  readonly isLocked?: true;
}

/** What is known of a workflow ID. */
export type Counting =
  /** Temporal has no run of it. */
  | { readonly kind: 'forgotten' }
  /** A run of this merchant's goes on. */
  | { readonly kind: 'open'; readonly run: OwnRun }
  /** `isOdd`: somebody without the workers' key has begun it once more since. */
  | { readonly kind: 'ended'; readonly run: OwnRun; readonly isOdd: boolean }
  /** All of its runs are of others. */
  | { readonly kind: 'nobodys' };

type Standing =
  | { readonly kind: 'ended' | 'open' | 'broken' | 'untaken'; readonly run: OwnRun }
  | { readonly kind: 'nobodys' };

/** What may be a run of one of ours: its type and its ID go together. */
export function isNamed({ type, workflowId }: Pick<ListedJourney, 'type' | 'workflowId'>): boolean {
  const parts = workflowId.split('/');
  if (type === PART) {
    const [, reference = '', index] = parts;
    const isOurs = openingReferenceSchema.safeParse(reference).success && /^\d+$/.test(index ?? '');
    return isOurs && workflowId === topUpBatchPartWorkflowId(reference, Number(index));
  }
  const number = parts[1] ?? '';
  return (
    partnerReferenceFormSchema.safeParse(number).success &&
    ownMember(ID_OF, type)?.(number) === workflowId
  );
}

/** A run of the workers' own task queue was begun with a payload key that they lack. */
export class LockedRunError extends Error {
  override readonly name = 'LockedRunError';
  constructor(readonly workflowId: string) {
    super(`${workflowId} was begun with a payload key that the workers lack`);
  }
}

/** Runs, as the workers of one task queue may believe them. */
export class OwnRuns {
  readonly #client: Client;
  /** The workers'. */
  readonly taskQueue: string;

  constructor(client: Client, taskQueue: string) {
    this.#client = client;
    this.taskQueue = taskQueue;
  }

  /** @throws ServiceError or GrpcServiceError where Temporal does not tell. */
  async counting(workflowId: string): Promise<Counting> {
    const current = await currentRun(this.#client, workflowId);
    if (current === undefined) return { kind: 'forgotten' };
    const now = await this.#standingOf(current);
    if (now.kind === 'open') return { kind: 'open', run: now.run };
    const isOdd = now.kind === 'nobodys';
    const run = now.kind === 'ended' ? now.run : await this.#before(current, now);
    return run ? { kind: 'ended', run, isOdd } : { kind: 'nobodys' };
  }

  /** What this merchant has begun under a workflow ID, by any of the runs that Temporal has; empty where nothing. */
  async begunAs(workflowId: string): Promise<Given[]> {
    const begun: Given[] = [];
    for await (const { given, isCurrent } of this.#begunAs(workflowId)) {
      if (typeof given !== 'object') continue;
      if (isCurrent) return [given];
      begun.push(given);
    }
    return begun;
  }

  /**
   * Whether this merchant has begun something under a workflow ID, by any of the runs that Temporal has.
   *
   * @param isMeant - of what it was begun with. A run that only another key reads is asked for as its lists have it.
   * @throws LockedRunError where such a run of the workers' own task queue is all that is meant: whoever reaches Temporal may name a key,
   * and what no worker reads neither has a number for good nor leaves it free.
   */
  async hasBegun(workflowId: string, isMeant: (given: Given) => boolean): Promise<boolean> {
    let isLocked = false;
    for await (const { run, given } of this.#begunAs(workflowId)) {
      if (typeof given === 'object' && isMeant(given)) return true;
      isLocked ||= given === 'locked' && this.#isOurs(run) && isMeant(run);
    }
    if (isLocked) throw new LockedRunError(workflowId);
    return false;
  }

  /**
   * Whether all that this merchant has begun under a workflow ID is what is meant: the run of now tells, or else each that Temporal
   * has. What only another key reads may be anything.
   *
   * @returns nothing where it has begun none.
   */
  async isBegunAs(
    workflowId: string,
    isMeant: (given: Given) => boolean,
  ): Promise<boolean | undefined> {
    let isSame: true | undefined;
    for await (const { given, isCurrent } of this.#begunAs(workflowId)) {
      if (given === 'nobodys') continue;
      if (given === 'locked' || !isMeant(given)) return false;
      if (isCurrent) return true;
      isSame = true;
    }
    return isSame;
  }

  /** The runs of a workflow ID: the one of now first, the others only where more are asked for. */
  async *#begunAs(workflowId: string) {
    const current = await currentRun(this.#client, workflowId);
    if (current === undefined) return;
    yield { run: current, given: await this.#givenTo(current), isCurrent: true };
    for (const run of await this.#others(current))
      yield { run, given: await this.#givenTo(run), isCurrent: false };
  }

  /** @returns what this very run was begun with; nothing where nobody with these payload keys has begun it. */
  async givenTo(run: ListedJourney): Promise<Given | undefined> {
    const given = await this.#givenTo(run);
    return typeof given === 'object' ? given : undefined;
  }

  /** @returns whether nobody with the workers' key has begun this very run. */
  async isNobodys(run: ListedJourney): Promise<boolean> {
    return (await this.#standingOf(run)).kind === 'nobodys';
  }

  /** The proven end before a run that is none, or else the latest that was broken off. */
  async #before(current: ListedJourney, now: Standing): Promise<OwnRun | undefined> {
    const broken = now.kind === 'broken' ? [now.run] : [];
    for (const run of await this.#others(current)) {
      const standing = await this.#standingOf(run);
      if (standing.kind === 'ended') return standing.run;
      if (standing.kind === 'broken') broken.push(standing.run);
    }
    return broken[0];
  }

  /** What came to an end on the workers' queue first, as somebody may have begun the ID a thousand times; the newest of each first. */
  async #others({ workflowId, runId }: ListedJourney): Promise<ListedJourney[]> {
    // Whatever an ID of ours may hold needs no escaping.
    if (!/^[A-Za-z0-9._:/-]+$/.test(workflowId)) return [];
    const all = `WorkflowId = '${workflowId}'`;
    const here = onQueue(this.taskQueue);
    const ended = " AND ExecutionStatus = 'Completed'";
    const runs = new Map<string, ListedJourney>();
    for (const query of [`${all}${ended}${here}`, `${all}${here}`, `${all}${ended}`])
      for (const run of await this.#newest(query)) runs.set(run.runId, run);
    runs.delete(runId);
    return [...runs.values()];
  }

  async #newest(query: string): Promise<ListedJourney[]> {
    try {
      const { journeys } = await listed(this.#client, query, '', MOST_LOOKED_AT);
      return journeys.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
    } catch (error) {
      // A server for tests has no lists.
      if (isGrpcServiceError(error) && error.code === GRPC_UNIMPLEMENTED) return [];
      throw error;
    }
  }

  async #standingOf(run: ListedJourney): Promise<Standing> {
    // It was encrypted as the end of this very run, whichever workers did it.
    const end = run.status === 'COMPLETED' && (await readableResult(this.#client, run));
    // Its rows say whose they are: what began it is as long, and tells nothing more.
    if (end && run.type === PART && isNamed(run)) return { kind: 'ended', run: { ...run, end } };
    // Whoever began it: it is no journey of these workers', and anybody may have begun it with more than can be decoded.
    if (!end && !this.#isOurs(run)) return { kind: 'nobodys' };
    const given = await this.#givenTo(run);
    const own: OwnRun = {
      ...run,
      ...(given === 'locked' ? { isLocked: true } : given !== 'nobodys' && given),
    };
    if (end) return { kind: 'ended', run: { ...own, end } };
    if (given === 'nobodys') return { kind: 'nobodys' };
    if (run.status === 'CONTINUED_AS_NEW') return { kind: 'untaken', run: own };
    if (run.status !== 'RUNNING') return { kind: 'broken', run: own };
    const isOpen = given !== 'locked' && (await this.#wasTaken(run));
    return { kind: isOpen ? 'open' : 'untaken', run: own };
  }

  async #wasTaken(run: ListedJourney): Promise<boolean> {
    try {
      return await wasTaken(this.#client, run);
    } catch (error) {
      // Temporal has forgotten the run that it goes on from.
      if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return false;
      throw error;
    }
  }

  /** A page that an older worker listed does not say it. */
  #isOurs({ taskQueue }: ListedJourney): boolean {
    return taskQueue === undefined || taskQueue === this.taskQueue;
  }

  /** @returns `locked` where it may be of workers with another key, and `nobodys` where it was begun without any, or for another ID. */
  async #givenTo(run: ListedJourney): Promise<Given | 'locked' | 'nobodys'> {
    if (!isNamed(run)) return 'nobodys';
    try {
      return givenIn(run, await inputOf(this.#client, run)) ?? 'nobodys';
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return 'nobodys';
      if (!isUnreadable(error)) throw error;
      return OF_A_KEY.has((error as Error).name) ? 'locked' : 'nobodys';
    }
  }
}

function givenIn(run: ListedJourney, input: unknown): Given | undefined {
  if (run.type === PART)
    return partSchema.safeParse(input).success
      ? { partnerReferenceNo: '', customerId: '' }
      : undefined;
  if (run.type === 'wallet') {
    const { customerId } = walletSchema.safeParse(input).data ?? {};
    return customerId !== undefined && run.workflowId === walletWorkflowId(customerId)
      ? { partnerReferenceNo: '', customerId }
      : undefined;
  }
  const { data } = inputSchema.safeParse(input);
  if (data === undefined) return undefined;
  const { partnerReferenceNo, customerId, partnerRefundNo, amount } = data;
  const number = run.type === 'refund' ? partnerRefundNo : partnerReferenceNo;
  if (number === undefined || ownMember(ID_OF, run.type)?.(number) !== run.workflowId)
    return undefined;
  return {
    partnerReferenceNo,
    customerId,
    ...(amount?.currency === 'IDR' && { amount: amount.value }),
  };
}
