import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  areOfOneKey,
  mistakeInPrivateKey,
  mistakeInPublicKey,
} from '../../../activities/snap/rsa-key.js';
import { serverCertificate } from '../../setting/certificates.js';
import {
  ecPair,
  encryptedPrivateKey,
  pssPair,
  rsaPair,
  rsaPairInPkcs1,
} from '../../setting/key-pairs.js';

const good = rsaPair();
const pkcs1 = rsaPairInPkcs1();

/** What is no private key of ours, what it is told to be, and what to do about it. */
const NO_PRIVATE_KEY: readonly (readonly [string, string, RegExp])[] = [
  [
    'RSA of 1024 bits',
    rsaPair(1024).privateKey,
    /^is RSA of 1024 bits, .*: make one with "openssl/,
  ],
  ['an EC key', ecPair().privateKey, /^is a key of type EC, .*: make one with "openssl/],
  ['a PSS key', pssPair().privateKey, /^is an RSA-PSS key, .*: make one with "openssl/],
  ['a certificate', serverCertificate().cert, /^is a certificate: give the private key/],
  ['an encrypted key', encryptedPrivateKey(), /^is encrypted, .*: decrypt it with "openssl pkey/],
  ['a public key', good.publicKey, /^is a public key: give the private key/],
  ['a public key in PKCS#1', pkcs1.publicKey, /^is a public key: give the private key/],
  ['a byte order mark', `\u{feff}${good.privateKey}`, /^begins with a byte order mark: save it/],
  ['a blank before it', ` ${good.privateKey}`, /^has blanks or line breaks around it/],
  ['a blank after it', `${good.privateKey} `, /^has blanks or line breaks around it/],
  ['a line break before it', `\n${good.privateKey}`, /^has blanks or line breaks around it/],
  ['quotes', `"${good.privateKey.trimEnd()}"`, /^has quotes around it/],
  ['\\n for line breaks', good.privateKey.replaceAll('\n', '\\n'), /^has \\n in it/],
  ['one line', good.privateKey.trimEnd().replaceAll('\n', ' '), /^has lost its line breaks/],
  ['nothing', '', /^is blank$/],
  ['other text', 'no key', /^must be an RSA private key in PEM$/],
];

const NO_PUBLIC_KEY: readonly (readonly [string, string, RegExp])[] = [
  [
    'RSA of 1024 bits',
    rsaPair(1024).publicKey,
    /^is RSA of 1024 bits, .*: give the RSA public key/,
  ],
  ['an EC key', ecPair().publicKey, /^is a key of type EC, .*: give the RSA public key/],
  ['a PSS key', pssPair().publicKey, /^is an RSA-PSS key, .*: give the RSA public key/],
  ['a private key', good.privateKey, /^is a private key: give the RSA public key/],
  ['an encrypted key', encryptedPrivateKey(), /^is a private key: give the RSA public key/],
  ['a certificate', serverCertificate().cert, /^is a certificate: take its key with "openssl x509/],
  ['quotes', `'${good.publicKey.trimEnd()}'`, /^has quotes around it/],
  ['other text', 'no key', /^must be an RSA public key in PEM$/],
];

describe('a key in PEM', () => {
  for (const [what, pem, mistake] of NO_PRIVATE_KEY)
    test(`of ours: ${what} is refused, and told what to do`, () =>
      assert.match(mistakeInPrivateKey(pem) ?? 'taken', mistake));
  for (const [what, pem, mistake] of NO_PUBLIC_KEY)
    test(`of DOKU's: ${what} is refused, and told what to do`, () =>
      assert.match(mistakeInPublicKey(pem) ?? 'taken', mistake));

  test('is taken in every form that works', () => {
    for (const { privateKey, publicKey } of [good, pkcs1]) {
      for (const written of [privateKey, privateKey.trimEnd(), privateKey.replaceAll('\n', '\r\n')])
        assert.equal(mistakeInPrivateKey(written), undefined);
      for (const written of [publicKey, `${publicKey}\n`])
        assert.equal(mistakeInPublicKey(written), undefined);
    }
  });

  test('is known as our own, however it is written', () => {
    assert.equal(areOfOneKey(good.privateKey, good.publicKey.replaceAll('\n', '\r\n')), true);
    assert.equal(areOfOneKey(good.privateKey, pkcs1.publicKey), false);
  });
});
