import { Context } from '@temporalio/activity';

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
