import { Context } from '@temporalio/activity';
import {
  type Client,
  QueryNotRegisteredError,
  QueryRejectedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { allListed } from '../reconciliation/listed-journeys.js';
import { type EndedRun, endedRunBefore } from './ended-run.js';

/** Whose run sends something: after an operator's reset another run goes on, and the one before may have sent it. */
export interface SendingRun {
  /** The first run of the journey that sends. */
  readonly firstRunId?: string | undefined;
  /** The run that has proven that nothing was sent before it. */
  readonly provenIn?: string | undefined;
}

/** What the earlier runs of a journey answer. */
export interface EarlierAnswers<Answer> {
  /** Oldest first. */
  readonly answers: readonly Answer[];
  /** Each of which anything is known was asked, and has answered. */
  readonly isAll: boolean;
}

/** More resets of one journey are nobody's practice. */
const MOST_ASKED = 20;
const ANSWER_WITHIN_MS = 10_000;

/**
 * The run that sends, where a run before it may have done so and nobody has proven otherwise since. Only an activity knows
 * its run: the journey's history is that of the first one.
 */
export function unprovenIn({ firstRunId, provenIn }: SendingRun): string | undefined {
  const runId = Context.current().info.workflowExecution?.runId;
  return firstRunId && runId !== firstRunId && runId !== provenIn ? runId : undefined;
}

/**
 * What the earlier runs of the asking journey, ended by a reset or otherwise, answer to a query without argument.
 *
 * @param client - with the data converter of the workers.
 */
export async function askEarlierRuns(
  client: Client,
  query: string,
): Promise<EarlierAnswers<unknown>> {
  const { workflowId, runId } = ownExecution();
  const runs = await earlierRuns(client, workflowId, runId);
  const asked = runs.slice(-MOST_ASKED);
  const answers: unknown[] = [];
  for (const run of asked) answers.push(await answerOf(client, workflowId, run, query));
  const known = answers.filter((answer) => answer !== undefined);
  return { answers: known, isAll: known.length === runs.length };
}

/**
 * The DOKU account that the runs before the asking one were about, by their query `status`: a journey that an operator reset
 * goes on with that one, whatever the customer has bound since (money rule 8).
 *
 * @returns nothing where none of them came so far, or Temporal has forgotten them.
 */
export async function accountOfEarlierRuns(client: Client): Promise<string | undefined> {
  const { answers } = await askEarlierRuns(client, 'status');
  for (const answer of answers) {
    const { accountId } = answer as { accountId?: string };
    if (accountId !== undefined) return accountId;
  }
  return undefined;
}

/** The runs that a run was made of by resets, the nearest first: what Temporal's lists may not have yet. */
async function basesOf(client: Client, workflowId: string, runId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  return (events ?? [])
    .map((event) => event.workflowTaskFailedEventAttributes?.baseRunId)
    .filter((base): base is string => Boolean(base))
    .reverse();
}

/** The runs of a journey before one of it, oldest first. */
export async function earlierRuns(
  client: Client,
  workflowId: string,
  ownId: string,
): Promise<string[]> {
  const runs: { runId: string; startedAt: string }[] = [];
  // A number holds no character that needs escaping (`partnerReferenceFormSchema`).
  for await (const { runId, startedAt } of allListed(client, `WorkflowId = '${workflowId}'`))
    if (runId !== ownId) runs.push({ runId, startedAt });
  runs.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const listed = runs.map(({ runId }) => runId);
  const bases = await basesOf(client, workflowId, ownId);
  const unlisted = bases.filter((base) => !listed.includes(base));
  return [...listed, ...unlisted.reverse()];
}

/**
 * What a run answers to a query without argument, also once it has ended.
 *
 * @returns nothing where the run is forgotten, or does not know the query.
 */
export async function answerOf(
  client: Client,
  workflowId: string,
  runId: string,
  query: string,
): Promise<unknown> {
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => handle.query(query));
  } catch (error) {
    const isMute =
      error instanceof WorkflowNotFoundError ||
      error instanceof QueryNotRegisteredError ||
      error instanceof QueryRejectedError;
    if (isMute) return undefined;
    throw error;
  }
}

/** @param client - with the data converter of the workers. */
export function createRunActivities(client: Client) {
  return {
    /**
     * Which run asks. Temporal's reset starts another one with the history of the first, so that only what is asked anew
     * tells them apart.
     */
    async ownRun(): Promise<string> {
      return ownExecution().runId;
    },

    /** What the earlier runs of the asking journey, ended by a reset or otherwise, answer to a query without argument. */
    async askEarlierRuns({ query }: { query: string }): Promise<EarlierAnswers<unknown>> {
      return askEarlierRuns(client, query);
    },

    /**
     * What the latest run before the asking one answers to a query without argument; `null` is no answer.
     *
     * @returns nothing where none answers that Temporal knows of.
     */
    async askRunBefore({ query }: { query: string }): Promise<unknown> {
      const { workflowId, runId } = ownExecution();
      const runs = await earlierRuns(client, workflowId, runId);
      for (const run of runs.reverse()) {
        const answer = await answerOf(client, workflowId, run, query);
        if (answer !== undefined && answer !== null) return answer;
      }
      return undefined;
    },

    /** How the journey's number ended before, in a run that began earlier; nothing where Temporal knows of none. */
    async endedRunBefore({
      startedBefore,
    }: {
      startedBefore: string;
    }): Promise<EndedRun | undefined> {
      return endedRunBefore(client, ownExecution().workflowId, startedBefore);
    },
  };
}

/** Of the journey that asks. */
export function ownExecution() {
  const { workflowExecution } = Context.current().info;
  if (workflowExecution === undefined) throw new TypeError('only a workflow has a run');
  return workflowExecution;
}

export type RunActivities = ReturnType<typeof createRunActivities>;
