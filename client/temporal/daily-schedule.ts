import type {
  Client,
  ScheduleOptions,
  ScheduleOptionsStartWorkflowAction,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
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
}

/** Has it run, in place of whatever the schedule said before. */
export async function scheduleDaily(client: Client, daily: Daily): Promise<void> {
  const { scheduleId, workflowType, workflowId, taskQueue, hour, minute, timezone } = daily;
  const schedule: Omit<
    ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>,
    'scheduleId'
  > = {
    spec: { calendars: [{ hour, minute }], timezone },
    action: { type: 'startWorkflow', workflowType, workflowId, taskQueue, args: [] },
    // Each has its own day: one that takes longer, or could not start in time, costs no other its day.
    policies: { overlap: 'ALLOW_ALL', catchupWindow: '28 days' },
  };
  try {
    await client.schedule.create({ scheduleId, ...schedule });
  } catch (error) {
    if (!isNamed(error, 'ScheduleAlreadyRunning')) throw error;
    await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...schedule, state }));
  }
}
