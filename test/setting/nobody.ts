/**
 * Who reaches Temporal without a payload key: it copies what it finds there, and runs a worker of its own.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { isGrpcServiceError } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import type proto from '@temporalio/proto';
import type { Stack } from '../../worker/local/stack.js';

const NAMESPACE = 'default';
const ALLOW_DUPLICATE = 1;
/** Temporal's numbers of commands. */
const SCHEDULE = 1;
const COMPLETE = 4;
const FAIL = 5;
/** And of a queue, and of an answer. */
const STICKY = 2;
const ANSWERED = 1;
const DEADLINE_EXCEEDED = 4;
const NO_TASK = { taskToken: undefined, query: undefined, queries: undefined };

type Failure = proto.temporal.api.failure.v1.IFailure;

export const completing = (payload: Payload | undefined) => ({
  commandType: COMPLETE,
  completeWorkflowExecutionCommandAttributes: payload ? { result: { payloads: [payload] } } : {},
});

export const failing = (failure: Failure) => ({
  commandType: FAIL,
  failWorkflowExecutionCommandAttributes: { failure },
});

export const calling = (activityId: string, name: string, payloads: readonly Payload[]) => ({
  commandType: SCHEDULE,
  scheduleActivityTaskCommandAttributes: {
    activityId,
    activityType: { name },
    taskQueue: { name: 'doku-journeys' },
    ...(payloads.length > 0 && { input: { payloads: [...payloads] } }),
    startToCloseTimeout: msToTs('30 seconds'),
    scheduleToCloseTimeout: msToTs('30 seconds'),
    retryPolicy: { maximumAttempts: 1 },
  },
});

export class Nobody {
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  async eventsOf(workflowId: string, runId?: string) {
    const { history } = await this.#stack.client.workflowService.getWorkflowExecutionHistory({
      namespace: NAMESPACE,
      execution: { workflowId, ...(runId && { runId }) },
    });
    return history?.events ?? [];
  }

  /** What a workflow answers to whoever asks. */
  async answerTo(workflowId: string, queryType: string): Promise<Payload> {
    const { queryResult } = await this.#stack.client.workflowService.queryWorkflow({
      namespace: NAMESPACE,
      execution: { workflowId },
      query: { queryType },
    });
    return queryResult?.payloads?.[0] as Payload;
  }

  /** Begins a workflow ID once more, for a queue that nobody polls, without input and with whatever search attributes. */
  async begin(
    workflowId: string,
    type: string,
    attributes: Readonly<Record<string, string>>,
    more: object = {},
  ): Promise<string> {
    const { runId } = await this.#stack.client.workflowService.startWorkflowExecution({
      ...{ namespace: NAMESPACE, workflowId, requestId: randomUUID() },
      taskQueue: { name: `own-${randomUUID()}` },
      workflowType: { name: type },
      workflowIdReusePolicy: ALLOW_DUPLICATE,
      searchAttributes: {
        indexedFields: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [
            name,
            {
              metadata: { encoding: Buffer.from('json/plain'), type: Buffer.from('Keyword') },
              data: Buffer.from(JSON.stringify(value)),
            },
          ]),
        ),
      },
      ...more,
    });
    return runId;
  }

  /** Runs a workflow ID once more, by a worker of its own that answers the first task so. The input is the run's before. */
  async run(workflowId: string, type: string, command: object): Promise<string> {
    const { workflowService } = this.#stack.client;
    const taskQueue = { name: `own-${randomUUID()}` };
    const [begun] = await this.eventsOf(workflowId).catch(() => []);
    const { input } = begun?.workflowExecutionStartedEventAttributes ?? {};
    const { runId } = await workflowService.startWorkflowExecution({
      ...{ namespace: NAMESPACE, workflowId, requestId: randomUUID(), taskQueue },
      workflowType: { name: type },
      workflowIdReusePolicy: ALLOW_DUPLICATE,
      ...(input && { input }),
    });
    const { taskToken } = await this.#stack.client.withDeadline(Date.now() + 60_000, () =>
      workflowService.pollWorkflowTaskQueue({ namespace: NAMESPACE, taskQueue }),
    );
    await workflowService.respondWorkflowTaskCompleted({
      ...{ namespace: NAMESPACE, taskToken, commands: [command] },
    });
    return runId;
  }

  /**
   * The same as a run of the workers' own queue: of one that is started eagerly Temporal hands the first task to who starts it.
   *
   * @param own - the queue that he has the later tasks, and what is asked of it, come to.
   */
  async runEagerly(
    workflowId: string,
    type: string,
    { commands, own }: { commands: object[]; own?: string },
  ): Promise<string> {
    const { workflowService } = this.#stack.client;
    const [begun] = await this.eventsOf(workflowId).catch(() => []);
    const { input } = begun?.workflowExecutionStartedEventAttributes ?? {};
    const { runId, eagerWorkflowTask } = await workflowService.startWorkflowExecution({
      ...{ namespace: NAMESPACE, workflowId, requestId: randomUUID() },
      taskQueue: { name: 'doku-journeys' },
      workflowType: { name: type },
      workflowIdReusePolicy: ALLOW_DUPLICATE,
      requestEagerExecution: true,
      ...(input && { input }),
    });
    if (!eagerWorkflowTask?.taskToken) throw new Error('Temporal started nothing eagerly');
    await workflowService.respondWorkflowTaskCompleted({
      ...{ namespace: NAMESPACE, taskToken: eagerWorkflowTask.taskToken, commands },
      ...(own && {
        stickyAttributes: {
          workerTaskQueue: { name: own, kind: STICKY, normalName: 'doku-journeys' },
          scheduleToStartTimeout: msToTs('1 minute'),
        },
      }),
    });
    return runId;
  }

  /** Answers whatever is asked by a queue of his own. */
  async answerAll(own: string, payload: Payload, signal: AbortSignal): Promise<void> {
    const { client } = this.#stack;
    const { workflowService } = client;
    const answer = { payloads: [payload] };
    const taskQueue = { name: own, kind: STICKY, normalName: 'doku-journeys' };
    while (!signal.aborted) {
      const asked = { namespace: NAMESPACE, taskQueue };
      const { taskToken, query, queries } = await client
        .withDeadline(Date.now() + 5_000, () => workflowService.pollWorkflowTaskQueue(asked))
        .catch((error) => {
          if (isGrpcServiceError(error) && error.code === DEADLINE_EXCEEDED) return NO_TASK;
          throw error;
        });
      if (!taskToken?.length) continue;
      const task = { namespace: NAMESPACE, taskToken };
      const ids = Object.keys(queries ?? {});
      if (query)
        await workflowService.respondQueryTaskCompleted({
          ...task,
          completedType: ANSWERED,
          queryResult: answer,
        });
      else
        await workflowService.respondWorkflowTaskCompleted({
          ...task,
          queryResults: Object.fromEntries(ids.map((id) => [id, { resultType: ANSWERED, answer }])),
        });
    }
  }
}
