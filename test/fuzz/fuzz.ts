/**
 * Every door, with as many inputs as wanted, drawn from a seed.
 *
 * @module
 */
import fc from 'fast-check';
import type { Door } from './door.js';
import { answers } from './doors/answers.js';
import { commandLine } from './doors/command-line.js';
import { schemas } from './doors/contract.js';
import { csv } from './doors/csv.js';
import { encryption } from './doors/encryption.js';
import { notifications } from './doors/notifications.js';
import { sandbox } from './doors/sandbox.js';
import { signatures } from './doors/signatures.js';

export const DOORS: readonly Door[] = [
  answers,
  schemas,
  csv,
  encryption,
  signatures,
  commandLine,
  notifications,
  sandbox,
];

/** What one input may cost. */
const MOST_MS = 100;

/** @throws where an input is taken wrongly or too slowly: with the smallest such input, and the seed that leads to it. */
export async function fuzz(door: Door, seed: number, inputs: number): Promise<void> {
  const { inputs: arbitrary, takes, close } = await door.open();
  const takesInTime = async (input: unknown) => {
    // The first of a kind compiles, and the machine may be busy: slow is what is slow each time.
    let costMs = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 3 && costMs > MOST_MS; tries++) {
      const before = process.cpuUsage();
      await takes(input as never);
      const { user, system } = process.cpuUsage(before);
      costMs = (user + system) / 1_000;
    }
    if (costMs > MOST_MS) throw new Error(`it took ${Math.round(costMs)} ms`);
  };
  try {
    await fc.assert(fc.asyncProperty(arbitrary, takesInTime), { seed, numRuns: inputs });
  } finally {
    await close?.();
  }
}

/** How many of all inputs are a door's. */
export const inputsOf = ({ share }: Door, all: number) => Math.ceil((all * share) / 100);
