/**
 * Which part of a batch is about to send the top-up of a number. A row is sent without a journey of its own, whose workflow ID
 * would keep a second one from its number, so that a part claims the numbers of all its rows before the first is sent.
 *
 * A row looks for the number's own journey after it is claimed, and that journey looks for the claim after it has begun: so
 * one of the two always sees the other, and waits (money rule 1).
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import {
  type Client,
  isGrpcServiceError,
  QueryRejectedError,
  ServiceError,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import {
  claimantQuery,
  claimNumbersUpdate,
  DIGEST_LENGTH,
  type NumbersClaim,
  type NumbersClaimed,
  releaseNumbersUpdate,
} from '../../contract/claimed-numbers.js';
import { claimedNumbersWorkflowId } from '../../contract/identity.js';
import { toBeSentQuery } from '../../contract/top-up-batch.js';
import { type PollingDelays, stillPending } from '../calling/ask.js';
import { type CurrentRun, currentRun } from '../reconciliation/listed-journeys.js';
import { type ClaimsGiven, claimsGiven } from './claims-given.js';
import { readableResult } from './ended-run.js';
import { isWorkedOn } from './mute.js';

/** An entity, or a part, answers within a few milliseconds; past this nobody is there to answer. */
const ANSWER_WITHIN_MS = 3_000;
/** What a part that was ended from outside has given to a worker may be sent so long after: longer than a row's call takes. */
const MAY_SEND_MS = 120_000;

const TYPE = 'claimedNumbers';
const WHY = 'nobody works on it any more, and every batch waits for what it says';

export class ClaimedNumbers {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #id: string;

  /** @param merchant.clientId - of DOKU: merchants in one namespace have queues, and numbers, of their own. */
  constructor(merchant: { client: Client; taskQueue: string; clientId: string }) {
    this.#client = merchant.client;
    this.#taskQueue = merchant.taskQueue;
    this.#id = claimedNumbersWorkflowId(merchant.clientId);
  }

