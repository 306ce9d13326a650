/**
 * An activity does only what a journey of ours has asked for. Temporal starts one for whoever asks it to, also for a workflow of
 * anybody's on a queue of its own, with what was copied from an activity of the same number in another run (money rule 13).
 *
 * @module
 */
import { Context } from '@temporalio/activity';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { askedOf } from '../../contract/written-as.js';
import { refusalOf } from '../../workflows/mechanisms/refused-payload.js';
import { askedIn } from './asked.js';

/** Of runs that are known to be ours; asked about once each. */
const MOST_KEPT = 1_000;
const GRPC_NOT_FOUND = 5;

const noJourney = (why: string) =>
  ApplicationFailure.nonRetryable(`no journey has asked for it: ${why}`, 'NoJourney');

/** @param client - tells whose a run is. */
export function ofJourneys(client: Client): ActivityInboundCallsInterceptor {
  const runs = new OwnRuns(client);
  return {
    async execute(input, next) {
      const { activityType, workflowExecution, taskQueue } = Context.current().info;
      if (workflowExecution === undefined) throw noJourney('it has no workflow');
      const { asked, args } = askedIn(input.args);
      const [type] = asked?.split(' ') ?? [];
      if (type !== undefined && type !== activityType)
        throw noJourney('its argument was written for another activity');
      // Asked for by another run, as before a reset, or by a worker of before, that named nothing.
      if (asked !== askedOf(activityType, workflowExecution.runId))
        await runs.assertOwn(workflowExecution, taskQueue);
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

/** Runs that the workers' own queue runs: nobody else's come to it. */
class OwnRuns {
  readonly #known = new Set<string>();

  constructor(private readonly client: Client) {}

  /** @throws ApplicationFailure of a run on another queue, or that is gone. */
  async assertOwn({ workflowId, runId }: Run, taskQueue: string): Promise<void> {
    if (this.#known.has(runId)) return;
    if ((await this.#queueOf({ workflowId, runId })) !== taskQueue)
      throw noJourney('its workflow is none of the workers');
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.add(runId);
  }

  async #queueOf(execution: Run): Promise<string | null | undefined> {
    try {
      const { executionConfig } = await this.client.workflowService.describeWorkflowExecution({
        namespace: this.client.options.namespace,
        execution,
      });
      return executionConfig?.taskQueue?.name;
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return undefined;
      throw error;
    }
  }
}
