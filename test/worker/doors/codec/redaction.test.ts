import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { payloadsIn } from '../../../../worker/doors/codec/payloads.js';
import { readablePayloads } from '../../../../worker/doors/codec/reading.js';
import { Redaction } from '../../../../worker/doors/codec/redaction.js';
import { EncryptingPayloadCodec, payloadKeysOf } from '../../../../worker/temporal/encryption.js';
import { REPLAY_KEYS } from '../../../replay/key.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const filesIn = (folder: string, ending: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(path.join(ROOT, folder, name), 'utf8'));

describe('what a story shows', () => {
  const told = (value: unknown) => new Redaction(false).of(value);
  const toldToMore = (value: unknown) => new Redaction(true).of(value);

  test('is what happened to the money, in full', () => {
    const story = {
      partnerReferenceNo: 'INV-20261127-JakartaSelatan-0000001',
      amount: { value: '25000.00', currency: 'IDR' },
      status: 'needs-attention',
      responseCode: '4040415',
      paidTime: '2026-11-26T09:09:56+07:00',
      otpWithin: '10 minutes',
      triesLeft: 2,
      told: ['DOKU says success 25000.00', 'seen at 2026-11-26T09:09:56+07:00'],
      customerId: 'customer-1001',
    };
    assert.deepEqual(told(story), story);
    const details = '**Purchase INV-1** IDR 25000.00\n\n- 09:10 the customer paid\n';
    assert.equal(told(details), details);
    assert.deepEqual(told(['bound', '2026-11-26T02:09:56.000Z']), [
      'bound',
      '2026-11-26T02:09:56.000Z',
    ]);
  });

  test('holds no token, code or OTP for anybody, wherever it stands', () => {
    const secrets = {
      accessToken: 'A-1',
      refreshToken: 'R-1',
      authCode: 'C-1',
      otp: 123456,
      rawQuery: '?authCode=C-1',
      held: { binding: { accountId: '1140340015' }, customerToken: { value: 'A-1' } },
    };
    for (const shown of [told(secrets), toldToMore(secrets)])
      assert.doesNotMatch(JSON.stringify(shown), /A-1|R-1|C-1|123456/);
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
    const opaque = 'aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gH3';
    const texts = {
      reason: `DOKU refused ${jwt} of Bearer abc, and token=${jwt}`,
      note: opaque,
      workflowId: jwt,
    };
    for (const shown of [told(texts), toldToMore(texts)])
      assert.doesNotMatch(JSON.stringify(shown), /eyJ|abc|aB3d/);
    // An activity's result may be the code itself.
    for (const alone of ['9839aad2-ee15-400e-9aa0-e08d00807d47', 'code1', '123456', [['C-1']]])
      assert.doesNotMatch(JSON.stringify(toldToMore(alone)), /9839|code1|1234|C-1/);
  });

  test('holds no page that is good for whoever has its address', () => {
    const page = 'https://pay.doku.example/checkout?token=T-1';
    assert.equal(toldToMore(`Open ${page} now`), 'Open https://pay.doku.example/… now');
    assert.deepEqual(toldToMore({ webRedirectUrl: page, next: { url: `${page}#x` } }), {
      webRedirectUrl: 'https://pay.doku.example/…',
      next: { url: 'https://pay.doku.example/…' },
    });
  });

  test('holds no digest by which what is hidden could be guessed', () => {
    const digest = 'pkVkjucd1XL0gDmUSuGD50FrIf9tQgF95d6mY1a-y20';
    const digests = {
      inputDigest: digest,
      input_digest: digest,
      memo: { rowsDigest: digest },
      digest,
      claims: [{ part: 'batch/B-1/part/0', digests: digest }, { digests: [digest] }],
    };
    assert.ok(!JSON.stringify(told(digests)).includes(digest), JSON.stringify(told(digests)));
    assert.ok(!JSON.stringify([told(digest), told([digest])]).includes(digest), 'without a name');
    assert.deepEqual(toldToMore(digests), digests);
  });

  test('holds what is a person’s for those who may see it only', () => {
    const person = {
      customer: { name: 'Budi Santoso', phoneNo: '6281299990000', email: 'b@example.com' },
      beneficiaryAccountNumber: '8377388292',
      beneficiaryAccountName: 'BUDI SANTOSO',
      accountId: '1140340015',
      formerAccountIds: ['1140340012'],
      note: 'called 0812-9999-0000, wrote to b@example.com',
    };
    assert.deepEqual(toldToMore(person), person);
    assert.deepEqual(told(person), {
      customer: { name: '…', phoneNo: '…', email: '…' },
      beneficiaryAccountNumber: '…',
      beneficiaryAccountName: '…',
      accountId: '…',
      formerAccountIds: '…',
      note: 'called …, wrote to …',
    });
  });

  test('holds no phone number or e-mail, however it is written', () => {
    for (const written of [
      ...['(0812) 3456-7890', '+62(812)34567890', '+62 (0)812 3456 7890', '0812/3456/7890'],
      ...['0812  3456  7890', '0812_3456_7890', '0812\u20143456\u20147890', '08123456789x'],
      ...['wa08123456789', '\uff10\uff18\uff11\uff1234567890', 'siti\uff20example.com'],
    ])
      assert.doesNotMatch(
        JSON.stringify(told({ note: `to ${written} now` })),
        /3456|siti/,
        written,
      );
    assert.deepEqual(told({ to: [6281234567890, 81234567890] }), { to: ['\u2026', '\u2026'] });
    const harmless = {
      ms: 86_400_000,
      at: 1_795_881_600_000,
      note: 'run 08123456-7890-4abc-8def-081234567890',
    };
    assert.deepEqual(told(harmless), harmless);
    assert.deepEqual(toldToMore({ to: 6281234567890 }), { to: 6281234567890 });
  });

  test('holds no DOKU account that a text tells, in any of a journey’s texts', () => {
    const details =
      '## Wallet\n\n**bound**\n\n- 09:10 bound to DOKU account 1140340010\n- 09:11 bound to DOKU account abc';
    assert.equal(
      told(details),
      '## Wallet\n\n**bound**\n\n- 09:10 bound to DOKU account …\n- 09:11 bound to DOKU account …',
    );
    assert.equal(toldToMore(details), details);
    for (const text of ['the DOKU account is bound', 'not bound to the DOKU account that is meant'])
      assert.deepEqual(told({ note: text }), { note: text });
    const templates = filesIn('workflows', '.ts').flatMap((source) =>
      [...source.matchAll(/`([^`]*\$\{[^}]*accountId\}[^`]*)`/gi)].map(([, text = '']) => text),
    );
    assert.ok(templates.length >= 2);
    for (const template of templates) {
      const text = template.replaceAll(/\$\{[^}]*\}/g, '1140340010');
      assert.doesNotMatch(JSON.stringify(told({ note: text })), /1140340010/, template);
    }
  });

  test('has the names of a workflow’s own messages, as the Temporal UI lists them', () => {
    const metadata = {
      definition: {
        type: 'openAccount',
        updateDefinitions: [{ name: 'submitOtp', description: 'Takes the OTP.' }],
      },
    };
    assert.deepEqual(told(metadata), metadata);
  });

  test('holds nothing of a field that the code calls secret, in any room', () => {
    const fields = ['contract', 'activities', 'workflows'].flatMap((room) =>
      filesIn(room, '.ts').flatMap((text) =>
        [...text.matchAll(/\/\*\*[^*/]*\bSecret\b[^/]*?\*\/\s+(?:readonly )?(\w+)[?]?: /g)].map(
          ([, name = '']) => name,
        ),
      ),
    );
    for (const name of ['otp', 'accessToken', 'authCode', 'phoneNo', 'email'])
      assert.ok(fields.includes(name), name);
    for (const name of fields) assert.deepEqual(told({ [name]: 'x' }), { [name]: '…' }, name);
  });

  test('takes a payload of 1 MiB at its worst without a halt', () => {
    const length = 1024 * 1024;
    const worst = [
      'a',
      '@',
      'a@',
      '0812 ',
      '08   1__',
      '62-8',
      'eyJ',
      'http://',
      'Bearer ',
      'to DOKU account ',
      '8 ',
      '"',
      '(',
      ' ',
    ];
    for (const piece of worst) {
      const text = piece.repeat(length / piece.length);
      const began = performance.now();
      told({ note: text, reference: text });
      told(text);
      assert.ok(performance.now() - began < 2_000, piece);
    }
    const many = told(Array.from({ length: 300_000 }, () => ({ note: 'seen' })));
    assert.match(JSON.stringify(many), /^\[\{"note":"seen"\}.*"…"\]$/);
    let deep: unknown = 'x';
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    assert.match(JSON.stringify(told(deep)), /…/);
  });
});