  /**
   * Claims numbers for a part; again, instead of what it has claimed before.
   *
   * @returns those that other parts have.
   */
  async claim(part: string, numbers: readonly string[]): Promise<readonly string[]> {
    const byDigest = new Map(numbers.map((number) => [digestOf(number), number]));
    const { taken, isFull, others } = await this.#claimed({
      part,
      digests: [...byDigest.keys()],
    });
    await this.#releaseGone(others);
    if (isFull) throw stillPending('too many parts of batches are sending', ANSWER_WITHIN_MS);
    return taken.flatMap((digest) => byDigest.get(digest) ?? []);
  }

  /** Safe to repeat. */
  async release(parts: readonly string[]): Promise<void> {
    if (!(await this.#isThere())) return;
    try {
      await this.#client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        this.#entity.executeUpdate(releaseNumbersUpdate.name, { args: [{ parts: [...parts] }] }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw await this.#silence(error);
    }
  }

  /** The part that may yet send a row of this number, by its workflow ID. */
  async claimantOf(number: string): Promise<string | undefined> {
    // While no batch sends there is no entity, which costs less to see than to ask it.
    if (!(await this.#isThere())) return undefined;
    const part = await this.#claimant(digestOf(number));
    return part !== null && (await this.#isToBeSentBy(part, number)) ? part : undefined;
  }

  get #entity() {
    return this.#client.workflow.getHandle(this.#id);
  }

  async #claimed(claim: NumbersClaim): Promise<NumbersClaimed> {
    await this.#isThere();
    try {
      return await this.#client.withDeadline(Date.now() + 2 * ANSWER_WITHIN_MS, () =>
        this.#client.workflow.executeUpdateWithStart<Workflow, NumbersClaimed, [NumbersClaim]>(
          claimNumbersUpdate.name,
          {
            args: [claim],
            startWorkflowOperation: new WithStartWorkflowOperation(TYPE, this.#beginning([])),
          },
        ),
      );
    } catch (error) {
      throw await this.#silence(error);
    }
  }

  async #claimant(digest: string): Promise<string | null> {
    try {
      return await this.#client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        this.#entity.query<string | null, [string]>(claimantQuery.name, digest),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw await this.#silence(error);
    }
  }

  #beginning(claims: ClaimsGiven['claims']) {
    return {
      workflowId: this.#id,
      taskQueue: this.#taskQueue,
      args: [claims.length > 0 ? { claims } : {}],
      workflowIdConflictPolicy: 'USE_EXISTING' as const,
      staticSummary: 'Which batches send which numbers',
    };
  }

  /**
   * Whether the entity runs. Where nobody works on it, nobody with a payload key has begun it, or it was ended from outside, it
   * is begun anew with the claims that it has given.
   */
  async #isThere(): Promise<boolean> {
    const run = await currentRun(this.#client, this.#id);
    if (run?.status === 'RUNNING') {
      // Of what is here whoever asks it hears soon enough.
      if (!this.#isHere(run)) await this.#beginAnewIfLost(run);
      return true;
    }
    if (run?.status !== 'TERMINATED') return false;
    await this.#begin((await claimsGiven(this.#client, run)).claims);
    return true;
  }

  #isHere({ taskQueue = this.#taskQueue }: CurrentRun): boolean {
    return taskQueue === this.#taskQueue;
  }

  async #beginAnewIfLost(run: CurrentRun): Promise<void> {
    const { claims, isNobodys } = await claimsGiven(this.#client, run);
    const isLeft = async () =>
      !this.#isHere(run) && !(await isWorkedOn(this.#client, run.taskQueue ?? this.#taskQueue));
    if (!isNobodys && !(await isLeft())) return;
    await this.#end(run);
    await this.#begin(claims);
  }

  async #end({ runId }: CurrentRun): Promise<void> {
    try {
      await this.#client.workflow.getHandle(this.#id, runId).terminate(WHY);
    } catch (error) {
      // Another worker has seen to it.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  async #begin(claims: ClaimsGiven['claims']): Promise<void> {
    await this.#client.workflow.start(TYPE, this.#beginning(claims));
  }

  /** What Temporal answered with instead of the entity, and where that is. */
  async #silence(error: unknown): Promise<unknown> {
    if (!isGrpcServiceError(error) && !(error instanceof ServiceError)) return error;
    const where = await this.#whereItStands().catch(() => this.#taskQueue);
    return new ServiceError(
      `${this.#id}, which knows what batches send, does not answer on the task queue ${where}`,
      { cause: error as Error },
    );
  }

  /** What no worker here can read is begun anew, for whoever asks next. */
  async #whereItStands(): Promise<string> {
    const run = await currentRun(this.#client, this.#id);
    if (run?.status === 'RUNNING' && this.#isHere(run)) await this.#beginAnewIfLost(run);
    return run?.taskQueue ?? this.#taskQueue;
  }

  async #isToBeSentBy(part: string, number: string): Promise<boolean> {
    const run = await currentRun(this.#client, part);
    if (run === undefined) return false;
    if (run.status !== 'RUNNING') return this.#mayStillSend(run);
    try {
      return await this.#client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        this.#client.workflow
          .getHandle(part, run.runId)
          .query<boolean, [string]>(toBeSentQuery.name, number),
      );
    } catch (error) {
      // Forgotten meanwhile.
      if (error instanceof WorkflowNotFoundError) return false;
      // It is failing over and over, and may go on once it is mended.
      if (error instanceof QueryRejectedError) return true;
      throw error;
    }
  }

  /** Those that were ended from outside release nothing themselves. */
  async #releaseGone(parts: readonly string[]): Promise<void> {
    const gone = await Promise.all(parts.map((part) => this.#isGone(part)));
    const released = parts.filter((_, index) => gone[index]);
    if (released.length > 0) await this.release(released);
  }

  async #isGone(part: string): Promise<boolean> {
    const run = await currentRun(this.#client, part);
    return run === undefined || (run.status !== 'RUNNING' && !(await this.#mayStillSend(run)));
  }

  /** Whether it, or one before it that was ended from outside, may: anybody can run a part once more, and end it (money rule 13). */
  async #mayStillSend(run: CurrentRun): Promise<boolean> {
    if (run.closedAt !== undefined && Date.now() - Date.parse(run.closedAt) >= MAY_SEND_MS)
      return false;
    return run.status !== 'COMPLETED' || !(await readableResult(this.#client, run));
  }
}

const digestOf = (number: string): string =>
  createHash('sha256').update(number).digest('base64url').slice(0, DIGEST_LENGTH);

/** What parts of batches, and journeys that wait for them, ask of {@link ClaimedNumbers}. */
export function createClaimActivities(claims: ClaimedNumbers, delays: PollingDelays) {
  return {
    /** Claims the numbers of the asking part's rows. @returns those that parts of other batches are about to send. */
    async claimNumbers({ numbers }: { numbers: readonly string[] }): Promise<readonly string[]> {
      return claims.claim(ownId(), numbers);
    },

    /** The asking part sends no more. */
    async releaseNumbers(): Promise<void> {
      return claims.release([ownId()]);
    },

    /** The workflow ID of the part that has claimed a number, and may yet send its row. */
    async claimantOf({ number }: { number: string }): Promise<string | null> {
      return (await claims.claimantOf(number)) ?? null;
    },

    /** Looks again and again until no other part of a batch may send a row of this number. */
    async awaitNumberFree({ number }: { number: string }): Promise<void> {
      const claimant = await claims.claimantOf(number);
      if (claimant !== undefined && claimant !== ownId())
        throw stillPending(`${claimant} has a row of this number`, delays);
    },
  };
}

function ownId(): string {
  const { workflowExecution } = Context.current().info;
  if (workflowExecution === undefined) throw new TypeError('only a workflow has numbers');
  return workflowExecution.workflowId;
}

export type ClaimActivities = ReturnType<typeof createClaimActivities>;
