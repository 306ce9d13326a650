import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  defaultPayloadConverter,
  type Payload,
  type SerializationContext,
} from '@temporalio/common';
import proto from '@temporalio/proto';
import {
  EncryptingPayloadCodec,
  payloadKeysFrom,
  payloadKeysOf,
  plainPayloadsFrom,
  RefusedPayloadError,
  UnknownPayloadKeyError,
  WrongPayloadKeyError,
} from '../../../worker/temporal/encryption.js';
import { newPayloadKey } from '../../setting/payload-keys.js';

const payloadOf = (value: unknown) => {
  const payload = defaultPayloadConverter.toPayload(value);
  assert.ok(payload);
  return payload;
};

const valuesOf = (payloads: Payload[]) =>
  payloads.map((payload) => defaultPayloadConverter.fromPayload(payload));

describe('the payload codec', () => {
  test('hides what it encrypts, gives it back unchanged, and never writes the same twice', async () => {
    const codec = new EncryptingPayloadCodec(payloadKeysOf(newPayloadKey('k1')));
    const payload = payloadOf({ otp: '123456' });
    const [first, second] = await codec.encode([payload, payload]);
    assert.ok(first && second);
    assert.notDeepEqual(first.data, second.data);
    assert.ok(!Buffer.from(first.data ?? []).includes('123456'));
    const [decoded] = await codec.decode([first]);
    assert.deepEqual(decoded && defaultPayloadConverter.fromPayload(decoded), { otp: '123456' });
  });

  test('reads what an older key wrote after a rotation, and names a key it does not have', async () => {
    const [old, current] = [newPayloadKey('2025'), newPayloadKey('2026')];
    const [written] = await new EncryptingPayloadCodec(payloadKeysOf(old)).encode([payloadOf('x')]);
    assert.ok(written);
    const rotated = new EncryptingPayloadCodec(payloadKeysOf(`${current},${old}`));
    const [read] = await rotated.decode([written]);
    assert.equal(read && defaultPayloadConverter.fromPayload(read), 'x');
    const [anew] = await rotated.encode([payloadOf('y')]);
    assert.equal(Buffer.from(anew?.metadata?.['encryption-key-id'] ?? []).toString(), '2026');
    await assert.rejects(
      new EncryptingPayloadCodec(payloadKeysOf(current)).decode([written]),
      (error) => error instanceof UnknownPayloadKeyError && error.keyId === '2025',
    );
  });

  test('refuses a payload that was tampered with or passed off as of another key', async () => {
    const keys = payloadKeysOf(`${newPayloadKey('a')},${newPayloadKey('b')}`);
    const codec = new EncryptingPayloadCodec(keys);
    const [payload] = await codec.encode([payloadOf('x')]);
    assert.ok(payload?.data);
    const tampered = Buffer.from(payload.data);
    tampered[tampered.length - 20] = (tampered[tampered.length - 20] ?? 0) ^ 1;
    await assert.rejects(codec.decode([{ ...payload, data: tampered }]), WrongPayloadKeyError);
    const other = { ...payload.metadata, 'encryption-key-id': Buffer.from('b') };
    await assert.rejects(codec.decode([{ ...payload, metadata: other }]), WrongPayloadKeyError);
  });

  const workflow = (workflowId: string, namespace = 'default'): SerializationContext => ({
    type: 'workflow',
    namespace,
    workflowId,
  });
  const activity = (activityId: string): SerializationContext => ({
    type: 'activity',
    namespace: 'default',
    workflowId: 'wallet/a',
    activityId,
    isLocal: false,
  });

  test('refuses a payload anywhere but where it was encrypted for', async () => {
    const codec = new EncryptingPayloadCodec(payloadKeysOf(newPayloadKey()));
    for (const place of [workflow('wallet/a'), activity('1')]) {
      const payloads = await codec.encode([payloadOf('x')], place);
      assert.deepEqual(valuesOf(await codec.decode(payloads, place)), ['x']);
      for (const other of [
        workflow('wallet/b'),
        workflow('wallet/a', 'production'),
        activity('2'),
        ...(place.type === 'activity' ? [workflow('wallet/a')] : [activity('1')]),
      ]) {
        await assert.rejects(codec.decode(payloads, other), {
          name: 'RefusedPayloadError',
          message: 'a payload is encrypted for another workflow',
        });
      }
    }
    const unbound = await codec.encode([payloadOf('x')]);
    await assert.rejects(codec.decode(unbound, workflow('wallet/a')), RefusedPayloadError);
  });

  test('is read anywhere by tools that show histories, and nowhere else once its place is changed', async () => {
    const codec = new EncryptingPayloadCodec(payloadKeysOf(newPayloadKey()));
    const [mine] = await codec.encode([payloadOf('x')], activity('7'));
    const [theirs] = await codec.encode([payloadOf('y')], workflow('wallet/b'));
    assert.ok(mine?.data && theirs?.data);
    assert.deepEqual(valuesOf(await codec.decode([mine, theirs])), ['x', 'y']);
    const data = Buffer.from(mine.data);
    Buffer.from(theirs.data).copy(data, 17, 17, 29);
    for (const place of [workflow('wallet/b'), undefined])
      await assert.rejects(codec.decode([{ ...mine, data }], place), WrongPayloadKeyError);
  });

  test('still reads what was written before payloads were bound, with tags of 16 bytes only', async () => {
    const key = randomBytes(32);
    const codec = new EncryptingPayloadCodec({ activeKeyId: 'k', keys: new Map([['k', key]]) });
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from('k'));
    const plain = proto.temporal.api.common.v1.Payload.encode(payloadOf('old')).finish();
    const sealed = Buffer.concat([iv, cipher.update(plain), cipher.final()]);
    const written = (data: Buffer, keyId = 'k') => ({
      metadata: {
        encoding: Buffer.from('binary/encrypted'),
        'encryption-key-id': Buffer.from(keyId),
      },
      data,
    });
    const whole = Buffer.concat([sealed, cipher.getAuthTag()]);
    assert.deepEqual(valuesOf(await codec.decode([written(whole)], workflow('any'))), ['old']);
    // A tag cut to four bytes would be guessed in 2^32 tries.
    const cut = Buffer.concat([sealed, cipher.getAuthTag().subarray(0, 4)]);
    await assert.rejects(codec.decode([written(cut)]), WrongPayloadKeyError);
    await assert.rejects(codec.decode([written(whole.subarray(0, 27))]), RefusedPayloadError);
  });

  test('quotes no key ID that is not of its form', async () => {
    const codec = new EncryptingPayloadCodec(payloadKeysOf(newPayloadKey()));
    for (const encoding of ['binary/encrypted', 'binary/sealed']) {
      for (const keyId of ['x"\n{"level":"info"}', '', 'k'.repeat(65)]) {
        const metadata = {
          encoding: Buffer.from(encoding),
          'encryption-key-id': Buffer.from(keyId),
        };
        await assert.rejects(codec.decode([{ metadata, data: randomBytes(100) }]), {
          name: 'RefusedPayloadError',
          message: 'a payload is malformed',
        });
      }
    }
  });

  test('refuses every cut of a payload, and every bit that is turned', async () => {
    const codec = new EncryptingPayloadCodec(payloadKeysOf(newPayloadKey()));
    const [payload] = await codec.encode([payloadOf('x')], workflow('wallet/a'));
    const whole = Buffer.from(payload?.data ?? []);
    for (let at = 0; at < whole.length; at++) {
      const turned = Buffer.from(whole);
      turned[at] = (turned[at] ?? 0) ^ 1;
      for (const data of [turned, whole.subarray(0, at)])
        await assert.rejects(
          codec.decode([{ ...payload, data }], workflow('wallet/a')),
          /^(?:RefusedPayload|WrongPayloadKey)Error/,
        );
    }
  });

  test('derives another key for every few thousand payloads', async () => {
    const codec = new EncryptingPayloadCodec(payloadKeysOf(newPayloadKey()));
    const payloads = await codec.encode(Array.from({ length: 10_000 }, () => payloadOf('x')));
    const salts = payloads.map(({ data }) => Buffer.from(data ?? []).toString('hex', 1, 17));
    assert.equal(new Set(salts).size, 3);
    assert.deepEqual(valuesOf(await codec.decode(payloads.slice(-1))), ['x']);
  });

  test('refuses what is not encrypted, but while a migration takes it, told of each', async () => {
    const keys = payloadKeysOf(newPayloadKey());
    const payloads = [payloadOf('x')];
    await assert.rejects(new EncryptingPayloadCodec(keys).decode(payloads), {
      name: 'RefusedPayloadError',
      message: /^a payload is not encrypted/,
    });
    const taken: unknown[] = [];
    const taking = (until: Date) =>
      new EncryptingPayloadCodec(keys, {
        plain: { until, onTaken: (place) => taken.push(place?.workflowId) },
      });
    const now = Date.now();
    await assert.rejects(taking(new Date(now)).decode(payloads), RefusedPayloadError);
    const decoded = await taking(new Date(now + 60_000)).decode(payloads, workflow('transfer/1'));
    assert.deepEqual(decoded, payloads);
    assert.deepEqual(taken, ['transfer/1']);
  });

  test('takes what is not encrypted until a date that is given, and names the variable otherwise', () => {
    const told: string[] = [];
    const { plain } = plainPayloadsFrom({ ACCEPT_PLAIN_PAYLOADS: 'until:2026-12-31' }, (line) =>
      told.push(line),
    );
    assert.equal(plain?.until.toISOString(), '2026-12-31T00:00:00.000Z');
    plain?.onTaken({ namespace: 'default', workflowId: 'transfer/1' });
    assert.deepEqual(told, ['a payload of transfer/1 is not encrypted, and was taken']);
    assert.deepEqual(
      plainPayloadsFrom({}, () => {}),
      {},
    );
    for (const wrong of ['true', 'until:', 'until:soon', '2026-12-31'])
      assert.throws(
        () => plainPayloadsFrom({ ACCEPT_PLAIN_PAYLOADS: wrong }, () => {}),
        /^InvalidSettingError: ACCEPT_PLAIN_PAYLOADS: must be until: and a date/,
      );
  });

  test('reads the keys that a worker reads, from the variable or a file, and names what is wrong', () => {
    const [a, b] = [newPayloadKey('a'), newPayloadKey('b')];
    assert.equal(payloadKeysFrom({ PAYLOAD_KEYS: `${a},${b}` }).activeKeyId, 'a');
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'doku-keys-')), 'keys');
    writeFileSync(file, `${a},${b}\n`);
    const fromFile = { PAYLOAD_KEYS: '', PAYLOAD_KEYS_FILE: file, PAYLOAD_ACTIVE_KEY_ID: 'b' };
    assert.equal(payloadKeysFrom(fromFile).activeKeyId, 'b');
    assert.throws(
      () => payloadKeysFrom({}),
      /^InvalidSettingError: PAYLOAD_KEYS: is missing: set it, .* load \.local\/dev\.env into this shell$/,
    );
    assert.throws(
      () => payloadKeysFrom({ PAYLOAD_KEYS_FILE: '/nowhere' }),
      /^InvalidSettingError: PAYLOAD_KEYS_FILE: cannot be read$/,
    );
    assert.throws(
      () => payloadKeysFrom({ PAYLOAD_KEYS: a, PAYLOAD_ACTIVE_KEY_ID: 'c' }),
      /^InvalidSettingError: PAYLOAD_ACTIVE_KEY_ID: the active key is not among the keys$/,
    );
  });
});
