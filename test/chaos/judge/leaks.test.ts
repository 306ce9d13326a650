import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Leaks } from './leaks.js';

const SECRETS = [
  {
    kind: 'token',
    text: `eyJhbGciOiJSUzI1NiJ9.${'a'.repeat(400)}.the-signature-of-this-one-token`,
  },
  { kind: 'phone number', text: '81234567890' },
  { kind: 'OTP', text: '260679' },
] as const;

test('a secret is found wherever it is, and told without itself', () => {
  const leaks = new Leaks(SECRETS);
  leaks.look('a log', `Bearer ${SECRETS[0].text}"`);
  leaks.look('a history', 'wallet/c-6281234567890/…');
  leaks.look('an error', 'the OTP 260679 is wrong');
  assert.deepEqual(leaks.found, [
    'a log holds: token',
    'a history holds: phone number',
    'an error holds: OTP',
  ]);
});

test('a number that happens to hold the same digits is none', () => {
  const leaks = new Leaks(SECRETS);
  leaks.look('a log', '2026-11-27T17:12:44.260679Z seq 12606791 a260679b');
  assert.deepEqual(leaks.found, []);
});
