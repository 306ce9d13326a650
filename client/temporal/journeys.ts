import { createHash, randomUUID } from 'node:crypto';
import type {
  Client,
  ScheduleOptions,
  ScheduleOptionsStartWorkflowAction,
  WorkflowHandle,
} from '@temporalio/client';
import {
  ApplicationFailure,
  type Workflow,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import type * as z from 'zod';
import { inputMismatchError, invalidInputError, journeyEndedError } from '../../contract/errors.js';
import { digestedText } from '../../contract/first-answer.js';
import { type FoundBy, searchAttributesOf } from '../../contract/search-attributes.js';
import {
  InputMismatchError,
  InvalidInputError,
  JourneyEndedError,
  NotAnsweredError,
  NotNowError,
  UnknownJourneyError,
} from '../errors.js';
import { describedRun } from './listing.js';
import { ownInput } from './own-input.js';
import { answeredBefore, isNamed, isNotNeeded, untilHeard } from './until-heard.js';

/** Whoever nudges does not want to wait for workers that are away. */
const NUDGE_WITHIN_MS = 3_000;

/** What is needed to start a journey, the same for all. */
export interface Start {
  readonly workflowType: string;
  readonly workflowId: string;
  /** As the schema parsed it. */
  readonly input: unknown;
  readonly schema: z.ZodType;
  /** One line for the Temporal UI; nothing secret. */
  readonly summary: string;
  /** It may run again once it has ended: what it does is not a movement of money. */
  readonly isRepeatable?: boolean;
  /** Where the journey stands before it has begun, and whose it is. */
  readonly found?: FoundBy;
}

/**
 * How the client talks to journeys of any type: starts them by business ID, sends updates, and turns
 * Temporal's errors into the client's.
 */
export class Journeys {
  readonly #client: Client;
  readonly #taskQueue: string;

  constructor(client: Client, taskQueue: string) {
    this.#client = client;
    this.#taskQueue = taskQueue;
  }

  /** Starts the journey, or finds the one that was started with the same input. */
  async start(start: Start): Promise<void> {
    try {
      await this.#client.workflow.start(start.workflowType, this.#options(start));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await this.#assertSameInput(start);
    }
  }

  /** Starts the journey, or finds it, and sends it an update, all in one round trip. */
  async startAndUpdate<Result>(start: Start, update: string): Promise<Result> {
    const inputDigest = digestOf(start.input);
    // The backend has loaded it long since, for its client: loaded here it would double the cost of our import.
    const { WithStartWorkflowOperation } = await import('@temporalio/client');
    const updateId = randomUUID();
    try {
      return await untilHeard(() =>
        this.#client.workflow.executeUpdateWithStart<Workflow, Result, [{ inputDigest: string }]>(
          update,
          {
            updateId,
            args: [{ inputDigest }],
            startWorkflowOperation: new WithStartWorkflowOperation(start.workflowType, {
              ...this.#options(start),
              workflowIdConflictPolicy: 'USE_EXISTING',
            }),
          },
        ),
      );
    } catch (error) {
      const answered = answeredBefore<Result>(error);
      if (answered) return answered.answer;
      if (!(error instanceof WorkflowExecutionAlreadyStartedError))
        throw this.#translated(error, start.workflowId);
      await this.#assertSameInput(start);
      throw await this.#ended(start.workflowId);
    }
  }

  async update<Result>(workflowId: string, update: string, argument?: unknown): Promise<Result> {
    const updateId = randomUUID();
    try {
      return await untilHeard(() =>
        this.#handle(workflowId).executeUpdate<Result, [unknown]>(update, {
          updateId,
          args: [argument],
        }),
      );
    } catch (error) {
      const answered = answeredBefore<Result>(error);
      if (answered) return answered.answer;
      // Temporal answers "not found" for a closed journey too.
      if (error instanceof WorkflowNotFoundError) throw await this.#ended(workflowId);
      throw this.#translated(error, workflowId);
    }
  }

  /** Signals only nudge a journey: one that has ended needs no nudge, so that is no error. */
  async signal(workflowId: string, signal: string, ...args: unknown[]): Promise<void> {
    try {
      await this.#handle(workflowId).signal(signal, ...args);
    } catch (error) {
      const ended = error instanceof WorkflowNotFoundError ? await this.#ended(workflowId) : error;
      if (!(ended instanceof JourneyEndedError)) throw this.#translated(ended, workflowId);
    }
  }

  /**
   * Has a journey ask DOKU now, by the update `nudge`, which costs nothing where it would change nothing; by a signal where
   * no worker answers soon, or where it is one of before that update.
   */
  async nudge(workflowId: string, signal: string): Promise<void> {
    try {
      await this.#client.withDeadline(Date.now() + NUDGE_WITHIN_MS, () =>
        this.#handle(workflowId).executeUpdate('nudge'),
      );
    } catch (error) {
      if (!isNotNeeded(error)) await this.signal(workflowId, signal, {});
    }
  }

  async query<Result>(workflowId: string, query: string): Promise<Result> {
    try {
      return await this.#handle(workflowId).query<Result>(query);
    } catch (error) {
      throw this.#translated(error, workflowId);
    }
  }

  async result<Result>(workflowId: string): Promise<Result> {
    try {
      return (await this.#handle(workflowId).result()) as Result;
    } catch (error) {
      throw this.#translated(error, workflowId);
    }
  }

  /** Runs a read to its end. @throws NotAnsweredError */
  async read<Result>(start: Omit<Start, 'schema'>): Promise<Result> {
    try {
      return (await this.#client.workflow.execute(start.workflowType, {
        workflowId: start.workflowId,
        taskQueue: this.#taskQueue,
        args: [start.input],
        staticSummary: start.summary,
        // Reads give way to money (Temporal's priorities, 1 first).
        priority: { priorityKey: 5 },
      })) as Result;
    } catch (error) {
      if (!isNamed(error, 'WorkflowFailedError')) throw error;
      throw new NotAnsweredError('DOKU gave no clear answer in time', { cause: error });
    }
  }

  /** Has a workflow run every day, in place of whatever the schedule said before. */
  async schedule(daily: {
    scheduleId: string;
    workflowType: string;
    workflowId: string;
    hour: number;
    minute: number;
    timezone: string;
  }): Promise<void> {
    const { scheduleId, workflowType, workflowId, hour, minute, timezone } = daily;
    const options: Omit<
      ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>,
      'scheduleId'
    > = {
      spec: { calendars: [{ hour, minute }], timezone },
      action: {
        type: 'startWorkflow',
        workflowType,
        workflowId,
        taskQueue: this.#taskQueue,
        args: [],
      },
      // Each has its own day: one that takes longer, or could not start in time, costs no other its day.
      policies: { overlap: 'ALLOW_ALL', catchupWindow: '28 days' },
    };
    try {
      await this.#client.schedule.create({ scheduleId, ...options });
    } catch (error) {
      if (!isNamed(error, 'ScheduleAlreadyRunning')) throw error;
      await this.#client.schedule
        .getHandle(scheduleId)
        .update(({ state }) => ({ ...options, state }));
    }
  }

  #handle(workflowId: string): WorkflowHandle {
    return this.#client.workflow.getHandle(workflowId);
  }

  #options({ workflowId, input, summary, found, isRepeatable }: Start) {
    return {
      workflowId,
      taskQueue: this.#taskQueue,
      args: [input],
      // The reference is the identity: an ended journey is not run again under it (money rule 1).
      workflowIdReusePolicy: isRepeatable ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
      staticSummary: summary,
      memo: { inputDigest: digestOf(input) },
      ...(found && { typedSearchAttributes: searchAttributesOf(found) }),
    } as const;
  }

  /** Held against what the journey was started with: another backend may have left no memo, or another's. */
  async #assertSameInput({ workflowId, input, schema }: Start): Promise<void> {
    const own = schema.safeParse(await ownInput(this.#client, { workflowId }));
    if (!own.success || digestOf(own.data) !== digestOf(input))
      throw new InputMismatchError(`${workflowId} was started with different input`);
  }

  async #ended(workflowId: string): Promise<Error> {
    try {
      const { run } = await describedRun(this.#client, workflowId);
      if (run === 'running') return new NotNowError(`${workflowId} did not take the update`);
      const result = await this.#handle(workflowId).result();
      return new JourneyEndedError(`${workflowId} has ended`, result);
    } catch (error) {
      return this.#translated(error, workflowId);
    }
  }

  #translated(error: unknown, workflowId: string): Error {
    if (error instanceof WorkflowNotFoundError)
      return new UnknownJourneyError(`no journey ${workflowId} is known`);
    if (
      !isNamed(error, 'WorkflowUpdateFailedError') ||
      !(error.cause instanceof ApplicationFailure)
    ) {
      return error as Error;
    }
    const { type, message, details } = error.cause;
    switch (type) {
      case invalidInputError.type:
        return new InvalidInputError(message);
      case inputMismatchError.type:
        return new InputMismatchError(message);
      case journeyEndedError.type:
        return new JourneyEndedError(message, details?.[0]);
      default:
        return new NotNowError(message);
    }
  }
}

/** Tells two inputs apart without keeping either: the same input gives the same digest whatever its key order. */
export const digestOf = (input: unknown): string =>
  createHash('sha256').update(digestedText(input)).digest('base64url');
