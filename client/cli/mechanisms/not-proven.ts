import { type JourneyName, written } from '../journeys/name.js';
import { stateOf } from '../journeys/state.js';
import type { Answer } from './command.js';
import type { Desk } from './desk.js';
import { PROGRAM } from './program.js';

/** What is said of a journey whose end is not proven in time: no success, and no failure either. */
export async function notProven(desk: Desk, name: JourneyName, seconds: number): Promise<Answer> {
  const { status } = await stateOf(desk, name);
  return {
    data: { ...name, status },
    text: `${written(name)}: ${status}`,
    problem: `not proven within ${seconds} s; it goes on by itself: ${PROGRAM} show ${written(name)}`,
  };
}
