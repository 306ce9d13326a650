/**
 * What a backend looks at before its first order, so that a mistake in its set-up costs no customer anything.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Client, Connection } from '@temporalio/client';
import { type CheckResult, CONTRACT } from '../contract/check.js';
import { checkWorkflowId } from '../contract/identity.js';
import { searchAttributes } from '../contract/search-attributes.js';
import {
  type DokuJourneysError,
  NotReadyError,
  NoWorkerError,
  type Obstacle,
  PayloadKeyError,
  TemporalRefusedError,
} from './errors.js';
import type { CallOptions } from './temporal/in-time.js';
import type { Journeys } from './temporal/journeys.js';
import { GRPC, grpcOf } from './temporal/translated.js';
import { hasWorker } from './temporal/unanswered.js';

/** Who is there answers within moments; all of it is over within five seconds, as any call is that nobody answers. */
const WITHIN_MS = 4_500;
/** Of one question, however long those before it took. */
const LEAST_MS = 500;

/** What is looked at. */
export interface Checked {
  readonly client: Client;
  readonly journeys: Journeys;
  readonly taskQueue: string;
}

/** @throws NotReadyError with all that was found. */
export async function assertReady(checked: Checked, options: CallOptions): Promise<void> {
  const { client, journeys, taskQueue } = checked;
  const endMs = Date.now() + WITHIN_MS;
  const leftMs = () => Math.max(endMs - Date.now(), LEAST_MS);
  const call = <T>(work: () => Promise<T>) =>
    journeys.call(options, undefined, work, { withinMs: leftMs() });
  const { namespace } = client.options;
  if (namespace === '') throw new NotReadyError([NAMELESS]);
  try {
    await call(() => client.workflowService.describeNamespace({ namespace }));
  } catch (error) {
    throw new NotReadyError([ofTemporal(error as DokuJourneysError, client)]);
  }
  const obstacles = await call(() => ofAttributes(client));
  if (await call(() => hasWorker(client, taskQueue)))
    obstacles.push(...(await ofWorkers(checked, options, leftMs())));
  else
    obstacles.push({
      part: 'task-queue',
      found: `nobody polls the task queue ${taskQueue} of namespace ${namespace}`,
      todo: 'Start the workers, and give this backend their DOKU_TASK_QUEUE',
    });
  if (obstacles.length > 0) throw new NotReadyError(obstacles);
}

/** As of a variable that is set, and empty. */
const NAMELESS: Obstacle = {
  part: 'temporal',
  found: 'the namespace of the Temporal client is empty',
  todo: "Give it the workers' TEMPORAL_NAMESPACE, or none, which is `default`",
};

function ofTemporal(error: DokuJourneysError, client: Client): Obstacle {
  if (error instanceof TemporalRefusedError) {
    const todo = `Is ${client.options.namespace} the workers' namespace, and may these credentials use it?`;
    return { part: 'temporal', found: error.message.replace(/\.$/, ''), todo };
  }
  const { address } = (client.connection as Partial<Connection>).options ?? {};
  return {
    part: 'temporal',
    found: `Temporal does not answer${address ? ` at ${address}` : ''}`,
    todo: 'Is the address right, is Temporal up (on your own machine by npm start or npm run site), and do both talk TLS, or both not?',
  };
}

/** As everybody may ask who may list journeys. */
async function ofAttributes(client: Client): Promise<Obstacle[]> {
  const obstacles: Obstacle[] = [];
  for (const { name } of Object.values(searchAttributes)) {
    try {
      await client.workflow.count(`${name} = 'x'`);
    } catch (error) {
      if (grpcOf(error)?.code !== GRPC.INVALID_ARGUMENT) throw error;
      obstacles.push({
        part: 'search-attributes',
        found: `${name} is not registered as Keyword`,
        todo: `Register it: temporal operator search-attribute create --name ${name} --type Keyword`,
      });
    }
  }
  return obstacles;
}

/** Has a worker read what this backend writes, and reads what it answers. */
async function ofWorkers(
  { client, journeys, taskQueue }: Checked,
  options: CallOptions,
  withinMs: number,
): Promise<Obstacle[]> {
  const workflowId = checkWorkflowId(randomUUID());
  const asked = () =>
    client.workflow.execute('check', {
      workflowId,
      taskQueue,
      args: [{ contract: CONTRACT }],
      staticSummary: 'A backend checks its set-up',
      // Nobody waits longer for it.
      workflowExecutionTimeout: WITHIN_MS * 2,
    });
  try {
    const { contract } = await journeys.call<CheckResult>(options, workflowId, asked, {
      withinMs,
    });
    return contract < CONTRACT ? [tooOld(`they have contract ${contract}`)] : [];
  } catch (error) {
    if (error instanceof PayloadKeyError)
      return [
        {
          part: 'payload-keys',
          found: error.message,
          todo: 'Give this backend the PAYLOAD_KEYS and the PAYLOAD_ACTIVE_KEY_ID of the workers',
        },
      ];
    if (error instanceof NoWorkerError) return [silent(taskQueue)];
    const { message } = error as Error;
    // Without the codec nothing is encrypted, and nothing known that the workers wrote.
    if (/is not encrypted|Unknown encoding: binary\/sealed/.test(message))
      return [
        {
          part: 'payload-keys',
          found: 'the Temporal client has no payload codec',
          todo: 'Give the Client `dataConverter: createDataConverter(payloadKeysFrom(process.env))` of doku-journeys/encryption',
        },
      ];
    return [tooOld(message)];
  }
}

/** Those that were stopped just now are listed for some minutes. */
const silent = (taskQueue: string): Obstacle => ({
  part: 'task-queue',
  found: `no worker answers on the task queue ${taskQueue}, though one has asked for work lately`,
  todo: 'Are the workers up, healthy, and on this task queue?',
});

const tooOld = (found: string): Obstacle => ({
  part: 'task-queue',
  found: `the workers do not answer as this backend's version expects: ${found}`,
  todo: 'Are they up, healthy, and at least as new as this backend? Roll out workers first',
});
