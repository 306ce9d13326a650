import assert from 'node:assert/strict';
import { createHash, createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  asymmetricSignature,
  symmetricSignature,
  verifyAsymmetricSignature,
  verifySymmetricSignature,
} from '../../../activities/snap/index.js';
import { minified } from '../../../activities/snap/json-text.js';

const VECTOR = {
  method: 'POST',
  path: '/snap-adapter/b2b2c/v1.0/balance-inquiry',
  accessToken: 'b2b-access-token-0001',
  body: '{"partnerReferenceNo":"INV-0001"}',
  timestamp: '2024-01-15T10:00:00+07:00',
  clientSecret: 'SK-sandbox-secret-0001',
};

describe('symmetric signature', () => {
  test('signs the published vectors', () => {
    assert.equal(
      symmetricSignature(VECTOR),
      '0IsNfX/QZyv6n0DUz/9YfNqwfs/LaRnXtOqaB1Ymc4NcZdZBnD3O0T2Dyfx3MiEFCrOT9h3Es4ItVX2lVLC+kw==',
    );
    const registration = {
      ...VECTOR,
      path: '/snap-adapter/b2b/v1.0/registration-account-creation',
      body: '{"partnerReferenceNo":"REG-0001","email":"budi@example.com","name":"Budi  Santoso","phoneNo":"6281234567890","redirectUrl":"https://merchant.example/cb?x=1&y=2"}',
    };
    assert.equal(
      symmetricSignature(registration),
      '+/SsoSgiz8Xm0/MPVkPtyXEUNH6gtJASRjdkSaEo/jKprsx7y5WLrjQBB9a87fdKrkTjo0Ew+os13rKtOFCBMw==',
    );
  });

  test("keeps white space inside values, as DOKU's own body hash shows", () => {
    const body =
      '{"partnerServiceId":"  088899","customerNo":"12345678901234567890","virtualAccountNo":"  08889912345678901234567890","virtualAccountName":"Jokul Doe","virtualAccountEmail":"jokul@email.com","virtualAccountPhone":"6281828384858","trxId":"abcdefgh1234","totalAmount":{"value":"12345678.00","currency":"IDR"}}';
    const hash = createHash('sha256')
      .update(minified(body.replaceAll(',"', ' ,\n\t"')))
      .digest('hex');
    assert.equal(hash, '3274fab8dac896837b106a16da2a974e7e65142dcecb4b768ef0294102838977');
  });

  const isTaken = (signed: string | Uint8Array, body: string | Uint8Array) =>
    verifySymmetricSignature({
      ...VECTOR,
      body,
      signature: symmetricSignature({ ...VECTOR, body: signed }),
    });

  test('verifies what was signed with other white space and other escapes', () => {
    const body = '{ "a" : 1.0, "b" : "x\\u0041  y" , "c": "http:\\/\\/x/\\u00e9" }';
    for (const signed of [
      body,
      '{"a":1.0,"b":"x\\u0041  y","c":"http:\\/\\/x/\\u00e9"}',
      '{"a":1.0,"b":"xA  y","c":"http://x/é"}',
      '{"a":1.0,"b":"xA  y","c":"http:\\/\\/x\\/é"}',
      '{"a":1.0,"b":"xA  y","c":"http://x/\\u00e9"}',
      '{"a":1.0,"b":"xA  y","c":"http:\\/\\/x\\/\\u00e9"}',
    ]) {
      assert.equal(isTaken(signed, body), true, signed);
      assert.equal(isTaken(Buffer.from(signed), Buffer.from(body)), true, signed);
    }
  });

  test('refuses numbers that are not those signed, though one double stands for both', () => {
    for (const [signed, received] of [
      ['{"a":12345678901234567000}', '{"a":12345678901234567891}'],
      ['{"a":1}', '{"a":1.0}'],
      ['{"a":10000}', '{"a":1e4}'],
      ['{"a":0}', '{"a":-0}'],
      ['{"a":0.1}', '{"a":0.1000000000000000001}'],
    ] as const) {
      assert.equal(isTaken(signed, received), false, received);
      assert.equal(isTaken(received, ` ${received}`), true, received);
    }
  });

  test('hashes bytes as they are, also those that are no text', () => {
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
    assert.equal(isTaken(bytes, bytes), true);
    assert.equal(isTaken(bytes.toString('utf8'), bytes), false);
    assert.equal(isTaken('\ufeff{}', Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])), true);
    assert.equal(isTaken('{}', Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])), false);
  });

  test('takes Base64 in its one canonical form only', () => {
    const signature = symmetricSignature(VECTOR) ?? '';
    assert.ok(signature.endsWith('kw=='));
    for (const other of [
      signature.slice(0, -2),
      signature.replace('kw==', 'kx=='),
      ` ${signature}`,
      `${signature} `,
      `${signature}\n`,
      `${signature}!`,
      `${signature}====`,
      signature.replaceAll('/', '_').replaceAll('+', '-'),
      `${signature.slice(0, 40)}\n${signature.slice(40)}`,
    ])
      assert.equal(verifySymmetricSignature({ ...VECTOR, signature: other }), false, other);
  });

  test('refuses another body, path, token, time or secret', () => {
    const signature = symmetricSignature(VECTOR);
    assert.equal(verifySymmetricSignature({ ...VECTOR, signature }), true);
    for (const other of [
      { body: '{"partnerReferenceNo":"INV-0002"}' },
      { path: '/snap-adapter/b2b2c/v1.0/debit/status' },
      { accessToken: 'other' },
      { timestamp: '2024-01-15T10:00:01+07:00' },
      { clientSecret: 'SK-other' },
      { method: 'GET' },
    ]) {
      assert.equal(
        verifySymmetricSignature({ ...VECTOR, signature, ...other }),
        false,
        JSON.stringify(other),
      );
    }
  });

  test('refuses a body that names a member twice, at any depth and however it is written', () => {
    for (const body of [
      '{"a":1,"a":2}',
      '{"x":{"a":1,"b":[],"a":2}}',
      '{"a":1,"\\u0061":2}',
      '[{"a":1},{"a":1,"a":1}]',
      `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)},"a":1}`,
    ]) {
      const signature = symmetricSignature({ ...VECTOR, body });
      assert.equal(verifySymmetricSignature({ ...VECTOR, body, signature }), false, body);
    }
    for (const body of [
      '{"a":{"a":1},"b":{"a":"a"}}',
      '[{"a":1},{"a":1}]',
      '{"a":"a\\",\\"a"}',
      '',
    ]) {
      const signature = symmetricSignature({ ...VECTOR, body });
      assert.equal(verifySymmetricSignature({ ...VECTOR, body, signature }), true, body);
    }
  });

  test('signs and verifies bytes as it does the text that they are', () => {
    const body = '{"name":"Wéi 👛"}';
    const signature = symmetricSignature({ ...VECTOR, body });
    const bytes = new TextEncoder().encode(body);
    const clientSecret = Buffer.from(VECTOR.clientSecret);
    assert.equal(symmetricSignature({ ...VECTOR, clientSecret, body: bytes }), signature);
    for (const received of [body, bytes, Buffer.from(`${body} `)])
      assert.equal(verifySymmetricSignature({ ...VECTOR, body: received, signature }), true);
    const raw = Buffer.from(signature ?? '', 'base64');
    assert.equal(verifySymmetricSignature({ ...VECTOR, body, signature: raw }), true);
    const twice = Buffer.from('{"a":1,"a":2}');
    const ofTwice = symmetricSignature({ ...VECTOR, body: twice });
    assert.equal(
      verifySymmetricSignature({ ...VECTOR, body: twice, signature: ofTwice }),
      false,
      'a member twice, in bytes',
    );
  });

  test('tells bytes that are no UTF-8 from others that would be read alike', () => {
    const [one, other] = [0xfe, 0xff].map((byte) => Buffer.from([0x22, byte, 0x22])) as [
      Buffer,
      Buffer,
    ];
    const signature = symmetricSignature({ ...VECTOR, body: one });
    assert.equal(verifySymmetricSignature({ ...VECTOR, body: one, signature }), true);
    assert.equal(verifySymmetricSignature({ ...VECTOR, body: other, signature }), false);
  });

  test('neither signs nor verifies with an empty secret', () => {
    for (const clientSecret of ['', new Uint8Array()]) {
      assert.equal(symmetricSignature({ ...VECTOR, clientSecret }), undefined);
      const signed = `POST:${VECTOR.path}:${VECTOR.accessToken}:${createHash('sha256').update(VECTOR.body).digest('hex')}:${VECTOR.timestamp}`;
      const signature = createHmac('sha512', '').update(signed).digest('base64');
      assert.equal(verifySymmetricSignature({ ...VECTOR, clientSecret, signature }), false);
    }
  });

  test('never throws, and signs nothing where a part is missing', () => {
    for (const odd of [undefined, null, 7, {}, [], Symbol('x')] as never[]) {
      assert.equal(symmetricSignature(odd), undefined);
      assert.equal(verifySymmetricSignature(odd), false);
      for (const part of [...Object.keys(VECTOR), 'signature']) {
        const input = { ...VECTOR, signature: 'AAAA', [part]: odd };
        assert.equal(verifySymmetricSignature(input), false, part);
        if (part !== 'signature') assert.equal(symmetricSignature(input), undefined, part);
      }
    }
  });

  test('answers garbage with false and never throws', () => {
    const deep = '['.repeat(200_000);
    for (const body of [deep, '{"', '\u0000', '"\\', `{"a":${'{"b":'.repeat(50_000)}`]) {
      for (const signature of ['', 'not base64 !', 'AAAA']) {
        assert.equal(verifySymmetricSignature({ ...VECTOR, body, signature }), false);
      }
    }
  });
});

