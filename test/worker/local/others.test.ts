import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesIn } from '../../../worker/local/others.js';

test('what is told of a journey says why it needs attention, and what to check', () => {
  const details = [
    '## Transfer T-1, IDR 7000.00',
    '**needs-attention**',
    '**Needs attention:** DOKU does not say what became of it',
    "- [ ] Look up T-1 in DOKU's back office: did it go out?",
    'Send update `resolve` with one of: completed, failed.',
    '- 2026-11-28T01:39:19.008Z Payment: no answer',
  ];
  assert.deepEqual(
    entriesIn(details.join('\n\n')).map(({ step }) => step),
    [
      'Transfer T-1, IDR 7000.00',
      'needs attention: DOKU does not say what became of it',
      "to be checked: Look up T-1 in DOKU's back office: did it go out?",
      'Payment: no answer',
    ],
  );
});
