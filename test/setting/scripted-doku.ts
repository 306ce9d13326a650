import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { openSkippingServer } from './time-skipping.js';

export const SCRIPTED_QUEUE = 'scripted';

/** Activities by name: what a journey hears instead of DOKU. */
export type Script = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

/** Temporal's time-skipping server, and journeys that hear what a test says. */
export interface ScriptedDoku {
  readonly environment: TestWorkflowEnvironment;
  readonly client: Client;
  /** Journeys hear this from now on. */
  says(script: Script): void;
  stop(): Promise<void>;
}

export async function startScriptedDoku(): Promise<ScriptedDoku> {
  const environment = await openSkippingServer();
  let current: Script = {};
  // One for all tests: what a worker that stops leaves undone would keep the time from passing.
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: SCRIPTED_QUEUE,
    workflowBundle: await checkoutWorkflowBundle(),
    activities: {
      default: async (argument: never) => {
        const { activityType } = Context.current().info;
        const activity = current[activityType];
        if (!activity)
          throw ApplicationFailure.nonRetryable(`${activityType} is not in the script`);
        return activity(argument);
      },
    },
  });
  const running = worker.run();
  return {
    environment,
    client: environment.client,
    says: (script) => {
      current = script;
    },
    stop: async () => {
      worker.shutdown();
      await running;
      await environment.teardown();
    },
  };
}
