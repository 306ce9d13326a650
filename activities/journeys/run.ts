import { Context } from '@temporalio/activity';

/** Whose run sends something: after an operator's reset another run goes on, and the one before may have sent it. */
export interface SendingRun {
  /** The first run of the journey that sends. */
  readonly firstRunId?: string | undefined;
  /** The run that has proven that nothing was sent before it. */
  readonly provenIn?: string | undefined;
}

/**
 * The run that sends, where a run before it may have done so and nobody has proven otherwise since. Only an activity knows
 * its run: the journey's history is that of the first one.
 */
export function unprovenIn({ firstRunId, provenIn }: SendingRun): string | undefined {
  const runId = Context.current().info.workflowExecution?.runId;
  return firstRunId && runId !== firstRunId && runId !== provenIn ? runId : undefined;
}

export function createRunActivities() {
  return {
    /**
     * Which run asks. Temporal's reset starts another one with the history of the first, so that only what is asked anew
     * tells them apart.
     */
    async ownRun(): Promise<string> {
      const { workflowExecution } = Context.current().info;
      if (workflowExecution === undefined) throw new TypeError('only a workflow has a run');
      return workflowExecution.runId;
    },
  };
}

export type RunActivities = ReturnType<typeof createRunActivities>;
