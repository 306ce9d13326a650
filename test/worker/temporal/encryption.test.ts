import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { defaultPayloadConverter } from '@temporalio/common';
import {
  EncryptingPayloadCodec,
  payloadKeysFrom,
  payloadKeysOf,
  UnknownPayloadKeyError,
  WrongPayloadKeyError,
} from '../../../worker/temporal/encryption.js';
import { newPayloadKey } from '../../setting/payload-keys.js';

const payloadOf = (value: unknown) => {
  const payload = defaultPayloadConverter.toPayload(value);
  assert.ok(payload);
  return payload;
};

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

  test('reads the keys that a worker reads, from the variable or a file, and names what is wrong', () => {
    const [a, b] = [newPayloadKey('a'), newPayloadKey('b')];
    assert.equal(payloadKeysFrom({ PAYLOAD_KEYS: `${a},${b}` }).activeKeyId, 'a');
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'doku-keys-')), 'keys');
    writeFileSync(file, `${a},${b}\n`);
    const fromFile = { PAYLOAD_KEYS: '', PAYLOAD_KEYS_FILE: file, PAYLOAD_ACTIVE_KEY_ID: 'b' };
    assert.equal(payloadKeysFrom(fromFile).activeKeyId, 'b');
    assert.throws(() => payloadKeysFrom({}), /^RangeError: PAYLOAD_KEYS: is missing$/);
    assert.throws(
      () => payloadKeysFrom({ PAYLOAD_KEYS_FILE: '/nowhere' }),
      /^RangeError: PAYLOAD_KEYS_FILE: cannot be read$/,
    );
    assert.throws(
      () => payloadKeysFrom({ PAYLOAD_KEYS: a, PAYLOAD_ACTIVE_KEY_ID: 'c' }),
      /^RangeError: PAYLOAD_KEYS: the active key "c" is not among the keys$/,
    );
  });
});
