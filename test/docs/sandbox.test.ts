import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FAULT_NAMES, OPERATION_NAMES } from '../../sandbox/doku/faults.js';

const page = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');

for (const [row, names] of [
  ['operations', OPERATION_NAMES],
  ['faults', FAULT_NAMES],
] as const)
  test(`the sandbox's page names all ${row}`, () => {
    const line = page.split('\n').find((one) => one.startsWith(`| ${row} |`)) ?? '';
    assert.deepEqual(
      [...line.matchAll(/`(\w+)`/g)].map(([, name]) => name),
      [...names],
    );
  });
