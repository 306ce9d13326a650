/**
 * A purchase's messages and workflow tasks around nothing: what is left of Temporal's cost when all else is taken away.
 *
 * @module
 */
import { condition, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';

export const beginUpdate = defineUpdate<string>('begin');
export const notifiedSignal = defineSignal('notified');

/** Begins with an update in its first workflow task, and ends with a signal in its second. */
export async function hollow(): Promise<string> {
  let isNotified = false;
  setHandler(notifiedSignal, () => {
    isNotified = true;
  });
  setHandler(beginUpdate, () => 'begun');
  await condition(() => isNotified);
  return 'paid';
}
