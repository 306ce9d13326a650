import type {
  Client,
  ScheduleDescription,
  ScheduleOptions,
  ScheduleOptionsStartWorkflowAction,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { NotNowError } from '../errors.js';
import { taskQueueSchema } from './task-queue.js';
import { isNamed } from './translated.js';

/** A workflow that runs every day. */
export interface Daily {
  readonly scheduleId: string;
  readonly workflowType: string;
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly hour: number;
  readonly minute: number;
  readonly timezone: string;
  /** Have it go on where somebody has paused it. */
  readonly resume: boolean;
}

type Schedule = Omit<ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>, 'scheduleId'>;

/** In which the workers are that nobody has named otherwise. */
const USUAL_QUEUE = taskQueueSchema.parse(undefined);

/**
 * Has it run, in place of whatever its task queue's schedule said before. The ID is that of the usual task queue's workers, or of whoever
 * had it first: another queue's schedule is left as it is, and the queue's own has its name in its ID.
 *
 * @returns the schedule's ID.
 * @throws NotNowError where somebody has paused it, and it is not to go on.
 */
export async function scheduleDaily(client: Client, daily: Daily): Promise<string> {
  const { scheduleId, taskQueue } = daily;
  const ownId = `${scheduleId}/${taskQueue}`;
  const holder = await queueOf(client, scheduleId);
  const isOwn = holder === taskQueue || (holder === undefined && taskQueue === USUAL_QUEUE);
  if (isOwn) return set(client, scheduleId, daily, daily.workflowId);
  // Two that start at the same minute have runs of their own.
  return set(client, ownId, daily, `${daily.workflowId}-${taskQueue.replace(/[^\w.:-]/g, '-')}`);
}

/** @returns nothing where there is no such schedule. */
async function queueOf(client: Client, scheduleId: string): Promise<string | undefined> {
  try {
    const { action } = await client.schedule.getHandle(scheduleId).describe();
    return action.taskQueue;
  } catch (error) {
    if (!isNamed(error, 'ScheduleNotFoundError')) throw error;
    return undefined;
  }
}

async function set(
  client: Client,
  scheduleId: string,
  { workflowType, taskQueue, hour, minute, timezone, resume }: Daily,
  workflowId: string,
): Promise<string> {
  const schedule: Schedule = {
    spec: { calendars: [{ hour, minute }], timezone },
    action: { type: 'startWorkflow', workflowType, workflowId, taskQueue, args: [] },
    // Each has its own day: one that takes longer, or could not start in time, costs no other its day.
    policies: { overlap: 'ALLOW_ALL', catchupWindow: '28 days' },
  };
  try {
    await client.schedule.create({ scheduleId, ...schedule });
  } catch (error) {
    if (!isNamed(error, 'ScheduleAlreadyRunning')) throw error;
    await client.schedule.getHandle(scheduleId).update((held) => {
      // It was another's until just now: theirs stays.
      if (held.action.taskQueue !== taskQueue) throw new NotNowError(`${scheduleId} was just set`);
      if (held.state.paused && !resume) throw paused(held);
      // Every day: neither paused nor only so many times.
      return { ...schedule, state: {} };
    });
  }
  return scheduleId;
}

/** As much of a note as tells what it is about; whoever reaches Temporal may have written it. */
const MOST_OF_NOTE = 100;

/** Temporal does not keep when it was paused, but what it began last. */
function paused({ scheduleId, state, info }: ScheduleDescription): NotNowError {
  const note = state.note?.slice(0, MOST_OF_NOTE).replaceAll(/[^ -~]|"/g, '…');
  const since = (info.recentActions.at(-1)?.takenAt ?? info.createdAt).toISOString();
  return new NotNowError(
    `the schedule ${scheduleId} is paused${note ? ` ("${note}")` : ''}, and has begun no run since ${since}: set it with resume (--resume), and reconcile the days between by hand`,
  );
}
