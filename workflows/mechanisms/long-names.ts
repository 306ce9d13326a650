/** No handler of ours has a longer one. */
const LONGEST = 100;

/** A part of what woke the workflow up, as far as somebody asks for something by its name. */
interface Job {
  readonly doUpdate?: { name?: string | null } | null;
  readonly queryWorkflow?: { queryType?: string | null } | null;
}

/**
 * Whoever asks for what there is not is told so by the name that he gave, in the failure's message and in its stack: one as long as
 * Temporal takes makes a refusal that is longer than Temporal takes, and the workflow task fails for ever. Cut, it is still none.
 */
export function cutNames(jobs: readonly Job[]): void {
  for (const { doUpdate, queryWorkflow } of jobs) {
    if (doUpdate?.name) doUpdate.name = doUpdate.name.slice(0, LONGEST);
    if (queryWorkflow?.queryType)
      queryWorkflow.queryType = queryWorkflow.queryType.slice(0, LONGEST);
  }
}
