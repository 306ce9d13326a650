import { condition, patched, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import type { EarlierAnswers, RunActivities } from '../../activities/journeys/run.js';
import type { QueryMessage, ResultOf } from '../../contract/message.js';
import { ONE_CALL_MS } from './call-options.js';
import { ownOf } from './own.js';

const { ownRun } = proxyActivities<Pick<RunActivities, 'ownRun'>>({
  startToCloseTimeout: ONE_CALL_MS,
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
});
/** Whoever waits for it goes on without, before long. */
const { askEarlierRuns } = proxyActivities<Pick<RunActivities, 'askEarlierRuns'>>({
  startToCloseTimeout: ONE_CALL_MS,
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', backoffCoefficient: 2 },
});

/**
 * Whether another run of this journey came before, whose history an operator's reset handed to this one: it may have been
 * told, and may have sent, what this one knows nothing of (money rule 6).
 *
 * Asked of an activity, as only what is recorded after the reset differs from what was recorded before it, also when the
 * history is replayed.
 */
export async function isReset(): Promise<boolean> {
  const runId = await ownRun.executeWithOptions({ summary: 'Is this the first run?' }, []);
  return runId !== workflowInfo().originalExecutionRunId;
}

/**
 * What the journey's earlier runs answer to a query, oldest first.
 *
 * @throws ActivityFailure where Temporal does not tell.
 */
export async function earlierAnswers<Message extends QueryMessage>({
  name,
}: Message): Promise<EarlierAnswers<ResultOf<Message['result']>>> {
  const summary = `What do earlier runs know? (${name})`;
  return (await askEarlierRuns.executeWithOptions({ summary }, [
    { query: name },
  ])) as EarlierAnswers<ResultOf<Message['result']>>;
}

/** Nothing goes on before it has answered. */
const { askRunBefore } = proxyActivities<Pick<RunActivities, 'askRunBefore'>>({
  startToCloseTimeout: ONE_CALL_MS,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** What the run before answers to a query; nothing where Temporal knows of none that answers. */
export async function answerOfRunBefore<Message extends QueryMessage>({
  name,
}: Message): Promise<ResultOf<Message['result']> | undefined> {
  const summary = `What did the run before hold? (${name})`;
  const answer = await askRunBefore.executeWithOptions({ summary }, [{ query: name }]);
  return (answer ?? undefined) as ResultOf<Message['result']> | undefined;
}

/** The resets that a run has gone through, each at the place where it was made, also when its history is replayed. */
export interface Resets {
  readonly count: number;
}

/** Those of each workflow. */
export const ownResets = ownOf<Resets>(() => ({ count: 0 }));

/** Tells of each reset as it comes, for as long as the workflow runs; at once of one that has come. */
export async function atResets(resets: Resets, tell: () => void): Promise<never> {
  for (let seen = 0; ; ) {
    if (resets.count === seen) await condition(() => resets.count > seen);
    seen = resets.count;
    tell();
  }
}

/**
 * Counts resets. Temporal gives a run new randomness where a reset made it, and nowhere else; its SDK keeps the job that says
 * so from interceptors, so that the seed itself is looked at.
 */
export class CountedResets implements Resets {
  #seed = getActivator().randomnessSeed;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** To be called as the workflow wakes up, before anything happens in it. */
  note(): void {
    const seed = getActivator().randomnessSeed;
    if (seed === this.#seed) return;
    this.#seed = seed;
    // Histories of before took note of none.
    if (patched('resets-are-counted')) this.#count += 1;
  }
}
