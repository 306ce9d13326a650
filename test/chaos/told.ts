import { setTimeout } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { EVENT_DELIVERY_TYPE, tryNowSignal } from '../../contract/event.js';
import type { TestReceiver } from '../setting/event-receiver.js';
import { isForged } from './actors/forger.js';
import type { Forged, Told } from './judge/events.js';

const LOOK_MS = 1_000;

/** Every third delivery, and at the start the first, fails: each in one of the ways in which a backend does. */
export const failsOften = (nth: number): number =>
  nth % 3 === 0 ? ([500, 503, 429, 404][(nth / 3) % 4] as number) : 204;

/** The receiver is well again: what waits for it is delivered, or its time is over. */
export async function toldOf(
  client: Client,
  receiver: TestReceiver,
  forged: Forged,
  until: number,
): Promise<Told> {
  receiver.answers(() => 204);
  while ((await triedNow(client)) > 0 && Date.now() < until) await setTimeout(LOOK_MS);
  const own = receiver.deliveries.filter(({ headers }) => !isForged(headers));
  const taken = own.filter(({ status }) => status < 300);
  const events = new Map(taken.map(({ event }) => [event.id, event]));
  return {
    taken: [...events.values()].map(({ id, data }) => ({ id, ...data })),
    refused: receiver.refused.filter(({ headers }) => !isForged(headers)).map(({ why }) => why),
    forged,
    deliveries: own.length,
  };
}

/** @returns how many deliveries are under way. */
async function triedNow(client: Client): Promise<number> {
  let open = 0;
  const query = `WorkflowType = '${EVENT_DELIVERY_TYPE}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    open += 1;
    // It may have ended since it was listed.
    await client.workflow
      .getHandle(workflowId)
      .signal(tryNowSignal.name)
      .catch(() => {});
  }
  return open;
}
