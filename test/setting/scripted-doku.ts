import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { searchAttributes } from '../../contract/search-attributes.js';
import { obtain, TEST_SERVER } from '../../worker/local/binaries.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';

/** Temporal's number for the type of a search attribute. */
const KEYWORD = 2;

/** Activities by name: what a journey hears instead of DOKU. */
export type Script = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

/** Temporal's time-skipping server, and journeys that hear what a test says. */
export interface ScriptedDoku {
  readonly environment: TestWorkflowEnvironment;
  readonly client: Client;
  /** A worker on a task queue of its own, until `work` has ended. */
  with<T>(script: Script, work: (taskQueue: string) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export async function startScriptedDoku(): Promise<ScriptedDoku> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: await obtain(TEST_SERVER) },
  });
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(
      Object.values(searchAttributes).map(({ name }) => [name, KEYWORD]),
    ),
  });
  const workflowBundle = await checkoutWorkflowBundle();
  return {
    environment,
    client: environment.client,
    with: async (script, work) => {
      const taskQueue = `scripted-${randomUUID()}`;
      const worker = await Worker.create({
        connection: environment.nativeConnection,
        taskQueue,
        workflowBundle,
        activities: script as Record<string, (argument: never) => Promise<unknown>>,
      });
      return worker.runUntil(() => work(taskQueue));
    },
    stop: () => environment.teardown(),
  };
}
