import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as errors from '../../contract/errors.js';
import { journeys } from '../../contract/journeys.js';

const WORKFLOWS = fileURLToPath(new URL('../../workflows/', import.meta.url));
/** What a validator, or a handler, refuses an update by, and the type that its caller then meets. */
const BY: readonly (readonly [RegExp, string])[] = [
  ...Object.entries(errors).flatMap(([name, error]) =>
    name.endsWith('Error')
      ? ([[new RegExp(`\\b${name}\\.type`), (error as errors.JourneyError).type]] as const)
      : [],
  ),
  [/\bstepMismatchError\.type/, 'InputMismatch'],
  [/\bsameInputAs\(/, 'InputMismatch'],
  [/\binvalidInput\(|\bparsed\(/, 'InvalidInput'],
  [/\bassertNow\(/, 'NotNow'],
  [/\bRepeats\(|\banswered\(/, 'Answered'],
  [/\bjourneyEnded\(|\.assertOpen\(/, 'JourneyEnded'],
  [/\bhandedOver\(\)/, 'HandedOver'],
];
/** Folders whose name is not that of the one journey in them. */
const OTHERS: Readonly<Record<string, string>> = { reconciliation: 'recheck' };

describe('what a journey refuses by, its contract declares', () => {
  const folders = readdirSync(WORKFLOWS, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name: folder } of folders) {
    const type = OTHERS[folder] ?? folder.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
    const journey = journeys[type];
    if (!journey?.updates) continue;
    test(type, () => {
      const source = readdirSync(`${WORKFLOWS}${folder}`)
        .map((file) => readFileSync(`${WORKFLOWS}${folder}/${file}`, 'utf8'))
        .concat(mechanismsOf(journey.updates?.map(({ name }) => name) ?? []))
        .join('\n');
      const said = new Set(BY.filter(([by]) => by.test(source)).map(([, one]) => one));
      const updates = [journey.first, ...(journey.updates ?? [])].flatMap(
        (one) => one?.errors ?? [],
      );
      const declared = new Set(updates.map((error) => error.type));
      assert.deepEqual(
        [...said].filter((one) => !declared.has(one)),
        [],
      );
    });
  }
});

/** Of what journeys share, those that answer these. */
const mechanismsOf = (updates: readonly string[]) =>
  [
    ...(updates.includes('submitOtp') ? ['otp-dialogue'] : []),
    ...(updates.includes('resolve') ? ['needs-attention'] : []),
  ].map((file) => readFileSync(`${WORKFLOWS}mechanisms/${file}.ts`, 'utf8'));
