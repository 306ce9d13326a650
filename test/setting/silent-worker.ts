import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

/** Longer than the server wants of whoever asks for work. */
const POLL_MS = 70_000;

/**
 * A worker that has asked for work and answers nothing, as one that is frozen, or was stopped or killed just now: Temporal lists it
 * for minutes.
 *
 * @returns what ends it; Temporal goes on listing it.
 */
export async function silentWorker(client: Client, taskQueue: string): Promise<() => void> {
  const end = new AbortController();
  const { namespace } = client.options;
  const asks = { namespace, taskQueue: { name: taskQueue }, identity: 'silent' };
  client
    .withDeadline(Date.now() + POLL_MS, () =>
      client.withAbortSignal(end.signal, () => client.workflowService.pollWorkflowTaskQueue(asks)),
    )
    .catch(() => {});
  await pause(500);
  return () => end.abort();
}
