import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';

const AGAIN_AFTER_MS = 3_000;
/** An attempt has the time for two calls that each take as long as a call may, but not for a pause between such. */
const SLOW_MS = 5_000;
/** Questions of journeys, which end by the answer. A reconciliation takes it as it is, and looks again another day. */
const OF_JOURNEYS = /^(?:query|await)/;

/**
 * Asks once more where the answer would be the end: a wait of hours hears hundreds, and one that a replica gives, or that is odd,
 * tells of money that will not move while it does.
 *
 * @param isEnd - whether nothing moves any more after that answer.
 * @param slowMs - an answer that took longer has to do. By default as an attempt with the time of one call needs it.
 * @returns the second answer then.
 */
export async function heardTwice<Fact>(
  ask: () => Promise<Fact>,
  isEnd: (fact: Fact) => boolean,
  slowMs = SLOW_MS,
): Promise<Fact> {
  const began = performance.now();
  const fact = await ask();
  // From a DOKU that takes its time one answer has to do: cut off each time, a wait would never end.
  if (performance.now() - began > slowMs) return fact;
  if (!isEnd(fact) || !OF_JOURNEYS.test(Context.current().info.activityType)) return fact;
  await pause(AGAIN_AFTER_MS);
  return ask();
}