/** Every payload in something that holds some. */
function payloadsWithin(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('metadata' in value && 'data' in value) return [value];
  return Object.values(value).flatMap(payloadsWithin);
}

test('recorded histories are read without a secret in them, and without a person but by the role', async () => {
  const codec = new EncryptingPayloadCodec(payloadKeysOf(REPLAY_KEYS));
  const payloads = filesIn('test/replay/histories', '.json')
    .flatMap((text) => payloadsWithin(JSON.parse(text)))
    .flatMap((payload) => payloadsIn({ payloads: [payload] }));
  const textOf = async (mayReadPersonalData: boolean) =>
    (await readablePayloads(payloads, { codec, mayReadPersonalData }))
      .map(({ data }) => Buffer.from(data ?? []).toString())
      .join('\n');
  // Temporal's own are not encrypted.
  const encrypted = payloads.filter(({ metadata }) =>
    /^binary\/(?:encrypted|sealed)$/.test(String(Buffer.from(metadata?.encoding ?? []))),
  );
  const raw = (await codec.decode(encrypted))
    .map(({ data }) => Buffer.from(data ?? []).toString())
    .join('\n');
  const [stories, personal] = [await textOf(false), await textOf(true)];

  const valuesOf = (name: string) =>
    [...raw.matchAll(new RegExp(`"${name}":"([^"]{4,})"`, 'g'))].map(([, value = '']) => value);
  const secrets = ['otp', 'authCode', 'accessToken', 'refreshToken'].flatMap(valuesOf);
  const persons = ['phoneNo', 'email', 'beneficiaryAccountNumber', 'accountId'].flatMap(valuesOf);
  assert.ok(secrets.length > 50 && persons.length > 50);
  for (const secret of new Set(secrets)) {
    // Six digits of an OTP occur in amounts and times by chance.
    const needle = /^\d+$/.test(secret) ? `"${secret}"` : secret;
    assert.ok(!stories.includes(needle) && !personal.includes(needle), needle);
  }
  for (const person of new Set(persons)) {
    assert.ok(!stories.includes(person), person);
    assert.ok(personal.includes(person), person);
  }
  assert.doesNotMatch(personal, /\/pages\/|token=/);
});
