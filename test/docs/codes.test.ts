import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { codeWordSchema } from '../../contract/event.js';
import { purchaseEndReasonSchema } from '../../contract/purchase.js';
import { refundRejectionSchema } from '../../contract/refund.js';
import { refusalCaseSchema } from '../../contract/refusal.js';

const page = readFileSync(new URL('../../docs/journeys.md', import.meta.url), 'utf8');

/** What the table below a heading explains, by the code words of its first column. */
function explainedBelow(heading: string): string[] {
  const [, part = ''] = page.split(`### ${heading}\n`);
  const [table = ''] = part.split(/^#/m);
  const cells = [...table.matchAll(/^\| (`.*?) \| \S/gm)].slice(1).map(([, cell]) => cell ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? ''));
}

/** Those that none of DOKU's answers is behind. */
const OURS = [
  ...['not-bound', 'number-used-otherwise', 'no-answer', 'unsendable'],
  ...['cancelled', 'ended-before', 'journey-ended'],
];

describe('the handbook explains each code once, and no other', () => {
  for (const [heading, codes] of [
    ['Why a purchase ended', purchaseEndReasonSchema.options],
    ['Why a refund was rejected', refundRejectionSchema.options],
    ['Why DOKU refused', [...refusalCaseSchema.options, ...OURS]],
  ] as const)
    test(heading, () => {
      const explained = explainedBelow(heading);
      assert.deepEqual([...explained].sort(), [...codes].sort());
      for (const code of explained) assert.ok(codeWordSchema.safeParse(code).success, code);
    });
});
