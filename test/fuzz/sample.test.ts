import { describe, test } from 'node:test';
import '../setting/quiet.js';
import { DOORS, fuzz, inputsOf } from './fuzz.js';

const SEED = 18;
const INPUTS = 3_000;

describe('no door breaks, hangs or believes what is forged, in a sample', () => {
  for (const door of DOORS) {
    test(door.name, () => fuzz(door, SEED, inputsOf(door, INPUTS)));
  }
});
