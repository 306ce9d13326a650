import type { Client, WorkflowHandle } from '@temporalio/client';
import {
  type Workflow,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import { resolveUpdate } from '../../contract/needs-attention.js';
import { ofUpdate } from '../../contract/written-as.js';
import {
  InvalidInputError,
  JourneyEndedError,
  NotAnsweredError,
  UnknownJourneyError,
} from '../errors.js';
import { wasTaken } from './attention.js';
import { BoundedCalls } from './bounded-calls.js';
import { changesAfter, positionOf } from './changes.js';
import { countingRun, endedWith } from './counting-run.js';
import { type Daily, scheduleDaily } from './daily-schedule.js';
import { endCallsWithConnection } from './ended-calls.js';
import { resultOfRun } from './ended-with.js';
import { firstRefusal, hasDoneNothing } from './first-refusal.js';
import { heardFrom, heardUpdate } from './heard.js';
import { howEnded, unlessEnded } from './how-ended.js';
import type { CallOptions } from './in-time.js';
import { describedRun } from './listing.js';
import { mismatchOf } from './mismatch.js';
import { begunBy, originalInput } from './own-input.js';
import { type After, digestOf, isSame, type Start, startOptionsOf } from './start.js';
import { toldLast, toldNow } from './told-now.js';
import { isNamed, translated } from './translated.js';
import { Turns } from './turns.js';
import { whoseKey } from './unanswered.js';
import { answeredBefore, isNotNeeded, UpdateId, untilHeard } from './until-heard.js';

/** Whoever nudges does not want to wait for workers that are away. */
const NUDGE_WITHIN_MS = 3_000;
/** What DOKU has to prove is mostly proven by then, and the same call again finds out. */
const PROVEN_WITHIN_MS = 600_000;
/** Updates that are refused where they would change nothing, which is as good as done. */
const HINTS: ReadonlySet<string> = new Set(['funded', 'pause', 'goOn']);
const FOREVER = { withinMs: Number.POSITIVE_INFINITY } as const;

/**
 * How the client talks to journeys of any type: starts them by business ID, sends updates, and turns Temporal's errors into
 * the client's. Every call takes a deadline and a signal, and throws nothing but errors of `client/errors.ts`.
 */
export class Journeys {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #answerWithinMs: number;
  readonly #turns = new Turns();
  /** Any call to Temporal, bounded, with its errors translated. */
  readonly call: BoundedCalls['call'];

  /** @param answerWithinMs - how long a call may take whose caller names no deadline. */
  constructor(client: Client, taskQueue: string, answerWithinMs: number) {
    this.#client = client;
    this.#taskQueue = taskQueue;
    this.#answerWithinMs = answerWithinMs;
    const calls = new BoundedCalls({ client, taskQueue, answerWithinMs });
    this.call = calls.call.bind(calls);
    endCallsWithConnection(client);
  }

  /**
   * Starts the journey, or finds the one that was started with the same input.
   *
   * @throws JourneyBrokenError where that one was ended in Temporal.
   */
  start(start: Start, options: CallOptions = {}): Promise<void> {
    const begin = async (after: After) => {
      await this.#client.workflow.start(
        start.workflowType,
        startOptionsOf(start, this.#taskQueue, after),
      );
      // What runs once more was begun before.
      if (after !== 'ended') options.onBegun?.();
    };
    return this.call(options, start.workflowId, async () => {
      try {
        await begin('none');
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        if (start.isRepeatable) await this.#orFound(start, () => begin('ended'));
        else if (await this.#isUnused(start)) await this.#orFound(start, () => begin('failed'));
        else await this.#assertUnbroken(start.workflowId);
      }
    });
  }

  /** Starts the journey, or finds it, and sends it an update, all in one round trip. */
  startAndUpdate<Result>(start: Start, update: string, options: CallOptions = {}): Promise<Result> {
    const work = async (signal: AbortSignal) => {
      const begin = () => this.#begun<Result>(start, update, signal, options.onBegun);
      try {
        return await this.#turns.take(start.workflowId, signal, begin);
      } catch (error) {
        throw await firstRefusal(this.#client, start, error);
      }
    };
    return this.call(options, start.workflowId, work, { asks: 'journey' });
  }

  async #begun<Result>(
    start: Start,
    update: string,
    signal: AbortSignal,
    onBegun: CallOptions['onBegun'],
  ): Promise<Result> {
    const inputDigest = digestOf(start.input);
    // The backend has loaded it long since, for its client: loaded here it would double the cost of our import.
    const { WithStartWorkflowOperation } = await import('@temporalio/client');
    const id = new UpdateId();
    // Not that of a later try.
    const begun = id.current;
    const send = (after: After) => () => {
      const updateId = id.current;
      const asked = { workflowId: start.workflowId, as: ofUpdate(update, updateId) };
      const sent = heardFrom(this.#client, asked, (client) =>
        client.executeUpdateWithStart<Workflow, Result, [{ inputDigest: string }]>(update, {
          updateId,
          args: [{ inputDigest }],
          startWorkflowOperation: new WithStartWorkflowOperation(start.workflowType, {
            ...startOptionsOf(start, this.#taskQueue, after, onBegun && begun),
            workflowIdConflictPolicy: 'USE_EXISTING',
          }),
        }),
      );
      return unlessEnded(this.#client, start.workflowId, sent);
    };
    const heard = async (after: After) => {
      const answer = await untilHeard(send(after), { id, signal });
      // Temporal does not say which of equal calls has begun it, and one that it let go may have.
      if (onBegun && (await begunBy(this.#client, start.workflowId)) === begun) onBegun();
      return answer;
    };
    try {
      return await heard('none');
    } catch (error) {
      const answered = answeredBefore<Result>(error);
      if (answered) return answered.answer;
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (await this.#isUnused(start)) {
        const begun = await this.#orFound(start, async () => ({ answer: await heard('failed') }));
        if (begun) return begun.answer;
      }
      throw await howEnded(this.#client, start.workflowId);
    }
  }

  /** An update that is answered once DOKU proves what it asks for, which may take minutes. */
  updateProven<Result>(
    workflowId: string,
    update: string,
    argument: unknown,
    options: CallOptions = {},
  ): Promise<Result> {
    const withinMs = Math.max(PROVEN_WITHIN_MS, this.#answerWithinMs);
    return this.update(workflowId, update, argument, options, withinMs);
  }

  update<Result>(
    workflowId: string,
    update: string,
    argument?: unknown,
    options: CallOptions = {},
    withinMs = this.#answerWithinMs,
  ): Promise<Result> {
    // Its own name stands for nothing to say: by an argument, encrypted, a journey tells who sent it.
    const args: [unknown] = [argument ?? update];
    const id = new UpdateId();
    const send = () => {
      const sent = { updateId: id.current, args };
      const heard = heardUpdate<Result>(this.#client, workflowId, update, sent);
      return unlessEnded(this.#client, workflowId, heard);
    };
    const isOnRecord = () => wasTaken(this.#client, workflowId, id.current).catch(() => false);
    const work = async (signal: AbortSignal) => {
      try {
        return await untilHeard(send, { id, signal, ...(!HINTS.has(update) && { isOnRecord }) });
      } catch (error) {
        const answered = answeredBefore<Result>(error);
        if (answered) return answered.answer;
        throw error;
      }
    };
    // Whoever decides is not to be told that somebody has to.
    const isQuestion = update === resolveUpdate.name;
    return this.call(options, workflowId, work, {
      withinMs,
      asks: 'journey',
      isQuestion,
      updateId: id,
    });
  }

  /**
   * Has a journey ask DOKU now, by the update `nudge`, which costs nothing where it would change nothing; by a signal where
   * no worker answers soon, or where it is one of before that update.
   *
   * @throws JourneyBrokenError of one that was ended in Temporal.
   */
  nudge(workflowId: string, signal: string, options: CallOptions = {}): Promise<void> {
    return this.call(options, workflowId, async (cut) => {
      try {
        await this.#client.withDeadline(Date.now() + NUDGE_WITHIN_MS, () =>
          this.#handle(workflowId).executeUpdate('nudge', { args: ['nudge'] }),
        );
      } catch (error) {
        if (!cut.aborted && !isNotNeeded(error)) await this.#signalled(workflowId, signal, {});
      }
    });
  }

  /** Asks a journey. @throws JourneyBrokenError of one that was ended in Temporal: what it says last is not so any more. */
  query<Result>(
    workflowId: string,
    query: string,
    options: CallOptions = {},
    argument?: unknown,
  ): Promise<Result> {
    const ask = () => toldNow<Result>(this.#client, workflowId, query, argument);
    return this.call(options, workflowId, ask, { isQuestion: true, asks: 'journey' });
  }

  /** The same, however it ended: what it said last. */
  saidLast<Result>(workflowId: string, query: string, options: CallOptions = {}): Promise<Result> {
    const work = () => toldLast<Result>(this.#client, workflowId, query);
    return this.call(options, workflowId, work, { isQuestion: true, asks: 'journey' });
  }

  result<Result>(workflowId: string, options: CallOptions = {}): Promise<Result> {
    const work = () => endedWith<Result>(this.#client, workflowId);
    return this.call(options, workflowId, work, FOREVER);
  }

  /**
   * Waits until a journey stands at one of these statuses, or has ended. It waits at Temporal, which costs the journey
   * nothing, and asks a worker only once something has happened.
   */
  until<View extends { readonly status: string }>(
    workflowId: string,
    statuses: readonly string[],
    options: CallOptions = {},
  ): Promise<View> {
    const work = async () => {
      for (;;) {
        const position = await this.#position(workflowId);
        const view = await this.#view<View>(workflowId);
        if (statuses.includes(view.status)) return view;
        if (!position.isOpen) return view;
        for await (const change of changesAfter(this.#client, workflowId, position)) {
          // Perhaps another run goes on.
          if (change === 'ended') break;
          const changed = await this.#view<View>(workflowId);
          if (statuses.includes(changed.status)) return changed;
        }
      }
    };
    return this.call(options, workflowId, work, FOREVER);
  }

  /** Waits until a worker has done something with a journey, or it has ended. */
  changed(workflowId: string, options: CallOptions = {}): Promise<void> {
    const work = async () => {
      const position = await this.#position(workflowId);
      if (position.isOpen) await changesAfter(this.#client, workflowId, position).next();
    };
    return this.call(options, workflowId, work, FOREVER);
  }

  /** Temporal's own word on a journey, such as `running` or `terminated`; nothing where it knows none. */
  runOf(workflowId: string, options: CallOptions = {}): Promise<string | undefined> {
    return this.call(options, workflowId, async () => {
      try {
        return (await describedRun(this.#client, workflowId)).run;
      } catch (error) {
        if (error instanceof UnknownJourneyError) return undefined;
        throw error;
      }
    });
  }

  /** Runs a read to its end. @throws NotAnsweredError */
  read<Result>(start: Omit<Start, 'schema'>, options: CallOptions = {}): Promise<Result> {
    const work = async () => {
      try {
        const handle = await this.#client.workflow.start(start.workflowType, {
          workflowId: start.workflowId,
          taskQueue: this.#taskQueue,
          args: [start.input],
          staticSummary: start.summary,
          // Reads give way to money (Temporal's priorities, 1 first).
          priority: { priorityKey: 5 },
        });
        return await resultOfRun<Result>(this.#client, {
          workflowId: start.workflowId,
          runId: handle.firstExecutionRunId,
        });
      } catch (error) {
        if (!isNamed(error, 'WorkflowFailedError')) throw error;
        const told = translated(error, start.workflowId);
        if (told instanceof InvalidInputError) throw told;
        throw new NotAnsweredError('DOKU gave no clear answer in time', { cause: error });
      }
    };
    return this.call(options, start.workflowId, work, { asks: 'any-worker' });
  }

  /** Has a workflow run every day. @returns the ID of the task queue's schedule: see {@link scheduleDaily}. */
  schedule(daily: Omit<Daily, 'taskQueue'>, options: CallOptions = {}): Promise<string> {
    return this.call(options, undefined, () =>
      scheduleDaily(this.#client, { ...daily, taskQueue: this.#taskQueue }),
    );
  }

  #handle(workflowId: string): WorkflowHandle {
    return this.#client.workflow.getHandle(workflowId);
  }

  async #position(workflowId: string) {
    return positionOf(this.#client, workflowId, await countingRun(this.#client, workflowId));
  }

  #view<View>(workflowId: string): Promise<View> {
    return toldNow<View>(this.#client, workflowId, 'status');
  }

  /** A journey that has ended needs no nudge, so that is no error; one that was ended in Temporal asks nobody any more. */
  async #signalled(workflowId: string, signal: string, argument: unknown): Promise<void> {
    try {
      await this.#handle(workflowId).signal(signal, argument);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      const ended = await howEnded(this.#client, workflowId);
      if (!(ended instanceof JourneyEndedError)) throw ended;
    }
  }

  /** Starts a number that came to nothing, unless another caller has just done so with the same input. */
  async #orFound<Begun>(start: Start, begin: () => Promise<Begun>): Promise<Begun | undefined> {
    try {
      return await begin();
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (await this.#isUnused(start)) throw await howEnded(this.#client, start.workflowId);
      return undefined;
    }
  }

  /**
   * Held against what the journey was started with: another backend may have left no memo, or another's.
   *
   * @returns whether a number that was started before has come to nothing, as its input was wrong.
   */
  async #isUnused({ workflowId, input, schema, changing = [] }: Start): Promise<boolean> {
    let own: ReturnType<typeof schema.safeParse> | undefined;
    let existing: unknown;
    let unread: unknown;
    // Another caller may start it anew meanwhile.
    const { runId, run } = await describedRun(this.#client, workflowId);
    try {
      const found = await originalInput(this.#client, { workflowId, runId });
      existing = found.input;
      own = schema.safeParse(existing);
      const besides = found.isOriginal ? [] : changing;
      if (own.success && isSame(own.data, input, besides))
        return run === 'failed' && (await hasDoneNothing(this.#client, { workflowId, runId }));
    } catch (error) {
      unread = error;
    }
    const isMisfit = !own?.success && run === 'failed';
    if (isMisfit && (await hasDoneNothing(this.#client, { workflowId, runId }))) return true;
    if (unread !== undefined) throw await this.#unread(workflowId, run, unread);
    // Who has begun it without any has no key, so that its end tells.
    if (existing === undefined && run !== 'running') throw await howEnded(this.#client, workflowId);
    const orders = { given: input, existing, schema };
    throw mismatchOf(
      existing === undefined
        ? `${workflowId} was begun without input, and is open, by somebody who has no payload key`
        : `${workflowId} was started with different input`,
      orders,
    );
  }

  /** Of an input that cannot be read: how it ended, where it did so from outside; else whose key it takes. */
  async #unread(workflowId: string, run: string, error: unknown): Promise<unknown> {
    if (run !== 'running' && run !== 'completed') return howEnded(this.#client, workflowId);
    return (await whoseKey(this.#client, workflowId, error)) ?? error;
  }

  /** @throws JourneyBrokenError of one that was ended in Temporal. */
  async #assertUnbroken(workflowId: string): Promise<void> {
    const { run } = await describedRun(this.#client, workflowId);
    if (run !== 'running' && run !== 'completed') throw await howEnded(this.#client, workflowId);
  }
}
