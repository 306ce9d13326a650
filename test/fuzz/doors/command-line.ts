import assert from 'node:assert/strict';
import fc from 'fast-check';
import { COMMANDS } from '../../../client/cli/commands/index.js';
import { runCli } from '../../../client/cli/mechanisms/run.js';
import { harmless } from '../../../contract/harmless.js';
import { doorOf } from '../door.js';
import { oddText } from '../texts.js';

const WORDS = [
  '--help',
  '--json',
  '--note',
  '--operator',
  '--decision',
  '--reason',
  '--from',
  '--to',
  '--until',
  '--customer',
  '--yes',
  '--limit',
  '--wait',
  '--amount',
  '--refund-no',
  '--report',
  '--hour',
  '--',
  '-',
  'purchase',
  'INV-1',
  'finding',
  'amount/INV-1',
  'ask-again',
  '10000.00',
  '2026-01-01',
  '1',
  'all',
];

/** An operator's arguments. Without keys nothing is asked of Temporal, however right they are. */
export const commandLine = doorOf('command line', 8, async () => ({
  inputs: fc.record({
    words: fc.constantFrom(...COMMANDS.map(({ words }) => words.split(' ')), ['nonsense'], []),
    rest: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...WORDS) },
        { weight: 2, arbitrary: oddText },
      ),
      { maxLength: 9 },
    ),
  }),
  takes: async ({ words, rest }) => {
    const told: string[] = [];
    const tell = (text: string) => void told.push(harmless(text));
    const code = await runCli([...words, ...rest], { environment: {}, print: tell, tell });
    assert.ok(told.length > 0);
    // Help, or wrong usage: of the arguments, or of the environment that has no keys.
    assert.ok(code === 0 || code === 2, `exit code ${code}: ${told.join()}`);
    assert.ok(code === 2 || [...words, ...rest].some((word) => word === '--help' || word === '-h'));
  },
}));
