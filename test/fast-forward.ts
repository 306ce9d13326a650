/**
 * Temporal's dev server can skip a workflow's waiting: its timers and the pauses between an activity's retries. Unlike
 * the time-skipping server it lists workflows, and lets everything else go on in its own time.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

/** What the dev server has to be started with. */
export const FAST_FORWARD = [
  'frontend.WorkflowTimeSkippingEnabled=true',
  // Otherwise each skip takes a second.
  'history.timerProcessorMaxTimeShift="1ms"',
];

/** Every question of an hour, asked one after the other. */
const PASSES_WITHIN_MS = 180_000;
/** Far above the questions of an hour. */
const MOST_SKIPS = 10_000;

/** The server is older than what it is asked for. */
export class CannotSkipError extends Error {
  override readonly name = 'CannotSkipError';
}

/**
 * Has so much time pass for a workflow, or less where it ends before.
 *
 * @throws CannotSkipError
 */
export async function fastForward(
  client: Client,
  workflowId: string,
  seconds: number,
): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const { status } = await handle.describe();
  if (status.name !== 'RUNNING') return;
  const duration = proto.google.protobuf.Duration.fromObject({ seconds });
  await configure(client, workflowId, { fastForwardConfig: { id: randomUUID(), duration } });
  const giveUpAt = Date.now() + PASSES_WITHIN_MS;
  for (;;) {
    const { status: now, raw } = await handle.describe();
    const skipping = raw.workflowExtendedInfo?.timeSkippingInfo?.effectiveConfig?.enabled;
    if (now.name !== 'RUNNING' || !skipping) return;
    if (Date.now() > giveUpAt) throw new Error(`${workflowId} waits for something else than time`);
    await setTimeout(100);
  }
}

/** Has a workflow never wait from now on. @throws CannotSkipError */
export const skipWaits = (client: Client, workflowId: string) => configure(client, workflowId, {});

async function configure(
  client: Client,
  workflowId: string,
  config: proto.temporal.api.common.v1.ITimeSkippingConfig,
): Promise<void> {
  const { workflowExecutionOptions } = await client.workflowService.updateWorkflowExecutionOptions({
    namespace: client.options.namespace,
    workflowExecution: { workflowId },
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        disablePropagation: true,
        maxSessionSkipCount: MOST_SKIPS,
        ...config,
      },
    },
    updateMask: { paths: ['time_skipping_config'] },
  });
  if (!workflowExecutionOptions?.timeSkippingConfig?.enabled)
    throw new CannotSkipError("this Temporal cannot skip a workflow's time");
}
