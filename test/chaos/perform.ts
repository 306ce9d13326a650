/**
 * One journey from its start to its last end, with all that its plan does to it.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import type { Attention } from '../../client/index.js';
import { act } from './actors/acts.js';
import { decide } from './actors/operator.js';
import { isAnswer } from './backend.js';
import { type Cast, type Ending, insist, type Part } from './cast.js';
import { parts } from './journeys/index.js';
import { openAs, statusOf } from './open-as.js';

const LOOK_MS = 500;
/** An operator who does not come to an end asks for somebody else. */
const MOST_DECISIONS = 8;

export async function perform(cast: Cast): Promise<void> {
  const { plan, diary } = cast;
  try {
    const part = parts[plan.kind](cast);
    diary.subjects.unshift(part.subject);
    diary.accountId ||= cast.customer.accountId;
    const disturbed = plan.acts
      .filter(({ from }) => from === 'start')
      .map((planned) => act(cast, part, planned));
    await played(cast, part);
    await allEnded(cast, part);
    await Promise.all(disturbed);
    if (diary.problems.length === 0) await allEnded(cast, part);
    for (const planned of plan.acts.filter(({ from }) => from === 'end')) {
      if (diary.problems.length > 0) return;
      await act(cast, part, planned);
      await ended(cast, part);
    }
  } catch (error) {
    diary.problems.push(`the drive failed: ${(error as Error).stack ?? error}`);
  }
}

/** A refusal in the middle of it is an answer, and no answer at all shows in how it ends. */
async function played(cast: Cast, part: Part): Promise<void> {
  try {
    await part.play();
  } catch (error) {
    if (!isAnswer(error) && Date.now() < cast.until) throw error;
    const { name, message } = error as Error;
    cast.diary.note(`${name}: ${message.slice(0, 200)}`);
  }
}

/** Side by side: one may wait for another that waits for an operator. */
async function allEnded(cast: Cast, part: Part): Promise<void> {
  await Promise.all([part, ...(part.beside ?? [])].map((ending) => ended(cast, ending)));
}

/** Waits for the end of the journey's latest run, with an operator where it parks. */
async function ended(cast: Cast, part: Ending): Promise<void> {
  const { diary } = cast;
  for (;;) {
    const description = await described(cast, part);
    if (description === undefined) return diary.note('Temporal does not know it');
    const { name } = description.status;
    if (name !== 'RUNNING' && name !== 'CONTINUED_AS_NEW') return heard(cast, part, name);
    if (statusOf(description) === 'needs-attention') await attended(cast, part);
    else await othersAttended(cast, part);
    if (Date.now() > cast.until || diary.decided.length > MOST_DECISIONS) {
      if (diary.problems.length === 0) diary.problems.push(`5: still open: ${openAs(description)}`);
      return;
    }
    await setTimeout(LOOK_MS);
  }
}

async function heard(cast: Cast, part: Ending, name: string): Promise<void> {
  const { diary } = cast;
  const { workflowId } = part.subject;
  const isMain = diary.subjects[0] === part.subject;
  if (name !== 'COMPLETED') {
    diary.note(`${workflowId} ended ${name}`);
    if (isMain) diary.results.push({ outcome: name });
    return;
  }
  const result = await insist(cast, () => part.result()).catch((error: Error) => {
    // Temporal forgets in its own time.
    if (error.name === 'UnknownJourneyError') return undefined;
    throw error;
  });
  if (result === undefined) return diary.note(`${workflowId} is forgotten`);
  diary.note(`${workflowId} ended ${JSON.stringify(result)}`);
  if (isMain) diary.results.push(result);
}

async function attended(cast: Cast, part: Ending): Promise<void> {
  const view = (await insist(cast, () => part.status())) as { attention?: Attention };
  if (view.attention === undefined) return;
  cast.diary.parked.push(view.attention);
  cast.diary.note(`parked: ${view.attention.reason}`);
  await decide(cast, part, view.attention);
}

/** Journeys that it started itself, and waits for, may park as well. */
async function othersAttended(cast: Cast, { started }: Ending): Promise<void> {
  if (started === undefined) return;
  const query = `${started.query} AND ExecutionStatus = 'Running' AND JourneyStatus = 'needs-attention'`;
  await insist(cast, async () => {
    for await (const { workflowId } of cast.backend.client.workflow.list({ query }))
      await attended(cast, started.endingOf(workflowId));
  });
}

async function described(cast: Cast, { subject: { workflowId } }: Ending) {
  try {
    return await insist(cast, async () => {
      try {
        return await cast.backend.client.workflow.getHandle(workflowId).describe();
      } catch (error) {
        if ((error as Error).name === 'WorkflowNotFoundError') return undefined;
        throw error;
      }
    });
  } catch (error) {
    throw new Error(`Temporal does not answer: ${(error as Error).message}`);
  }
}
