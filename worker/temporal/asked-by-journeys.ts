/**
 * An activity does only what a journey of ours has asked for. Temporal starts one for whoever asks it to, also for a workflow of
 * anybody's on a queue of its own, with what was copied from an activity of the same number in another run (money rule 13).
 *
 * @module
 */
import { Context } from '@temporalio/activity';
import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { askedOf } from '../../contract/written-as.js';
import { refusalOf } from '../../workflows/mechanisms/refused-payload.js';
import { askedIn } from './asked.js';

/** Of runs that are known; asked about once each. */
const MOST_KEPT = 1_000;
const GRPC_NOT_FOUND = 5;

const noJourney = (why: string) =>
  ApplicationFailure.nonRetryable(`no journey has asked for it: ${why}`, 'NoJourney');

/** It may be of a worker of before: then it is done once the setting allows it. */
const unnamed = () =>
  ApplicationFailure.retryable(
    'it does not say which run asks for it: a worker of before has, for which ACCEPT_UNNAMED_CALLS is, or somebody without a payload key',
    'UnnamedCall',
  );

/**
 * @param client - tells what a run began with.
 * @param unnamedUntil - for a migration: until then workers of before are believed, which named nothing.
 */
export function ofJourneys(client: Client, unnamedUntil?: Date): ActivityInboundCallsInterceptor {
  const runs = new Runs(client);
  return {
    async execute(input, next) {
      const { activityType, workflowExecution, taskQueue } = Context.current().info;
      if (workflowExecution === undefined) throw noJourney('it has no workflow');
      const { asked, args } = askedIn(input.args);
      if (asked === undefined) {
        if (unnamedUntil === undefined || Date.now() >= unnamedUntil.getTime()) throw unnamed();
        await runs.assertOn(taskQueue, workflowExecution);
      } else if (asked !== askedOf(activityType, workflowExecution.runId)) {
        await runs.assertBegunWith(asked, activityType, workflowExecution);
      }
      const why = args.map(refusalOf).find((refusal) => refusal !== undefined);
      // It may be of before payloads were encrypted, and ACCEPT_PLAIN_PAYLOADS takes it again.
      if (why !== undefined)
        throw ApplicationFailure.retryable(`an argument is ${why}`, 'RefusedPayloadError');
      const isNameAlone = args.length === 1 && args[0] === activityType;
      return next({ ...input, args: isNameAlone ? [] : args });
    },
  };
}

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/** What Temporal itself says of runs. Whose an activity is stands in what it was asked with, which needs a key. */
class Runs {
  readonly #onQueue = new Set<string>();
  readonly #begunWith = new Map<string, ReadonlySet<string>>();

  constructor(private readonly client: Client) {}

  /** @throws ApplicationFailure of a run on another queue, or that is gone. */
  async assertOn(taskQueue: string, run: Run): Promise<void> {
    if (this.#onQueue.has(run.runId)) return;
    if ((await this.#queueOf(run)) !== taskQueue)
      throw noJourney('its workflow is none of the workers');
    if (this.#onQueue.size >= MOST_KEPT) this.#onQueue.clear();
    this.#onQueue.add(run.runId);
  }

  /**
   * After a reset what an earlier run has asked for, and was not answered, is asked for by the new one, word for word.
   *
   * @param asked - what another run had an activity asked with.
   * @throws ApplicationFailure of a run whose history did not begin as that of the other.
   */
  async assertBegunWith(asked: string, activityType: string, run: Run): Promise<void> {
    let earlier = this.#begunWith.get(run.runId);
    if (earlier === undefined) {
      earlier = new Set(await this.#earlierRuns(run));
      if (this.#begunWith.size >= MOST_KEPT) this.#begunWith.clear();
      this.#begunWith.set(run.runId, earlier);
    }
    if (![...earlier].some((runId) => asked === askedOf(activityType, runId)))
      throw noJourney('its argument was written for another call');
  }

  async #queueOf(execution: Run): Promise<string | null | undefined> {
    const { executionConfig } = (await this.#unlessGone(() =>
      this.client.workflowService.describeWorkflowExecution({ ...this.#namespace, execution }),
    )) ?? { executionConfig: undefined };
    return executionConfig?.taskQueue?.name;
  }

  /** Temporal writes them itself: at a reset, which of the runs it copies, and for which. */
  async #earlierRuns({ workflowId, runId }: Run): Promise<string[]> {
    const { events } = (await this.#unlessGone(() =>
      this.client.workflow.getHandle(workflowId, runId).fetchHistory(),
    )) ?? { events: [] };
    return (events ?? []).flatMap((event) => {
      const { originalExecutionRunId } = event.workflowExecutionStartedEventAttributes ?? {};
      const { baseRunId, newRunId } = event.workflowTaskFailedEventAttributes ?? {};
      return [originalExecutionRunId, baseRunId, newRunId].filter((id) => typeof id === 'string');
    });
  }

  get #namespace() {
    return { namespace: this.client.options.namespace };
  }

  async #unlessGone<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await ask();
    } catch (error) {
      const isGone = error instanceof WorkflowNotFoundError;
      if (isGone || (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND)) return undefined;
      throw error;
    }
  }
}
