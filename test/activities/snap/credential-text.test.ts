import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  mistakeInAuthCodeSecret,
  mistakeInClientId,
  mistakeInSecret,
} from '../../../activities/snap/credential-text.js';
import { createTokenClient, snapSettings } from '../../../activities/snap/index.js';
import { rsaPair } from '../../setting/key-pairs.js';

/** How copying, an editor or a shell spoils a text. */
const SPOILED: readonly (readonly [string, (text: string) => string, RegExp])[] = [
  ['a blank before it', (text) => ` ${text}`, /^has blanks or line breaks around it/],
  ['a blank after it', (text) => `${text}\t`, /^has blanks or line breaks around it/],
  ['a line break after it', (text) => `${text}\r\n`, /^has blanks or line breaks around it/],
  ['a blank without width', (text) => `${text}\u{200b}`, /^has blanks or line breaks around it/],
  ['a NUL after it', (text) => `${text}\0`, /^has blanks or line breaks around it/],
  ['double quotes', (text) => `"${text}"`, /^has quotes around it/],
  ['single quotes', (text) => `'${text}'`, /^has quotes around it/],
  ["a typographer's quotes", (text) => `“${text}”`, /^has quotes around it/],
  ['a byte order mark', (text) => `\u{feff}${text}`, /^begins with a byte order mark/],
  ['only blanks', () => ' \n', /^is blank$/],
];

describe("a credential's text", () => {
  for (const [what, spoil, mistake] of SPOILED) {
    test(`is refused with ${what}`, () => {
      assert.match(mistakeInClientId(spoil('BRN-1')) ?? 'taken', mistake);
      assert.match(mistakeInSecret(spoil('SK-1')) ?? 'taken', mistake);
      assert.match(mistakeInAuthCodeSecret(spoil('0123456789abcdef')) ?? 'taken', mistake);
    });
  }

  test('is refused where it is another credential, or no header could carry it', () => {
    assert.match(mistakeInClientId('SK-secret') ?? '', /^is a client secret/);
    for (const text of ['BRN 1', 'BRN-é', 'B'.repeat(37), 'BRN\n1'])
      assert.match(mistakeInClientId(text) ?? 'taken', /^must be 1 to 36 ASCII/);
    assert.match(mistakeInSecret(rsaPair().privateKey.trimEnd()) ?? 'taken', /^is a key in PEM/);
    assert.match(mistakeInSecret('SK-1\nSK-2') ?? 'taken', /^has a line break/);
    assert.match(mistakeInAuthCodeSecret('short') ?? 'taken', /^must be 16, 24 or 32 bytes/);
  });

  test('is taken as DOKU gives it', () => {
    assert.equal(mistakeInClientId('BRN-0233-1677740003693'), undefined);
    assert.equal(mistakeInSecret('SK-9vGhZ+/=_x'), undefined);
    assert.equal(mistakeInAuthCodeSecret('0123456789abcdef'), undefined);
  });

  test('is refused by name when a client is made with it, and never with its value', () => {
    const { privateKey } = rsaPair();
    const settings = snapSettings();
    const made = (credentials: { clientId: string; privateKey: string }) => () =>
      createTokenClient({ settings, credentials });
    assert.throws(made({ clientId: 'BRN-1', privateKey: 'gXz' }), /^RangeError: privateKey: must/);
    assert.throws(made({ clientId: ' gXz', privateKey }), /^RangeError: clientId: has blanks/);
  });

  test('is signed with for DOKU alone: nothing is made while no certificate is verified', () => {
    const { privateKey } = rsaPair();
    const credentials = { clientId: 'BRN-1', privateKey };
    const madeFor = (baseUrl: string) => () =>
      createTokenClient({ settings: snapSettings({ baseUrl }), credentials });
    const { NODE_TLS_REJECT_UNAUTHORIZED } = process.env;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      assert.throws(madeFor('https://api.doku.com'), /^RangeError: NODE_TLS_REJECT_UNAUTHORIZED/);
      assert.doesNotThrow(madeFor('https://127.0.0.1:4780'));
    } finally {
      if (NODE_TLS_REJECT_UNAUTHORIZED === undefined)
        delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });
});
