/**
 * `npm run fuzz [-- --inputs 100000 --seed 1 --door CSV]`: minutes. What fails is told with its seed and its smallest input.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import { DOORS, fuzz, inputsOf } from './fuzz.js';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    door: { type: 'string' },
  },
});
const seed = Number(values.seed);
process.stdout.write(`seed ${seed}\n`);
for (const door of DOORS.filter(({ name }) => values.door === undefined || name === values.door)) {
  const inputs = inputsOf(door, Number(values.inputs));
  const began = performance.now();
  try {
    await fuzz(door, seed, inputs);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    process.stdout.write(`${door.name}: ${inputs} inputs, ${seconds} s\n`);
  } catch (error) {
    const { message, cause } = error as Error;
    process.stdout.write(`${door.name}: ${message}\n${String(cause ?? '')}\n`);
    process.exitCode = 1;
  }
}
