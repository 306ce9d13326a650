import { setTimeout as pause } from 'node:timers/promises';

const AGAIN_AFTER_MS = 3_000;

/**
 * Asks once more where the answer would be the end: a wait of hours hears hundreds, and one that a replica gives, or that is odd,
 * tells of money that will not move while it does.
 *
 * @param isEnd - whether nothing moves any more after that answer.
 * @returns the second answer then.
 */
export async function heardTwice<Fact>(
  ask: () => Promise<Fact>,
  isEnd: (fact: Fact) => boolean,
): Promise<Fact> {
  const fact = await ask();
  if (!isEnd(fact)) return fact;
  await pause(AGAIN_AFTER_MS);
  return ask();
}