describe('asymmetric signature', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signed = { clientId: 'BRN-0233-1677740003693', timestamp: '2024-01-15T10:00:00+07:00' };

  test('is the same from a parsed key and from PEM, and verifies', () => {
    const signature = asymmetricSignature({ ...signed, privateKey });
    assert.equal(asymmetricSignature({ ...signed, privateKey: pem }), signature);
    assert.equal(verifyAsymmetricSignature({ ...signed, publicKey, signature }), true);
    assert.equal(
      verifyAsymmetricSignature({ ...signed, publicKey: createPublicKey(pem), signature }),
      true,
    );
  });

  test('is refused for another client, another time, and as garbage', () => {
    const signature = asymmetricSignature({ ...signed, privateKey });
    assert.equal(
      verifyAsymmetricSignature({ ...signed, clientId: 'x', publicKey, signature }),
      false,
    );
    assert.equal(
      verifyAsymmetricSignature({ ...signed, timestamp: 'x', publicKey, signature }),
      false,
    );
    assert.equal(
      verifyAsymmetricSignature({ ...signed, publicKey: 'not a key', signature }),
      false,
    );
    assert.equal(verifyAsymmetricSignature({ ...signed, publicKey, signature: '!' }), false);
    for (const other of [`${signature}\n`, `${signature}`.replace(/=+$/, ''), `${signature}!`])
      assert.equal(verifyAsymmetricSignature({ ...signed, publicKey, signature: other }), false);
  });

  test('takes keys and signatures as bytes', () => {
    const signature = asymmetricSignature({ ...signed, privateKey: new TextEncoder().encode(pem) });
    const spki = publicKey.export({ type: 'spki', format: 'pem' });
    const raw = Buffer.from(signature ?? '', 'base64');
    assert.equal(
      verifyAsymmetricSignature({
        ...signed,
        publicKey: new TextEncoder().encode(spki.toString()),
        signature: raw,
      }),
      true,
    );
  });

  test('never throws, and signs with nothing but an RSA key', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    const odd = [undefined, null, 7, {}, [], '', new Uint8Array(), 'no key'] as never[];
    for (const key of [...odd, ec.privateKey, pss.privateKey])
      assert.equal(asymmetricSignature({ ...signed, privateKey: key }), undefined);
    for (const key of [...odd, ec.publicKey, pss.publicKey])
      assert.equal(
        verifyAsymmetricSignature({ ...signed, publicKey: key, signature: 'AAAA' }),
        false,
      );
    for (const each of odd) {
      assert.equal(asymmetricSignature(each), undefined);
      assert.equal(verifyAsymmetricSignature(each), false);
      if (typeof each === 'string') continue;
      assert.equal(asymmetricSignature({ ...signed, privateKey, clientId: each }), undefined);
      assert.equal(asymmetricSignature({ ...signed, privateKey, timestamp: each }), undefined);
      assert.equal(verifyAsymmetricSignature({ ...signed, publicKey, signature: each }), false);
    }
  });
});
