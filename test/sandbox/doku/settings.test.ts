import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as z from 'zod';
import { sandboxOptionsSchema } from '../../../sandbox/doku/settings.js';
import { serverCertificate } from '../../setting/certificates.js';
import { ecPair, encryptedPrivateKey, pssPair, rsaPair } from '../../setting/key-pairs.js';

const pair = rsaPair();
const NOTIFY = 'http://127.0.0.1:8082/v1.0/debit/notify';

const REFUSED: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ['a blank port', { port: ' ' }, /^port: must be a whole number from 0 to 65535$/],
  ['a port out of range', { port: '70000' }, /^port: /],
  ['a host with its port', { host: '127.0.0.1:4780' }, /^host: must be a host name/],
  ['an address out of range', { host: '300.0.0.1' }, /^host: must be a host name/],
  ['a blank host', { host: ' ' }, /^host: has blanks/],
  ['a client ID in quotes', { clientId: '"BRN-1"' }, /^clientId: has quotes/],
  ['a client ID that no header carries', { clientId: 'BRN-é' }, /^clientId: must be 1 to 36/],
  ['a secret with a line break', { clientSecret: 'SK-secret-1\n' }, /^clientSecret: has blanks/],
  ['a secret with a BOM', { clientSecret: '\u{feff}SK-secret-1' }, /^clientSecret: begins with/],
  [
    'a short merchant key',
    { merchantPublicKey: rsaPair(1024).publicKey },
    /^merchantPublicKey: is RSA of 1024 bits/,
  ],
  [
    'an EC merchant key',
    { merchantPublicKey: ecPair().publicKey },
    /^merchantPublicKey: is a key of type EC/,
  ],
  [
    'a PSS key',
    { dokuPrivateKey: pssPair().privateKey },
    /^dokuPrivateKey: is a key of type RSA-PSS/,
  ],
  ['an encrypted key', { dokuPrivateKey: encryptedPrivateKey() }, /^dokuPrivateKey: is encrypted/],
  ['a public key', { dokuPrivateKey: pair.publicKey }, /^dokuPrivateKey: is a public key/],
  [
    'a certificate',
    { dokuPrivateKey: serverCertificate().cert },
    /^dokuPrivateKey: is a certificate/,
  ],
  [
    "the merchant's key as DOKU's",
    { merchantPublicKey: pair.publicKey, dokuPrivateKey: pair.privateKey },
    /^dokuPrivateKey: is the merchant's own/,
  ],
  ['a login', { notifyUrl: 'http://me:pw@127.0.0.1/notify' }, /^notifyUrl: must be an http/],
  [
    'equal notification paths',
    { notifyUrl: NOTIFY, notifyTokenUrl: NOTIFY },
    /^notifyTokenUrl: is where notifications go too/,
  ],
  [
    'notifications at the path of tokens',
    { notifyUrl: 'http://127.0.0.1/authorization/v1/access-token/b2b' },
    /^notifyTokenUrl: is where/,
  ],
];

describe("the sandbox's settings", () => {
  for (const [what, options, mistake] of REFUSED) {
    test(`refuse ${what} by name, never with its value`, () => {
      const { error } = sandboxOptionsSchema.safeParse(options);
      assert.ok(error instanceof z.ZodError, 'it was taken');
      const mistakes = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      assert.equal(mistakes.length, 1, mistakes.join('\n'));
      assert.match(mistakes[0] ?? '', mistake);
      assert.doesNotMatch(mistakes[0] ?? '', /secret-1|BEGIN|70000|:pw@/);
    });
  }

  test('take what works, as numbers and as a shell writes it', () => {
    for (const options of [
      {},
      { port: 0, host: '::1' },
      { port: '4780', host: '0.0.0.0', publicUrl: 'http://localhost:4780' },
      { host: 'sandbox', clientId: 'BRN-1', clientSecret: 'SK-12345' },
      { merchantPublicKey: pair.publicKey, dokuPrivateKey: rsaPair().privateKey },
      { notifyUrl: NOTIFY },
    ])
      assert.equal(sandboxOptionsSchema.safeParse(options).error, undefined);
  });
});
