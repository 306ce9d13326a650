import { hasWorker } from '../../temporal/unanswered.js';
import type { Desk } from '../mechanisms/desk.js';

type OnQueue = { readonly taskQueue: string };

/** Of a journey that is on another task queue than the workers': on which, and whether anybody works there. */
export async function otherQueue(
  { client, taskQueue: own }: Desk,
  { taskQueue, run }: OnQueue & { readonly run: string },
): Promise<string | undefined> {
  if (taskQueue === own) return undefined;
  const isLeft = run === 'running' && !(await hasWorker(client, taskQueue));
  const told = `${taskQueue}, where DOKU_TASK_QUEUE is ${own} here`;
  return isLeft
    ? `${told}; nobody polls it: it goes on once a worker with DOKU_TASK_QUEUE=${taskQueue} is there`
    : told;
}
